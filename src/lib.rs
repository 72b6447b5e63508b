//! fourfold turns a folder of Markdown into a cross-linked HTML handbook.
//!
//! The modules, in the order in which data flows through them:
//!
//! 1. [`base`] – the nouns that all stages share: paths, keys, slugs, settings, diagnostics.
//! 2. [`discover`] – files: which folder, which content, which text.
//! 3. [`parse`] – one file, read alone: a `Source` becomes a `Page`.
//! 4. [`resolve`] – pages that know each other: names, mentions, claims.
//! 5. [`template`] – views and their rendering: the graph becomes bytes.
//! 6. [`write`] – a whole tree is published, or nothing.
//! 7. [`engine`] – drives parse, resolve and template: a change becomes a plan.
//! 8. [`cli`] – the commands.

#![forbid(unsafe_code)]

pub mod base;
pub mod cli;

pub mod discover;
pub mod engine;
pub mod parse;
pub mod resolve;
pub mod template;
pub mod write;
