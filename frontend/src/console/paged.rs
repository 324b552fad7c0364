//! A list of one screen that comes page by page and follows what changes: the queues of 返金・キャンセル, the disputes.
//!
//! One reading at a time: what changes meanwhile, and the next page that is asked for meanwhile, come after it, so that
//! no answer is given up for a newer one and none is lost. Rows that stay what they were are not drawn again.
//! Start at [`Paged::read`].

use super::Console;
use super::orders::{Load, More};
use super::row_focus::keep_focus_in_rows;
use super::timer::spawn;
use crate::api::operator::Failure;
use crate::ui::signal::{RwSignal, StoredValue};
use std::collections::BTreeSet;
use std::pin::Pin;

/// So many pages are read again when something has changed; what lies below stays as it was read.
const MOST: usize = 5;

/// A page as read.
pub struct Page<L> {
    /// Its rows.
    pub rows: Vec<L>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page on its way.
pub type Reading<L> = Pin<Box<dyn Future<Output = Result<Page<L>, Failure>>>>;
/// Something done, on its way.
pub type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;
/// How the page at a cursor is read, or the first.
type Source<L> = Box<dyn Fn(Option<String>) -> Reading<L> + Send + Sync>;

/// The list; copied freely.
pub struct Paged<L: Send + Sync + 'static> {
    source: StoredValue<Source<L>>,
    name: fn(&L) -> &str,
    /// The first page.
    pub load: RwSignal<Load>,
    /// The rows, each with what it is known by: another row with the same name is known by something else.
    pub rows: RwSignal<Vec<(String, L)>>,
    /// Cursor of the next page.
    pub next: RwSignal<Option<String>>,
    /// The next page.
    pub more: RwSignal<More>,
    /// Of what was done to it.
    pub failure: RwSignal<Option<Failure>>,
    /// Pages shown.
    pages: StoredValue<usize>,
    /// Rows that were ever drawn.
    drawn: StoredValue<u32>,
    /// Rises with every fresh start; answers to older questions are dropped.
    round: StoredValue<u32>,
    /// Something is under way in this round.
    busy: StoredValue<bool>,
    /// Something has changed meanwhile.
    again: StoredValue<bool>,
}

impl<L: Send + Sync + 'static> Clone for Paged<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Send + Sync + 'static> Copy for Paged<L> {}

impl<L: Clone + PartialEq + Send + Sync + 'static> Paged<L> {
    /// Nothing read yet; lives as long as the calling component. `name` tells rows apart, `source` reads a page.
    pub fn new(
        name: fn(&L) -> &str,
        source: impl Fn(Option<String>) -> Reading<L> + Send + Sync + 'static,
    ) -> Self {
        let source: Source<L> = Box::new(source);
        Self {
            source: StoredValue::new(source),
            name,
            load: RwSignal::new(Load::Loading),
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            more: RwSignal::new(More::Idle),
            failure: RwSignal::new(None),
            pages: StoredValue::new(1),
            drawn: StoredValue::new(0),
            round: StoredValue::new(0),
            busy: StoredValue::new(false),
            again: StoredValue::new(false),
        }
    }

    /// What tells `row` apart.
    pub fn name_of(self, row: &L) -> &str {
        (self.name)(row)
    }

    /// Reads what is shown, or the first page; a list that is shown stays over a failure.
    pub fn read(self, console: Console) {
        if self.busy.get_value() {
            return self.again.set_value(true);
        }
        let round = self.begin();
        if self.load.with_untracked(|load| matches!(load, Load::Failed(_))) {
            self.load.set(Load::Loading);
        }
        spawn(async move {
            let answer = self.read_pages(round).await;
            if !self.is_round(round) {
                return;
            }
            match answer {
                Ok(()) => {}
                Err(failure) if console.is_signed_out(&failure) => return,
                Err(failure) => {
                    if self.load.with_untracked(|load| *load != Load::Ready) {
                        self.load.set(Load::Failed(failure));
                    }
                }
            }
            self.landed(console);
        });
    }

    /// Reads the next page.
    pub fn go_on(self, console: Console) {
        if self.next.with_untracked(Option::is_none) {
            return;
        }
        self.more.set(More::Loading);
        if !self.busy.get_value() {
            self.read_more(console);
        }
    }

    fn read_more(self, console: Console) {
        let Some(next) = self.next.get_untracked() else {
            // The list has become shorter meanwhile.
            self.more.set(More::Idle);
            return self.landed(console);
        };
        let round = self.begin();
        spawn(async move {
            let answer = self.ask(Some(next)).await;
            if !self.is_round(round) {
                return;
            }
            match answer {
                Ok(page) => {
                    let before = self.rows.get_untracked().into_iter().map(|(_, row)| row);
                    let rows = before.chain(page.rows).collect();
                    self.pages.update_value(|pages| *pages += 1);
                    self.show(rows, page.next);
                    self.more.set(More::Idle);
                }
                Err(failure) if console.is_signed_out(&failure) => return,
                Err(failure) => self.more.set(More::Failed(failure)),
            }
            self.landed(console);
        });
    }

    /// Does something to the list and reads it again; a failure is told over the list.
    pub fn change(self, console: Console, doing: Doing) {
        self.start_round();
        let round = self.begin();
        self.failure.set(None);
        spawn(async move {
            let answer = match doing.await {
                // Done; how it is now is not known before it is read.
                Ok(()) if self.is_round(round) => {
                    self.read_pages(round).await.map_err(|failure| failure.of_change(true))
                }
                done => done,
            };
            let has_failed = answer.is_err();
            if let Err(failure) = answer {
                if console.is_signed_out(&failure) {
                    return;
                }
                // A later change drops no word of this one.
                self.failure.try_set(Some(failure));
            }
            if self.is_round(round) {
                if has_failed {
                    // What was dropped for this one is read now.
                    self.again.set_value(true);
                }
                self.landed(console);
            } else if self.is_shown() {
                // What a later one has read may be from before this was done.
                self.read(console);
            }
        });
    }

    /// Begins anew with another list.
    pub fn restart(self, console: Console) {
        self.start_round();
        self.more.set(More::Idle);
        self.pages.set_value(1);
        self.rows.set(Vec::new());
        self.next.set(None);
        self.load.set(Load::Loading);
        self.read(console);
    }

    /// Whatever is under way is dropped; a next page that is waited for comes after what begins now.
    fn start_round(self) {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.busy.set_value(false);
        self.again.set_value(false);
    }

    fn begin(self) -> u32 {
        self.busy.set_value(true);
        self.round.get_value()
    }

    /// Whether no fresh start came after that one, and the screen is still shown.
    fn is_round(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    fn is_shown(self) -> bool {
        self.round.try_get_value().is_some()
    }

    /// What was asked for meanwhile comes now.
    fn landed(self, console: Console) {
        self.busy.set_value(false);
        if self.more.with_untracked(|more| *more == More::Loading) {
            self.read_more(console);
        } else if self.again.get_value() {
            self.again.set_value(false);
            self.read(console);
        }
    }

    /// The page at `cursor`, or the first; nothing any more where the screen has gone.
    async fn ask(self, cursor: Option<String>) -> Result<Page<L>, Failure> {
        match self.source.try_with_value(|source| source(cursor)) {
            Some(reading) => reading.await,
            None => Ok(Page { rows: Vec::new(), next: None }),
        }
    }

    /// Reads the pages shown and shows them, if `round` is still the present one.
    async fn read_pages(self, round: u32) -> Result<(), Failure> {
        let Some(shown) = self.pages.try_get_value() else { return Ok(()) };
        let (mut rows, mut next, mut read, mut page_size) = (Vec::new(), None, 0, 0);
        while read < shown.min(MOST) {
            let page = self.ask(next.take()).await?;
            if !self.is_round(round) {
                return Ok(());
            }
            read += 1;
            page_size = page.rows.len();
            rows.extend(page.rows);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if shown > MOST && next.is_some() {
            let before = self.rows.get_untracked();
            // Where rows have come in or gone above, the last one read is not where as many stood before. Without it a
            // page is taken over again: what comes twice is shown once.
            let last = rows.last().map(self.name);
            let place = last.and_then(|last| before.iter().position(|(_, row)| (self.name)(row) == last));
            let from = place.map_or(rows.len().saturating_sub(page_size), |place| place + 1);
            rows.extend(before.into_iter().skip(from).map(|(_, row)| row));
            next = self.next.get_untracked();
        } else {
            self.pages.set_value(read);
        }
        self.show(rows, next);
        Ok(())
    }

    /// Takes rows; one that came twice, because it moved while pages were read, is shown once.
    fn show(self, rows: Vec<L>, next: Option<String>) {
        let before = self.rows.get_untracked();
        let mut names = BTreeSet::new();
        let mut now: Vec<(String, L)> = Vec::with_capacity(rows.len());
        for row in rows {
            let name = (self.name)(&row);
            if !names.insert(name.to_owned()) {
                continue;
            }
            let is_it = |old: &&(String, L)| (self.name)(&old.1) == name;
            let old = before.get(now.len()).filter(is_it).or_else(|| before.iter().find(is_it));
            let key = match old {
                Some((key, old)) if *old == row => key.clone(),
                _ => self.new_key(),
            };
            now.push((key, row));
        }
        let same = before.len() == now.len() && before.iter().zip(&now).all(|(old, new)| old.0 == new.0);
        if !same {
            keep_focus_in_rows();
            self.rows.set(now);
        }
        if self.next.with_untracked(|before| *before != next) {
            self.next.set(next);
        }
        if self.load.with_untracked(|load| *load != Load::Ready) {
            self.load.set(Load::Ready);
        }
    }

    fn new_key(self) -> String {
        self.drawn.update_value(|drawn| *drawn = drawn.wrapping_add(1));
        self.drawn.get_value().to_string()
    }
}
