//! Tells open pages that the site has changed.
//!
//! In: turns. Out: a stream of server-sent events for each page that listens; an event is a number and nothing else.
//!
//! Invariant: what listeners hold does not grow with the number of turns: a slow one hears only of the last.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often a silent listener is asked whether it is still there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Everybody who listens.
#[derive(Default)]
pub struct Events {
    turn: Mutex<u64>,
    changed: Condvar,
}

impl Events {
    /// Tells all listeners that something has changed.
    pub fn tell(&self) {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Writes events until the listener is gone.
    pub(super) fn stream(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"retry: 400\n\n")?;
        let mut told = None;
        loop {
            let turn = self.wait(told);
            let line = match told {
                Some(told) if told == turn => ":\n\n".to_owned(),
                _ => format!("data: {turn}\n\n"),
            };
            out.write_all(line.as_bytes())?;
            out.flush()?;
            told = Some(turn);
        }
    }

    /// Waits until there is a turn other than the one told, or for a heartbeat.
    fn wait(&self, told: Option<u64>) -> u64 {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(turn, HEARTBEAT, |turn| Some(*turn) == told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes some writes and then breaks.
    struct Listener(Vec<u8>, usize);

    impl Write for Listener {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 = self.1.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_listener_hears_where_things_stand_and_then_of_the_last_turn() {
        let events = Events::default();
        events.tell();
        events.tell();
        let mut listener = Listener(Vec::new(), 2);
        std::thread::scope(|scope| {
            scope.spawn(|| events.stream(&mut listener).expect_err("the listener breaks off"));
            std::thread::sleep(Duration::from_millis(50));
            events.tell();
        });
        assert_eq!(String::from_utf8_lossy(&listener.0), "retry: 400\n\ndata: 2\n\n");
        assert_eq!(*events.turn.lock().expect("nobody panics"), 3);
    }
}
