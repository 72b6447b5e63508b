//! A bar for work that takes over a second, on a terminal; nothing in a pipe.
//!
//! In: how much is done. Out: a line on standard error that is gone when the work is.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that takes no longer than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// The progress of some work.
pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    is_shown: AtomicBool,
    may_show: bool,
}

impl Progress {
    /// Work that has begun, in a few words.
    pub fn new(words: &'static str, is_quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_message(words);
        let may_show = !is_quiet && std::io::stderr().is_terminal();
        Self { bar, begun: Instant::now(), is_shown: AtomicBool::new(false), may_show }
    }

    /// Says how much is done, and of how much.
    pub fn at(&self, done: usize, of: usize) {
        if self.comes_into_view("{msg} {wide_bar} {pos}/{len}") || self.is_shown.load(Ordering::Relaxed) {
            self.bar.set_length(of as u64);
            self.bar.set_position(done as u64);
        }
    }

    /// Says that work goes on whose end nobody knows.
    pub fn goes_on(&self) {
        if self.comes_into_view("{msg} {spinner} {elapsed}") || self.is_shown.load(Ordering::Relaxed) {
            self.bar.tick();
        }
    }

    /// Whether the bar is shown from now on.
    fn comes_into_view(&self, template: &str) -> bool {
        if !self.may_show || self.begun.elapsed() < PATIENCE || self.is_shown.swap(true, Ordering::Relaxed) {
            return false;
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        true
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
