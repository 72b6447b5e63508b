//! fourfold turns a folder of Markdown into a cross-linked HTML handbook.

pub mod base;
pub mod parse;
pub mod write;
