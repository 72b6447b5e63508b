//! What the tests share: sites built in memory, and a reader of HTML that knows nothing of how it was made.

pub mod closed;
pub mod handbook;
pub mod html;
pub mod model;
pub mod places;
pub mod schema;
pub mod serving;

pub use closed::{closed_world, ill_formed};
pub use handbook::{Handbook, Site};
