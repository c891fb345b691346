//! Layer 10: the order of the stages: sources to a checked site, and a checked site to files.
//! The only module that knows all of them. Must not know the disk, the clock or the command line.

mod budgets;
mod build;
mod check;
mod entries;
mod statics;
mod synonyms;
mod templates;
mod worker;

pub use build::{Build, Index, build, index};
pub use check::{CONFIG_PATH, Checked, check, limits, with_editions};
pub use synonyms::Synonyms;
pub use templates::Templates;

use crate::config::Release;
use crate::date::Date;

/// What the world and the command line say about a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Overrides `today` of site.yaml.
    pub today: Option<Date>,
    /// The day of the clock, used when nothing else says which day it is.
    pub clock: Date,
    /// Overrides `release` of site.yaml.
    pub release: Option<Release>,
    /// Overrides `base_url` of site.yaml.
    pub base_url: Option<String>,
    pub drafts: bool,
    pub search: bool,
    /// The paths of the site that was built last, for ids that must not vanish.
    pub previous: Vec<String>,
}

impl Options {
    pub fn new(clock: Date) -> Options {
        Options {
            today: None,
            clock,
            release: None,
            base_url: None,
            drafts: false,
            search: true,
            previous: Vec::new(),
        }
    }
}

/// Told the name of each stage when it is done; the edge measures with it.
pub type Observer<'a> = &'a (dyn Fn(&'static str) + Sync);
