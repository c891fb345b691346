//! Layer 11, `watch`: says when the sources may have changed.
//! Knows events; not what changed, because a rebuild reads everything again.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{
    Config, Event, EventHandler, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};

use super::EdgeError;
use super::read::{FOLDERS, is_ignored};
use crate::diagnostics::Text;

/// A save is several events: they count as one when this much time has passed without another.
const QUIET: Duration = Duration::from_millis(100);
/// A storm that does not end is still answered.
const PATIENCE: Duration = Duration::from_secs(2);
/// A file written into a folder younger than its watch makes no event: look again after this.
const RECHECK: Duration = Duration::from_millis(150);
const POLL: Duration = Duration::from_secs(1);

/// Calls `on_change` once when the watch stands, and then whenever sources may have changed, until it breaks. What happens during a call leads to one more
/// call. A call need not mean a difference: the caller compares. `notice` is told when the system cannot watch and
/// folders are looked through every second instead.
pub fn watch(
    root: &Path,
    mut notice: impl FnMut(Text),
    mut on_change: impl FnMut() -> ControlFlow<()>,
) -> Result<(), EdgeError> {
    let (sender, signals) = channel();
    let mut watch = match Watch::new(root, &sender, Means::System) {
        Ok(watch) => watch,
        Err(error) => poll(root, &sender, &error, &mut notice)?,
    };
    // What changed before the watch stood.
    if on_change().is_break() {
        return Ok(());
    }
    let mut folders = false;
    loop {
        let heard = match signals.recv() {
            Ok(first) => first.and(settle(&signals)),
            Err(_) => return Ok(()), // cannot be: `sender` lives as long as this function
        };
        folders |= heard.folders;
        if heard.lost {
            let error = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
            watch = poll(root, &sender, &error, &mut notice)?;
        } else if folders {
            // New folders get their watch before everything is read, so nothing falls between the two.
            if let Err(error) = watch.renew() {
                watch = poll(root, &sender, &error, &mut notice)?;
            }
        }
        if on_change().is_break() {
            return Ok(());
        }
        if std::mem::take(&mut folders) {
            std::thread::sleep(RECHECK);
            if on_change().is_break() {
                return Ok(());
            }
        }
    }
}

/// What a burst of events amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signal {
    /// Folders came, went or moved, or events were dropped.
    folders: bool,
    /// The system has no watches left.
    lost: bool,
}

impl Signal {
    fn and(self, other: Signal) -> Signal {
        Signal { folders: self.folders | other.folders, lost: self.lost | other.lost }
    }
}

fn settle(signals: &Receiver<Signal>) -> Signal {
    let start = Instant::now();
    let mut all = Signal { folders: false, lost: false };
    while start.elapsed() < PATIENCE {
        match signals.recv_timeout(QUIET) {
            Ok(signal) => all = all.and(signal),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    System,
    Poll,
}

struct Watch {
    watcher: Box<dyn Watcher>,
    root: PathBuf,
}

impl Watch {
    fn new(root: &Path, sender: &Sender<Signal>, means: Means) -> notify::Result<Watch> {
        let ear = Ear { root: root.to_path_buf(), sender: sender.clone() };
        let config = Config::default().with_follow_symlinks(false).with_poll_interval(POLL);
        let watcher: Box<dyn Watcher> = match means {
            Means::System => Box::new(RecommendedWatcher::new(ear, config)?),
            Means::Poll => Box::new(PollWatcher::new(ear, config)?),
        };
        let mut watch = Watch { watcher, root: root.to_path_buf() };
        // The root itself tells when one of the two folders is made or replaced.
        watch.watcher.watch(root, RecursiveMode::NonRecursive)?;
        watch.renew()?;
        Ok(watch)
    }

    /// Watches every folder there is now; those watched already stay so.
    fn renew(&mut self) -> notify::Result<()> {
        for folder in FOLDERS {
            let folder = self.root.join(folder);
            if folder.is_dir() {
                match self.watcher.watch(&folder, RecursiveMode::Recursive) {
                    Err(error) if is_gone(&error) => {}
                    watched => watched?,
                }
            }
        }
        Ok(())
    }
}

/// A folder that was removed while it was being watched says so by another event.
fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn poll(
    root: &Path,
    sender: &Sender<Signal>,
    reason: &notify::Error,
    notice: &mut impl FnMut(Text),
) -> Result<Watch, EdgeError> {
    notice(Text::new(
        format!("系统无法监视文件夹（{reason}），改为每秒检查一次；可提高 fs.inotify.max_user_watches"),
        format!(
            "the system cannot watch the folders ({reason}); checking every second instead. Raising fs.inotify.max_user_watches may help"
        ),
    ));
    Watch::new(root, sender, Means::Poll).map_err(|error| {
        EdgeError::new(
            format!("无法监视“{}”：{error}", root.display()),
            format!("cannot watch {}: {error}", root.display()),
        )
    })
}

/// Hears every event and passes on those that matter.
struct Ear {
    root: PathBuf,
    sender: Sender<Signal>,
}

impl EventHandler for Ear {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        let signal = match event {
            Ok(event) => signal(&self.root, &event),
            Err(error) => Some(Signal { folders: true, lost: is_limit(&error) }),
        };
        if let Some(signal) = signal {
            // The receiver is gone when `watch` has returned: nobody is left to tell.
            let _ = self.sender.send(signal);
        }
    }
}

fn is_limit(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

fn signal(root: &Path, event: &Event) -> Option<Signal> {
    if event.need_rescan() {
        return Some(Signal { folders: true, lost: false });
    }
    match event.kind {
        // Our own reading makes these.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
        EventKind::Access(_) => return None,
        _ => {}
    }
    let mut paths = event.paths.iter().filter(|path| is_source(root, path)).peekable();
    paths.peek()?;
    let comes = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
    Some(Signal { folders: comes && paths.any(|path| path.is_dir()), lost: false })
}

fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let mut parts = below.components().map(|part| part.as_os_str());
    parts.next().is_some_and(|first| FOLDERS.iter().any(|folder| first == *folder)) && !parts.any(is_ignored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    fn files(root: &Path) -> BTreeSet<PathBuf> {
        let walk = walkdir::WalkDir::new(root.join("content")).into_iter().flatten();
        walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).collect()
    }

    /// Runs a watch beside `act` and returns what its last call saw and how often it was called.
    fn watched(root: &Path, act: impl FnOnce()) -> (BTreeSet<PathBuf>, usize) {
        let _ = fs::remove_file(root.join("content/stop.md"));
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let calls = Arc::new(AtomicUsize::new(0));
        let ready = Arc::new(AtomicUsize::new(0));
        let thread = std::thread::spawn({
            let (root, seen, calls) = (root.to_path_buf(), seen.clone(), calls.clone());
            let ready = ready.clone();
            move || {
                watch(
                    &root,
                    |_| {},
                    || {
                        let now = files(&root);
                        let stop = now.iter().any(|path| path.ends_with("stop.md"));
                        if now.iter().any(|path| path.ends_with("start.md")) {
                            ready.store(1, Ordering::SeqCst);
                        }
                        *seen.lock().unwrap() = now;
                        calls.fetch_add(1, Ordering::SeqCst);
                        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                    },
                )
                .unwrap();
            }
        });
        // The watch stands once it answers; its first call may have seen the file too.
        while ready.load(Ordering::SeqCst) == 0 {
            fs::write(root.join("content/start.md"), "x").unwrap();
            std::thread::sleep(Duration::from_millis(150));
        }
        std::thread::sleep(Duration::from_millis(300));
        calls.store(0, Ordering::SeqCst);
        act();
        std::thread::sleep(Duration::from_millis(900));
        let result = (seen.lock().unwrap().clone(), calls.load(Ordering::SeqCst));
        fs::write(root.join("content/stop.md"), "x").unwrap();
        thread.join().unwrap();
        result
    }

    #[test]
    fn a_file_in_a_folder_made_a_moment_ago_is_not_lost() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("content")).unwrap();
        let deep = root.path().join("content/n/e/w");
        let (seen, _) = watched(root.path(), || {
            fs::create_dir_all(&deep).unwrap();
            fs::write(deep.join("a.md"), "a").unwrap();
        });
        assert!(seen.contains(&deep.join("a.md")));
        // And the folder itself is watched from now on.
        let (seen, calls) = watched(root.path(), || fs::write(deep.join("b.md"), "b").unwrap());
        assert!(seen.contains(&deep.join("b.md")) && calls >= 1);
    }

    #[test]
    fn a_storm_leads_to_few_calls_and_backups_to_none() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("content")).unwrap();
        let (_, calls) = watched(root.path(), || {
            for n in 0..2000 {
                fs::write(root.path().join(format!("content/{n}.md")), "x").unwrap();
            }
        });
        assert!((1..=3).contains(&calls), "{calls}");
        let (_, calls) = watched(root.path(), || {
            fs::write(root.path().join("content/.a.md.swp"), "x").unwrap();
            fs::write(root.path().join("content/a.md~"), "x").unwrap();
            fs::create_dir_all(root.path().join("public/a")).unwrap();
            fs::write(root.path().join("public/a/b.html"), "x").unwrap();
        });
        assert_eq!(calls, 0);
    }

    #[test]
    fn polling_hears_changes_too() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("content")).unwrap();
        let (sender, signals) = channel();
        let mut texts = Vec::new();
        let reason = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        let _watch = poll(root.path(), &sender, &reason, &mut |text| texts.push(text)).unwrap();
        fs::write(root.path().join("content/a.md"), "a").unwrap();
        assert!(signals.recv_timeout(Duration::from_secs(5)).is_ok());
        assert_eq!(texts.len(), 1);
    }
}
