//! Reading what belongs to one screen: at its opening, and after every change the live feed tells of.

use super::Console;
use super::timer::{sleep, spawn};
use crate::api::operator::Failure;
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use std::future::Future;

/// Several hints in a row make one reading, in milliseconds.
const PAUSE: i32 = 300;

/// What a screen shows, as last read.
#[derive(Clone, PartialEq, Eq)]
pub enum Listed<T> {
    /// Not there yet.
    Loading,
    /// As last read.
    Ready(T),
    /// Nothing to show.
    Failed(Failure),
}

/// It and how it is read.
pub struct Inbox<T: Send + Sync + 'static> {
    /// What is shown.
    pub listed: RwSignal<Listed<T>>,
    round: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Inbox<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Inbox<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Inbox<T> {
    /// Nothing read yet; lives as long as the calling component.
    pub fn new() -> Self {
        Self { listed: RwSignal::new(Listed::Loading), round: StoredValue::new(0) }
    }

    /// Takes what `answer` brings, unless something newer has come; a list that is shown stays over a failure, and a
    /// failure gives way at once, so that whoever tries again sees that it is tried.
    pub fn read(self, console: Console, answer: impl Future<Output = Result<T, Failure>> + 'static) {
        let Some(round) = self.next_round() else { return };
        if self.listed.with_untracked(|listed| matches!(listed, Listed::Failed(_))) {
            self.listed.set(Listed::Loading);
        }
        spawn(async move {
            let answer = answer.await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match answer {
                Ok(list) => self.show(list),
                Err(failure) if console.is_signed_out(&failure) => {}
                Err(failure) => self.listed.update(|listed| {
                    if !matches!(listed, Listed::Ready(_)) {
                        *listed = Listed::Failed(failure);
                    }
                }),
            }
        });
    }

    /// The same list once more draws nothing anew.
    fn show(self, list: T) {
        let list = Listed::Ready(list);
        if self.listed.with_untracked(|before| *before != list) {
            self.listed.set(list);
        }
    }

    fn next_round(self) -> Option<u32> {
        self.round.try_update_value(|round| {
            *round = round.wrapping_add(1);
            *round
        })
    }
}

/// Calls `read` now and, as long as the calling component is shown, after every change of an order, and after a gap in
/// the feed.
pub fn follow_changes(console: Console, read: impl Fn() + Copy + Send + Sync + 'static) {
    follow_at_pace(console, PAUSE, Box::new(read));
}

/// The same, with `pause` milliseconds between a change and the reading.
pub fn follow_at_pace(console: Console, pause: i32, read: Box<dyn Fn() + Send + Sync>) {
    let read = StoredValue::new(read);
    let waiting = StoredValue::new(false);
    Effect::new(move |before: Option<()>| {
        console.desk.heard.get();
        if before.is_none() {
            return read.with_value(|read| read());
        }
        if waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        spawn(async move {
            sleep(pause).await;
            if waiting.try_update_value(|waiting| *waiting = false).is_some() {
                let _ = read.try_with_value(|read| read());
            }
        });
    });
}

/// Now, in Unix milliseconds, as [`now_ms`]; whoever reads it is told every minute.
pub fn passing_ms(console: Console) -> i64 {
    console.minutes.track();
    now_ms()
}

/// Now, in Unix milliseconds, by this computer's clock: only for ages shown to people.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
