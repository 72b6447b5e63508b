//! From the graph to bytes: views, the theme, rendering.

pub mod assets;
mod embedded;
mod fault;
pub mod hues;
pub mod render;
#[cfg(test)]
mod samples;
pub mod theme;
pub mod view;
