//! Takes jobs that are due and does them, a few at a time and kinds apart; one that takes long keeps the others waiting
//! for nothing.

use super::kind;
use crate::app::App;
use crate::secret;
use crate::service::bulk_run::{self, Progress};
use crate::service::{
    begin_subscription, close_permission, close_subscription, expiry, index_order, pace, reauthorize_order,
    receive_notification, reconcile_order, send_mail, shops,
};
use crate::store::jobs::{self, Job, Kinds};
use crate::store::{Batch, Statement, StoreError, Unmet};
use shared::id::{BulkRunId, JobId, OrderId, ShopId, SubscriptionId};
use std::error::Error;
use std::str::FromStr;
use std::sync::{Arc, Weak};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Kinds of jobs that have places of their own. After many purchases at once every question to Amazon may wait for its
/// turn for minutes; an operator's run and the mails are not behind them in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// An operator's 一括処理, which waits for Amazon's pace of its own calls.
    Bulk,
    /// Questions to Amazon about orders, permissions and subscriptions.
    Asking,
    /// What asks Amazon nothing: mails, words to search by; and every kind nobody knows.
    Own,
}

impl Lane {
    const ALL: [Self; 3] = [Self::Bulk, Self::Asking, Self::Own];

    /// Jobs done side by side; one of these places is for a shop that has none.
    const fn places(self) -> usize {
        match self {
            Self::Bulk | Self::Own => 5,
            Self::Asking => 9,
        }
    }

    /// The jobs it takes.
    const fn kinds(self) -> Kinds {
        match self {
            Self::Bulk => Kinds::Only(BULK),
            Self::Asking => Kinds::Only(ASKING),
            Self::Own => Kinds::AllBut(NOT_OWN),
        }
    }
}

const BULK: &[&str] = &[kind::BULK_CAPTURE, kind::BULK_STEPS];
const ASKING: &[&str] = &[
    kind::FOLLOW_ORDER,
    kind::FOLLOW_OBJECT,
    kind::CLOSE_PERMISSION,
    kind::BEGIN_SUBSCRIPTION,
    kind::CLOSE_SUBSCRIPTION,
    kind::EXPIRE,
    kind::REAUTHORIZE,
];
const NOT_OWN: &[&str] = &[
    kind::BULK_CAPTURE,
    kind::BULK_STEPS,
    kind::FOLLOW_ORDER,
    kind::FOLLOW_OBJECT,
    kind::CLOSE_PERMISSION,
    kind::BEGIN_SUBSCRIPTION,
    kind::CLOSE_SUBSCRIPTION,
    kind::EXPIRE,
    kind::REAUTHORIZE,
];

/// The shortest time a claimed job is ours before another worker may take it over, ms.
const LEASE: i64 = 120_000;
/// Tries after which somebody has to look, ten minutes apart by then.
const MOST_ATTEMPTS: i64 = 20;

/// Works until told to stop; then finishes what it has.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    let holder = secret::random_id();
    // A job makes a few calls to Amazon at most, a part of a bulk run included.
    let lease = LEASE.max(bulk_run::PART + 4 * pace::look_after(&app));
    let mut lanes = Lane::ALL.map(|lane| (lane, JoinSet::new()));
    let mut taken = Taken::default();
    loop {
        for (_, under_way) in &mut lanes {
            while let Some(done) = under_way.try_join_next() {
                told(done);
            }
        }
        if *stopping.borrow() {
            break;
        }
        let mut idle = true;
        for (lane, under_way) in &mut lanes {
            for job in claim(&app, &holder, *lane, &taken, lease).await {
                idle = false;
                let place = taken.takes(*lane, &job.shop_id);
                let app = app.clone();
                under_way.spawn(async move {
                    let _place = place;
                    work(app, job).await;
                });
            }
        }
        if idle {
            let [(_, bulk), (_, asking), (_, own)] = &mut lanes;
            tokio::select! {
                _ = super::next_look(&app, &mut stopping) => {}
                Some(done) = bulk.join_next() => told(done),
                Some(done) = asking.join_next() => told(done),
                Some(done) = own.join_next() => told(done),
            }
        }
    }
    for (_, mut under_way) in lanes {
        while let Some(done) = under_way.join_next().await {
            told(done);
        }
    }
}

/// Places that shops have taken, by lane.
#[derive(Debug, Default)]
struct Taken(Vec<(Lane, ShopId, Weak<()>)>);

impl Taken {
    /// A place of the shop, until what is given back is dropped.
    fn takes(&mut self, lane: Lane, shop: &ShopId) -> Arc<()> {
        self.0.retain(|(.., place)| place.strong_count() > 0);
        let place = Arc::new(());
        self.0.push((lane, shop.clone(), Arc::downgrade(&place)));
        place
    }

    fn of(&self, lane: Lane) -> impl Iterator<Item = &ShopId> {
        let held = self.0.iter().filter(move |(of, _, place)| *of == lane && place.strong_count() > 0);
        held.map(|(_, shop, _)| shop)
    }

    /// How many free places of the lane each of these shops gets, one after the other to whoever has fewest. One place is
    /// for a shop that has none, so that a thousand questions of one shop never keep another waiting for all of them.
    fn shares(&self, lane: Lane, shops: Vec<ShopId>) -> Vec<(ShopId, usize)> {
        let mut free = lane.places().saturating_sub(self.of(lane).count());
        let held = |shop: &ShopId| self.of(lane).filter(|of| *of == shop).count();
        let mut shares: Vec<(ShopId, usize, usize)> =
            shops.into_iter().map(|shop| (held(&shop), shop)).map(|(held, shop)| (shop, held, 0)).collect();
        while let Some(next) = shares.iter_mut().min_by_key(|(_, held, _)| *held) {
            if free == 0 || (free == 1 && next.1 > 0) {
                break;
            }
            (next.1, next.2, free) = (next.1 + 1, next.2 + 1, free - 1);
        }
        shares.into_iter().filter(|(.., share)| *share > 0).map(|(shop, _, share)| (shop, share)).collect()
    }
}

async fn claim(app: &App, holder: &str, lane: Lane, taken: &Taken, lease: i64) -> Vec<Job> {
    if taken.of(lane).count() >= lane.places() {
        return Vec::new();
    }
    let (now, kinds) = (app.clock.now_ms(), lane.kinds());
    let told = |error: StoreError| tracing::error!(%error, "jobs could not be claimed");
    let shops = match jobs::shops_with_work(&app.store, now, kinds).await {
        Ok(shops) => shops,
        Err(error) => {
            told(error);
            return Vec::new();
        }
    };
    let mut all = Vec::new();
    for (shop, share) in taken.shares(lane, shops) {
        let share = i64::try_from(share).unwrap_or(1);
        match jobs::claim(&app.store, now, holder, (kinds, Some(&shop)), share, lease).await {
            Ok(claimed) => all.extend(claimed),
            Err(error) => told(error),
        }
    }
    all
}

/// A job that broke off keeps its lease, and is tried again when that ends.
fn told(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done {
        tracing::error!(%error, "a job broke off");
    }
}

async fn work(app: App, job: Job) {
    let outcome = attempt(&app, &job).await;
    let now = app.clock.now();
    let batch = match &outcome {
        Ok(Progress::Done) => jobs::finish(&job, now.as_millisecond()).into(),
        Ok(Progress::More { due_at }) => handed_on(&job, *due_at, now),
        Err(error) => failed(&app, &job, error).into(),
    };
    match app.store.write(batch).await {
        Ok(_) => {}
        // The lease had run out and another worker has the job: its outcome counts.
        Err(StoreError::Unmet(Unmet::Lost(_))) => {}
        Err(error) => tracing::error!(job.id = %job.job_id, %error, "a job's outcome could not be stored"),
    }
}

/// The rest of a long job as a new one, so that its tries count from the beginning and others have their turn.
fn handed_on(job: &Job, due_at: i64, now: jiff::Timestamp) -> Batch {
    let mut batch = Batch::from(jobs::finish(job, now.as_millisecond()));
    batch.push(jobs::enqueue(&jobs::NewJob {
        shop_id: &job.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: &job.kind,
        subject: &job.subject,
        payload: &job.payload,
        due_at,
        now: now.as_millisecond(),
    }));
    batch
}

/// A question about money is never given up: Amazon may be away for a day. Only what can do without an end, or what
/// no later try can change, is put aside for people.
fn failed(app: &App, job: &Job, error: &Failure) -> Statement {
    let why = crate::http::error::chain(&*error.cause);
    let now = app.clock.now_ms();
    let in_vain = error.in_vain && job.attempts >= MOST_ATTEMPTS;
    if job.attempts >= MOST_ATTEMPTS {
        tracing::error!(job.kind = %job.kind, job.id = %job.job_id, cause = %why, "a job has failed for long");
    } else {
        tracing::warn!(job.kind = %job.kind, job.id = %job.job_id, cause = %why, "a job failed and is tried again");
    }
    if in_vain { jobs::bury(job, now, &why) } else { jobs::postpone(job, now + back_off(job.attempts), &why) }
}

/// Wait before the next try, ms: doubling from one second to ten minutes, a quarter of it by chance so that
/// jobs that failed together do not come back together.
fn back_off(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 11) - 1).unwrap_or(0);
    let wait = (1_000_i64 << exponent).min(600_000);
    wait - wait / 4 * i64::from(secret::random::<1>()[0]) / 255
}

/// Why a job failed.
struct Failure {
    cause: Box<dyn Error + Send + Sync>,
    /// After many tries it is put aside for people.
    in_vain: bool,
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { cause: Box::new(error), in_vain: false }
    }
}

impl Failure {
    fn in_vain(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), in_vain: true }
    }
}

async fn attempt(app: &App, job: &Job) -> Result<Progress, Failure> {
    let shop = shops::open(app, &job.shop_id).await?;
    match job.kind.as_str() {
        kind::FOLLOW_ORDER => {
            reconcile_order::reconcile_order(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::FOLLOW_OBJECT => {
            let begun = app.clock.now_ms();
            // Its type and its id.
            let (kind, object) = job.subject.rsplit_once('.').unwrap_or(("", job.subject.as_str()));
            let came = reconcile_order::follow_object(app, &shop, object, &job.payload).await?;
            receive_notification::followed(app, &job.shop_id, (kind, object), came, begun).await?;
        }
        kind::CLOSE_PERMISSION => {
            close_permission::close_permission(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::BEGIN_SUBSCRIPTION => {
            begin_subscription::begin_subscription(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::CLOSE_SUBSCRIPTION => {
            let id = subject::<SubscriptionId>(job)?;
            if let Some(due_at) = close_subscription::close_subscription(app, &shop, &id).await? {
                return Ok(Progress::More { due_at });
            }
        }
        kind::EXPIRE => expiry::expire(app, &shop, &job.subject).await?,
        kind::REAUTHORIZE => reauthorize_order::automatic(app, &shop, &subject::<OrderId>(job)?).await?,
        // Without it the order is not found by its words; nothing else hangs on it.
        kind::INDEX_ORDER => {
            let indexed = index_order::run(app, &job.shop_id, &subject::<OrderId>(job)?).await;
            indexed.map_err(Failure::in_vain)?;
        }
        // A mail nobody takes for hours is put aside for people.
        kind::SEND_MAIL => send_mail::send_mail(app, &shop, &job.subject).await.map_err(Failure::in_vain)?,
        kind::BULK_CAPTURE | kind::BULK_STEPS => {
            return Ok(bulk_run::run(app, &shop, &subject::<BulkRunId>(job)?, job).await?);
        }
        other => return Err(Failure::in_vain(format!("no worker knows jobs of kind {other}"))),
    }
    Ok(Progress::Done)
}

fn subject<T: FromStr<Err: Error + Send + Sync + 'static>>(job: &Job) -> Result<T, Failure> {
    job.subject.parse().map_err(Failure::in_vain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_places_in_one_lane() {
        let own = [kind::INDEX_ORDER, kind::SEND_MAIL, "unheard_of"];
        for one in BULK.iter().chain(ASKING).chain(&own) {
            let lanes = Lane::ALL.iter().filter(|lane| match lane.kinds() {
                Kinds::All => true,
                Kinds::Only(kinds) => kinds.contains(one),
                Kinds::AllBut(kinds) => !kinds.contains(one),
            });
            assert_eq!(lanes.count(), 1, "{one}");
        }
    }

    #[test]
    fn places_are_divided_by_shop() {
        let [a, b, c] = ["a", "b", "c"].map(|id| ShopId::new(id).unwrap());
        let lane = Lane::Asking;
        let mut taken = Taken::default();
        let shares = |taken: &Taken, shops: &[&ShopId]| -> Vec<usize> {
            let shares = taken.shares(lane, shops.iter().map(|shop| (*shop).clone()).collect());
            shops
                .iter()
                .map(|shop| shares.iter().find(|(of, _)| of == *shop).map_or(0, |(_, share)| *share))
                .collect()
        };
        // One shop alone leaves a place for whoever comes.
        assert_eq!(shares(&taken, &[&a]), [8]);
        assert_eq!(shares(&taken, &[&a, &b]), [4, 4], "the last place is nobody's yet");
        let mut held: Vec<_> = (0..8).map(|_| taken.takes(lane, &a)).collect();
        assert_eq!(shares(&taken, &[&a, &b, &c]), [0, 1, 0]);
        held.push(taken.takes(lane, &b));
        assert_eq!(shares(&taken, &[&a, &b, &c]), [0, 0, 0], "all are taken");
        // A place that comes back goes to the shop that has none.
        held.remove(0);
        assert_eq!(shares(&taken, &[&a, &b, &c]), [0, 0, 1]);
        assert_eq!(taken.of(Lane::Bulk).count(), 0, "lanes are apart");
    }

    #[test]
    fn waits_double_up_to_ten_minutes_and_never_vanish() {
        for attempts in 1..=100 {
            let wait = back_off(attempts);
            let longest = (1_000_i64 << (attempts - 1).min(10)).min(600_000);
            assert!(wait <= longest && wait >= longest * 3 / 4 - 1, "{attempts}: {wait}");
        }
    }
}
