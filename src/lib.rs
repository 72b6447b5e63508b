//! fourfold turns a folder of Markdown into a cross-linked HTML handbook.
//!
//! A site is a pure function of its inputs. A page is read alone; pages are joined by names, which some claim and
//! others mention; every file of the site has a view, which holds all that the file is made from; and a tree of files
//! takes the place of the one before in a single step. A build is an edit of the empty site, so there is one code path.
//!
//! The modules, in the order in which data flows through them:
//!
//! 1. [`base`] – the nouns that all stages share: paths, names, spans, settings, fingerprints, diagnostics.
//! 2. [`discover`] – files: which folder was meant, where its content lies, what its files say.
//! 3. [`parse`] – one file, read alone: a [`Source`](base::text::Source) becomes a [`Page`](parse::page::Page).
//! 4. [`resolve`] – pages that know each other: pages become a [`Graph`](resolve::Graph) of names, claims and mentions.
//! 5. [`template`] – what each file shows: the graph becomes [`View`](template::view::View)s, views become bytes.
//! 6. [`mod@write`] – what the disk sees: a whole tree is published, or nothing.
//! 7. [`engine`] – drives stages 3 to 5: a [`Change`](engine::Change) becomes a [`Plan`](engine::Plan).
//! 8. [`relocate`] – moves a file without breaking a link: a handbook and a [`Move`](relocate::Move) become edits.
//! 9. [`dev`] – the site while it is written: files are watched, pages are served from memory, browsers are told.
//! 10. [`cli`] – the commands: arguments in, an exit code out.
//!
//! Each module opens with what goes in, what comes out and which invariants hold. It imports only what stands before it
//! in this list, and less than that: `parse`, `resolve`, `template` and `engine` read and write no file, `write` knows
//! nothing of handbooks, and only `cli` reads the clock and the environment. `ARCHITECTURE.md` tells the whole story.

#![forbid(unsafe_code)]

pub mod base;
pub mod discover;
pub mod parse;
pub mod resolve;
pub mod template;
pub mod visuals;
pub mod write;

pub mod book;
pub mod engine;
pub mod relocate;

pub mod dev;

pub mod cli;
