//! Ground floor: the nouns that all stages share.
//!
//! Imports nothing of the other floors and does no input or output.

pub mod card;
pub mod config;
pub mod diagnostic;
pub mod fingerprint;
pub mod key;
pub mod nearest;
pub mod path;
pub mod picture;
pub mod signposts;
pub mod slug;
pub mod strings;
pub mod text;
pub mod tree;
