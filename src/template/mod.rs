//! Stage 4: from the graph to bytes. Every file has a view, a view is rendered by a theme.
//!
//! `gather` finds what many pages share, `outputs` says which files there are, `page` and `listing` compose views,
//! `theme` and `render` turn a view into bytes.
//!
//! Invariant: a file renders from its view and the theme alone; `render` and `theme` see neither graph nor pages, and
//! templates have filters but no functions, so nothing that a file shows can escape the fingerprint of its view.

pub mod assets;
mod book;
mod chrome;
pub mod compose;
pub mod content;
mod contents;
mod embedded;
mod fault;
pub mod feed;
mod fields;
pub mod gather;
pub mod hosts;
pub mod href;
pub mod hues;
pub mod languages;
mod lines;
pub mod listing;
pub mod llms;
pub mod map;
pub mod network;
mod notes;
pub mod outputs;
pub mod page;
pub mod part;
pub mod pictures;
pub mod print;
pub mod recent;
pub mod render;
#[cfg(test)]
mod samples;
mod schema;
pub mod search;
pub mod shade;
pub mod sitemap;
pub mod sitewide;
pub mod social;
mod stencil;
pub mod strings;
pub mod templates;
pub mod theme;
pub mod twin;
mod uses;
pub mod view;
mod vision;
