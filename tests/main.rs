//! The integration tests, in reading order. One binary, so that it links once.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they mean by their names")]

mod architecture;
mod cli;
mod commonmark;
mod editions;
mod faults;
mod figures;
mod fuzz;
mod guide;
mod handbook;
mod laws;
mod live;
mod machines;
mod manual;
mod places;
mod relocate;
mod sampler;
mod search;
mod shipped;
mod specs;
mod strings;
mod supply;
mod support;
mod themes;
mod twins;
