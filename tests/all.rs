//! One binary for all integration tests, so that two cores link once.

mod cli;
mod hostile;
mod html;
mod knowledge_base;
mod rules;
mod site_build;
mod tidy;
