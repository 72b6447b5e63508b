//! Cases that nobody wrote, tried on everything that reads what people write; each target has a judge that knows more than "no panic".
//!
//! `cargo test fuzz::` tries each target for two seconds, on the same cases every time. `FOURFOLD_FUZZ=600` tries it for ten minutes.

mod blowups;
mod corpus;
mod mutate;
mod random;
mod run;
mod site;
mod strict;
mod texts;
mod trees;
mod values;
