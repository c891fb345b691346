//! keben 课本: a static knowledge-base generator for curriculum materials.
//!
//! The build is one pure function from sources to files and diagnostics; only [`edge`] touches the world.
//! `ARCHITECTURE.md` draws the layers.

pub mod changes;
pub mod check;
pub mod cli;
pub mod config;
pub mod coverage;
pub mod date;
pub mod diagnostics;
pub mod document;
pub mod edge;
pub mod embedded;
pub mod fields;
pub mod front_matter;
pub mod manifest;
pub mod markdown;
pub mod pipeline;
pub mod plan;
pub mod portable;
pub mod search;
pub mod site;
pub mod source;
pub mod strings;
pub mod taxonomy;
pub mod theme;
pub mod traces;
pub mod view;
