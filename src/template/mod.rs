//! From the graph to bytes: views, the theme, rendering.

pub mod view;
