//! Pages, each read alone.

pub mod front;
