//! One binary for all integration tests, so that two cores link once.

mod bad_editions;
mod bad_input;
mod browser;
mod cli;
mod content;
mod corpus;
mod fix;
mod formats;
mod hostile;
mod html;
#[cfg(feature = "images")]
mod images;
mod knowledge_base;
mod lifecycle;
mod mirror;
mod mutations;
mod names;
mod output_checks;
mod pages;
mod plan;
mod print;
mod releases;
mod rules;
mod schema;
mod search;
mod serve;
mod site_build;
mod slips;
mod suggestions;
mod theme;
mod tidy;
mod words;
