//! Leptos' signals and memos under one Rust type, whatever they hold.
//!
//! Leptos makes the code of a signal anew for every type in it, some 2 kB each; a console has sixty. Here the value
//! stands behind a pointer and only its making, its clone and its comparison are code of its own. Same names and
//! methods; what changes a value clones it first. Start at [`RwSignal`].

use leptos::prelude::{self as reactive, Get, GetUntracked, GetValue, Set, SetValue, Track, untrack};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value of some type.
type Held = Arc<dyn Any + Send + Sync>;

/// A value that can be set; who reads it is told.
pub struct RwSignal<T>(reactive::RwSignal<Held>, PhantomData<fn() -> T>);

/// A value that follows others, and tells only where it becomes another.
pub struct Memo<T>(reactive::Memo<Held>, PhantomData<fn() -> T>);

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

/// What is held, as what it was made.
fn seen<T: 'static>(held: &Held) -> &T {
    held.downcast_ref().unwrap_or_else(|| another())
}

#[cold]
#[inline(never)]
fn another() -> ! {
    // The type of a signal is the type of everything that is put into it.
    unreachable!("a signal holds what it was made for")
}

#[inline(never)]
fn signal(held: Held) -> reactive::RwSignal<Held> {
    reactive::RwSignal::new(held)
}

#[inline(never)]
fn read(signal: reactive::RwSignal<Held>) -> Held {
    signal.get()
}

#[inline(never)]
fn peek(signal: reactive::RwSignal<Held>) -> Held {
    signal.get_untracked()
}

#[inline(never)]
fn try_peek(signal: reactive::RwSignal<Held>) -> Option<Held> {
    signal.try_get_untracked()
}

#[inline(never)]
fn write(signal: reactive::RwSignal<Held>, held: Held) {
    signal.set(held);
}

#[inline(never)]
fn try_write(signal: reactive::RwSignal<Held>, held: Held) -> Option<Held> {
    signal.try_set(held)
}

impl<T: Send + Sync + 'static> RwSignal<T> {
    /// Holds `value`.
    pub fn new(value: T) -> Self {
        Self(signal(Arc::new(value)), PhantomData)
    }

    /// Reads it where it stands, tracked.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&read(self.0)))
    }

    /// Reads it where it stands, not tracked.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&peek(self.0)))
    }

    /// Reads it where it stands, not tracked; `None` if it is gone with what it belonged to.
    pub fn try_with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        try_peek(self.0).map(|held| look(seen(&held)))
    }

    /// Sets it.
    pub fn set(self, value: T) {
        write(self.0, Arc::new(value));
    }

    /// Sets it; `Some` if it is gone with what it belonged to.
    pub fn try_set(self, value: T) -> Option<()> {
        try_write(self.0, Arc::new(value)).map(drop)
    }

    /// Tracks it.
    pub fn track(self) {
        self.0.track();
    }
}

impl<T: Clone + Send + Sync + 'static> RwSignal<T> {
    /// The value, tracked.
    pub fn get(self) -> T {
        seen::<T>(&read(self.0)).clone()
    }

    /// The value, not tracked.
    pub fn get_untracked(self) -> T {
        seen::<T>(&peek(self.0)).clone()
    }

    /// Changes it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// Changes it; `None` if it is gone with what it belonged to.
    pub fn try_update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut value = seen::<T>(&try_peek(self.0)?).clone();
        let answer = change(&mut value);
        self.try_set(value).is_none().then_some(answer)
    }
}

type Compute = Box<dyn Fn(Option<&Held>) -> Held + Send + Sync>;

#[inline(never)]
fn memo(compute: Compute) -> reactive::Memo<Held> {
    let is_other = |before: Option<&Held>, now: Option<&Held>| match (before, now) {
        (Some(before), Some(now)) => !Arc::ptr_eq(before, now),
        _ => true,
    };
    reactive::Memo::new_with_compare(move |before| compute(before), is_other)
}

#[inline(never)]
fn follow(memo: reactive::Memo<Held>) -> Held {
    memo.get()
}

#[inline(never)]
fn glance(memo: reactive::Memo<Held>) -> Held {
    memo.get_untracked()
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Follows what `compute` reads; it is given what came out before.
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let compute = move |before: Option<&Held>| -> Held {
            let value = compute(before.map(seen));
            // The same value stays the same pointer, and nobody is told.
            match before {
                Some(before) if *seen::<T>(before) == value => before.clone(),
                _ => Arc::new(value),
            }
        };
        Self(memo(Box::new(compute)), PhantomData)
    }
}

impl<T: 'static> Memo<T> {
    /// Tracks it.
    pub fn track(self) {
        self.0.track();
    }

    /// Reads it where it stands, tracked.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&follow(self.0)))
    }

    /// Reads it where it stands, not tracked.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&glance(self.0)))
    }
}

impl<T: Clone + 'static> Memo<T> {
    /// The value, tracked.
    pub fn get(self) -> T {
        seen::<T>(&follow(self.0)).clone()
    }

    /// The value, not tracked.
    pub fn get_untracked(self) -> T {
        seen::<T>(&glance(self.0)).clone()
    }
}

/// What somebody else makes: read like a signal, whatever stands behind it.
pub struct Signal<T>(reactive::StoredValue<Held>, PhantomData<fn() -> T>);

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

/// How a [`Signal`] is read.
type Read<T> = Box<dyn Fn() -> T + Send + Sync>;

#[inline(never)]
fn kept(held: Held) -> reactive::StoredValue<Held> {
    reactive::StoredValue::new(held)
}

#[inline(never)]
fn look_up(kept: reactive::StoredValue<Held>) -> Held {
    kept.get_value()
}

#[inline(never)]
fn try_look_up(kept: reactive::StoredValue<Held>) -> Option<Held> {
    kept.try_get_value()
}

#[inline(never)]
fn put(kept: reactive::StoredValue<Held>, held: Held) -> Option<Held> {
    kept.try_set_value(held)
}

impl<T: 'static> Signal<T> {
    /// What `read` reads, each time anew.
    pub fn derive(read: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let read: Read<T> = Box::new(read);
        Self(kept(Arc::new(read)), PhantomData)
    }

    /// The value, tracked.
    pub fn get(self) -> T {
        seen::<Read<T>>(&look_up(self.0))()
    }

    /// The value, not tracked.
    pub fn get_untracked(self) -> T {
        untrack(|| self.get())
    }

    /// Reads it, tracked.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.get())
    }

    /// Reads it, not tracked.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.get_untracked())
    }
}

impl<T: Clone + Send + Sync + 'static> Signal<T> {
    /// Always `value`.
    pub fn stored(value: T) -> Self {
        Self::derive(move || value.clone())
    }
}

/// A value nobody is told of.
pub struct StoredValue<T>(reactive::StoredValue<Held>, PhantomData<fn() -> T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: Send + Sync + 'static> StoredValue<T> {
    /// Holds `value`.
    pub fn new(value: T) -> Self {
        Self(kept(Arc::new(value)), PhantomData)
    }

    /// Reads it where it stands.
    pub fn with_value<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&look_up(self.0)))
    }

    /// Reads it where it stands; `None` if it is gone with what it belonged to.
    pub fn try_with_value<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        try_look_up(self.0).map(|held| look(seen(&held)))
    }

    /// Sets it.
    pub fn set_value(self, value: T) {
        put(self.0, Arc::new(value));
    }

    /// Sets it; `Some` if it is gone with what it belonged to.
    pub fn try_set_value(self, value: T) -> Option<()> {
        put(self.0, Arc::new(value)).map(drop)
    }
}

impl<T: Clone + Send + Sync + 'static> StoredValue<T> {
    /// The value.
    pub fn get_value(self) -> T {
        self.with_value(T::clone)
    }

    /// The value; `None` if it is gone with what it belonged to.
    pub fn try_get_value(self) -> Option<T> {
        self.try_with_value(T::clone)
    }

    /// Changes it.
    pub fn update_value<R>(self, change: impl FnOnce(&mut T) -> R) {
        let mut value = self.get_value();
        change(&mut value);
        self.set_value(value);
    }

    /// Changes it; `None` if it is gone with what it belonged to.
    pub fn try_update_value<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut value = self.try_get_value()?;
        let answer = change(&mut value);
        self.try_set_value(value).is_none().then_some(answer)
    }
}

/// Does `act` now and whenever what it reads has changed, as long as the calling component is shown.
pub fn effect(act: impl FnMut() + 'static) {
    effect_of(Box::new(act));
}

#[inline(never)]
fn effect_of(act: Box<dyn FnMut()>) {
    reactive::Effect::new(act);
}
