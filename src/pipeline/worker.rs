//! Layer 10: the script by which a browser keeps pages for reading without a connection.

use super::statics::squeezed;
use crate::embedded::{self, WORKER};
use crate::source::{OutputFile, Sources};

/// It governs its own folder and those below: the root of the site.
pub(super) const PATH: &str = "sw.js";

const FOLDER: &str = "theme/worker/";

/// Keeps pages; its names `KEBEN_VERSION` and `KEBEN_CORE` stand for the site's own.
const KEEPS: &str = "sw.js";
/// Deletes what was kept and goes away.
const STOPS: &str = "stop.js";

pub(super) struct Scripts {
    keeps: String,
    stops: String,
    wanted: bool,
}

impl Scripts {
    /// The built-in scripts, or the site's own in `theme/worker/`. `wanted`: the site may be kept.
    pub(super) fn new(sources: &Sources, wanted: bool) -> Scripts {
        let text = |name: &str| {
            let own = sources.find(&format!("{FOLDER}{name}")).and_then(|file| sources.get(file).text());
            let built_in = embedded::find(WORKER, name).unwrap_or_default();
            // The repository of keben is a knowledge base itself: its script is the built-in one.
            own.filter(|own| *own != built_in).map_or_else(|| squeezed(name, built_in), str::to_owned)
        };
        Scripts { keeps: text(KEEPS), stops: text(STOPS), wanted }
    }

    /// The script of a site. A preview changes all the time: there, as on a site that does not want it, the script
    /// deletes what was kept.
    pub(super) fn text(&self, fingerprint: Option<&str>, files: &[OutputFile]) -> String {
        let Some(fingerprint) = fingerprint.filter(|_| self.wanted) else { return self.stops.clone() };
        let paths = files.iter().map(|file| file.path.as_str()).filter(|path| is_core(path));
        let core: Vec<String> = paths.map(|path| format!("\"{path}\"")).collect();
        self.keeps.replacen("KEBEN_VERSION", &format!("\"{fingerprint}\""), 1).replacen(
            "KEBEN_CORE",
            &format!("[{}]", core.join(",")),
            1,
        )
    }
}

/// What every reader needs, whatever is read: kept when the script is installed.
fn is_core(path: &str) -> bool {
    let asset = path.strip_prefix("assets/");
    // The names of all documents are among them: suggestions need no connection.
    matches!(path, "index.html" | "offline.html" | "search.html" | "search/kb.js")
        || path.starts_with("search/d/")
        || asset.is_some_and(|name| name.ends_with(".css") || name.ends_with(".js"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Body, Content, RelPath, SourceFile};

    fn file(path: &str) -> OutputFile {
        OutputFile { path: path.to_owned(), content: Content::Bytes(Vec::new()) }
    }

    #[test]
    fn the_script_names_the_version_and_what_every_reader_needs() {
        let files =
            ["assets/a.css", "assets/a.png", "courses/a.html", "index.html", "search/d/0.js", "search/kb.js"]
                .map(file);
        let scripts = Scripts::new(&Sources::default(), true);
        let text = scripts.text(Some("0123456789ab"), &files);
        assert!(text.contains("VERSION = \"0123456789ab\""), "{text}");
        assert!(
            text.contains("CORE = [\"assets/a.css\",\"index.html\",\"search/d/0.js\",\"search/kb.js\"];"),
            "{text}"
        );
        assert!(!text.contains("KEBEN_"), "{text}");
        assert!(!scripts.text(None, &files).contains("fetch"), "a preview keeps nothing");
        assert!(!Scripts::new(&Sources::default(), false).text(Some("0"), &files).contains("fetch"));
    }

    #[test]
    fn a_site_may_have_its_own_script() {
        let path = RelPath::new("theme/worker/sw.js").unwrap();
        let own = SourceFile { path, body: Body::Bytes(b"v(KEBEN_VERSION)".to_vec()) };
        let scripts = Scripts::new(&Sources::new(vec![own]), true);
        assert_eq!(scripts.text(Some("0"), &[]), "v(\"0\")");
    }
}
