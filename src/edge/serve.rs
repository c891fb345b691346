//! Layer 11, `serve`: the live preview. Pages are made when the browser asks, and no URL ever becomes a path on disk.
//! Knows HTTP; must not know how a page is made or what the findings mean.

mod attachment;
mod hosts;
mod page;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use tokio::sync::watch;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use self::hosts::Hosts;
use super::{EdgeError, cause, images};
use crate::diagnostics::Text;
use crate::source::{Content, OutputFile, PageId, RelPath};

/// Makes a page; an error is what the reader is told instead of it.
pub type Render = Arc<dyn Fn(PageId) -> Result<Vec<u8>, Text> + Send + Sync>;

/// A site to look at: what each URL shows.
pub struct Preview {
    root: PathBuf,
    files: BTreeMap<String, Content>,
    render: Render,
}

impl Preview {
    /// `root` is where [`Content::CopyOf`] is found.
    pub fn new(root: &Path, files: Vec<OutputFile>, render: Render) -> Preview {
        let files = files.into_iter().map(|file| (file.path, file.content)).collect();
        Preview { root: root.to_path_buf(), files, render }
    }

    fn get(&self, path: &str) -> Option<Found<'_>> {
        Some(match self.files.get(path)? {
            Content::Bytes(bytes) => Found::Bytes(bytes.clone()),
            Content::Render(page) | Content::Late(page) => match (self.render)(*page) {
                Ok(bytes) => Found::Bytes(bytes),
                Err(text) => Found::Failed(text),
            },
            Content::CopyOf(source) => Found::Attachment(&self.root, source),
            Content::Image(image) => match images::bytes(&self.root, image) {
                Ok(bytes) => Found::Bytes(bytes),
                Err(error) => Found::Failed(error.text),
            },
        })
    }
}

enum Found<'a> {
    Bytes(Vec<u8>),
    Failed(Text),
    Attachment(&'a Path, &'a RelPath),
}

/// What browsers see now.
#[derive(Clone, Default)]
struct Shown {
    preview: Option<Arc<Preview>>,
    /// Counts the good builds.
    version: u64,
    /// What is wrong with the sources since then, as plain text.
    findings: Option<String>,
}

/// The wire from the one who builds to the browsers.
#[derive(Clone)]
pub struct Live {
    shown: watch::Sender<Shown>,
}

impl Default for Live {
    fn default() -> Live {
        Live { shown: watch::Sender::new(Shown::default()) }
    }
}

impl Live {
    /// A good build: browsers load it and lose the findings.
    pub fn show(&self, preview: Preview) {
        self.shown.send_modify(|shown| {
            shown.preview = Some(Arc::new(preview));
            shown.version += 1;
            shown.findings = None;
        });
    }

    /// The same pages with other files behind them, such as a newer index: browsers need not load anything again.
    /// Does nothing when `newest` denies it; it is asked when no other build can come between.
    pub fn refresh(&self, preview: Preview, newest: impl FnOnce() -> bool) {
        self.shown.send_if_modified(|shown| {
            if newest() {
                shown.preview = Some(Arc::new(preview));
            }
            false
        });
    }

    /// A bad build: the last good pages stay, with `findings` (plain text) over them.
    pub fn complain(&self, findings: String) {
        self.shown.send_modify(|shown| shown.findings = Some(findings));
    }

    /// The sources are again what the pages show.
    pub fn settle(&self) {
        self.shown.send_if_modified(|shown| shown.findings.take().is_some());
    }
}

/// A port that is ours.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    hosts: Hosts,
    host: String,
}

impl Server {
    /// Takes the port, or says which flag helps. `host` is an address or a name of this machine.
    pub fn bind(host: &str, port: u16) -> Result<Server, EdgeError> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let failed = |error: std::io::Error| {
            let cause = match error.kind() {
                std::io::ErrorKind::AddrInUse => Text::new(
                    format!("端口 {port} 已被占用；请用 --port 换一个，例如 --port {}", next(port)),
                    format!("port {port} is in use; choose another, for example --port {}", next(port)),
                ),
                std::io::ErrorKind::AddrNotAvailable => Text::new(
                    "这台机器没有这个地址；请检查 --host",
                    "this machine has no such address; see --host",
                ),
                _ => cause(&error),
            };
            EdgeError::new(
                format!("无法在 {host}:{port} 上提供预览：{}", cause.zh),
                format!("cannot serve on {host}:{port}: {}", cause.en),
            )
        };
        let listener = TcpListener::bind((bare, port)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let hosts = Hosts::new(bare, address);
        Ok(Server { listener, address, hosts, host: bare.to_owned() })
    }

    pub fn url(&self) -> String {
        let port = self.address.port();
        match self.address.ip() {
            ip if ip.is_unspecified() => format!("http://localhost:{port}/"),
            ip if ip.is_loopback() && self.host == "localhost" => format!("http://localhost:{port}/"),
            _ => format!("http://{}/", self.address),
        }
    }

    /// What to say when others can reach the preview too.
    pub fn warning(&self) -> Option<Text> {
        let address = self.address;
        (!address.ip().is_loopback()).then(|| {
            Text::new(
                format!("注意：同一网络中的任何人都能经 {address} 看到预览，包括草稿和内部材料"),
                format!("anyone on this network can see the preview at {address}, drafts and internal materials included"),
            )
        })
    }

    /// Serves until Ctrl-C (or the end of the process is asked for).
    pub fn run(self, live: &Live) -> Result<(), EdgeError> {
        let failed =
            |error: std::io::Error| EdgeError::io(("提供预览", "serve the preview"), self.address, &error);
        // Templates may nest deeply; they are rendered on these threads.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()
            .map_err(failed)?;
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let app = App { shown: live.shown.subscribe(), started, hosts: self.hosts };
        let router = Router::new().fallback(answer).with_state(Arc::new(app));
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            // Without this every answer waits for the other side's delayed acknowledgement: 40 ms.
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            tokio::select! {
                served = async { axum::serve(listener, router).await } => served,
                stopped = stop() => stopped,
            }
        });
        // Open event streams would hold the end up for ever.
        runtime.shutdown_background();
        served.map_err(failed)
    }
}

fn next(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(1111)
}

async fn stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Shows `url` in the user's browser.
pub fn open_in_browser(url: &str) -> Result<(), EdgeError> {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let mut command = std::process::Command::new(program);
    command.args(before).arg(url).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let opened = command.spawn().map(drop);
    opened.map_err(|error| EdgeError::io(("打开浏览器访问", "open a browser at"), url, &error))
}

struct App {
    shown: watch::Receiver<Shown>,
    /// Tells the versions of one run from those of another.
    started: u128,
    hosts: Hosts,
}

impl App {
    fn version(&self, shown: &Shown) -> String {
        format!("{:x}-{}", self.started, shown.version)
    }
}

async fn answer(State(app): State<Arc<App>>, request: Request) -> Response {
    let mut response = route(&app, &request.into_parts().0).await;
    page::add_headers(response.headers_mut());
    response
}

async fn route(app: &Arc<App>, request: &Parts) -> Response {
    if !app.hosts.admit(request) {
        return page::plain(StatusCode::MISDIRECTED_REQUEST, "this server does not answer for that host");
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut refused = page::plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
        refused.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    match request.uri.path() {
        "/_keben/live.js" => page::script(),
        "/_keben/events" => match app.hosts.same_origin(request) {
            true => events(app).into_response(),
            false => page::plain(StatusCode::FORBIDDEN, "another origin"),
        },
        path => {
            let path = page::file_of(path);
            let (app, headers) = (app.clone(), request.headers.clone());
            // Making a page takes long enough to hold up the other connections.
            let made = tokio::task::spawn_blocking(move || file(&app, path.as_deref(), &headers));
            made.await.unwrap_or_else(|_| {
                page::plain(StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made")
            })
        }
    }
}

fn file(app: &App, path: Option<&str>, headers: &HeaderMap) -> Response {
    let shown = app.shown.borrow().clone();
    let version = app.version(&shown);
    let found = |path| shown.preview.as_ref().and_then(|preview| preview.get(path));
    let Some((path, found)) = path.and_then(|path| Some((path, found(path)?))) else {
        let missing = match found("404.html") {
            Some(Found::Bytes(bytes)) => bytes,
            _ => page::stand_in(&match shown.preview {
                Some(_) => Text::new("没有这个页面", "There is no such page"),
                None => Text::new("还没有可以显示的页面", "There is no page to show yet"),
            }),
        };
        return page::html(StatusCode::NOT_FOUND, missing, &version);
    };
    match found {
        Found::Bytes(bytes) if page::is_html(path) => page::html(StatusCode::OK, bytes, &version),
        Found::Bytes(bytes) => page::bytes(path, bytes),
        Found::Failed(text) => page::html(StatusCode::INTERNAL_SERVER_ERROR, page::stand_in(&text), &version),
        Found::Attachment(root, source) => attachment::send(root, source, path, headers),
    }
}

fn events(app: &Arc<App>) -> impl IntoResponse + use<> {
    let stream = WatchStream::new(app.shown.clone());
    let app = app.clone();
    let stream = stream.map(move |shown| {
        let state = serde_json::json!({
            "version": app.version(&shown),
            "findings": shown.findings,
        });
        let event = Event::default().data(state.to_string()).retry(Duration::from_millis(500));
        Ok::<_, Infallible>(event)
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[cfg(test)]
mod tests;
