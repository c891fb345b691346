//! One binary for all integration tests, so that two cores link once.

mod rules;
