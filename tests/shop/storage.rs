//! What the storage engine promises, on SQLite and on PostgreSQL alike.
#![expect(clippy::unwrap_used, reason = "a promise that is not kept panics, which is how a test fails")]

use backend::store::{
    Batch, MIGRATIONS, Migration, OpenError, Options, Statement, Store, StoreError, Unmet, jobs, retry_stale,
    values,
};
use futures_util::FutureExt;
use futures_util::future::{join_all, try_join_all};
use integration_tests::postgres;
use shared::id::{JobId, ShopId};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The tables of these tests, after the product's own.
const TABLES: Migration = Migration {
    name: "9000_storage_test",
    sql: "create table place (   -- places that may be taken
            shop_id text not null,
            place   text not null,
            taken   bigint not null,
            version bigint not null,
            picture bytes,
            primary key (shop_id, place)
          );",
};
/// One more, as the next version of the program would have.
const NEXT: Migration = Migration {
    name: "9001_storage_test",
    sql: "alter table place add column note text not null default 'new';",
};
/// [`TABLES`] under its own name but with another content.
const CHANGED: Migration =
    Migration { name: "9000_storage_test", sql: "create table other (a text primary key);" };

/// The product's second migration of jobs, wherever it stands in the list.
const ASKED: Migration =
    Migration { name: "0011_job_asked", sql: include_str!("../../backend/migrations/0011_job_asked.sql") };

const JOB_ONLY: &[Migration] = &[MIGRATIONS[0], ASKED, TABLES];
const ONE_MORE: &[Migration] = &[MIGRATIONS[0], ASKED, TABLES, NEXT];
const WITH_A_CHANGED_FILE: &[Migration] = &[MIGRATIONS[0], ASKED, CHANGED];

/// A database of one test's own.
struct Database {
    url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("noren.db").display());
        Self { url, _folder: Some(folder) }
    }

    async fn postgres() -> Self {
        Self { url: postgres::empty_database().await, _folder: None }
    }

    fn is_sqlite(&self) -> bool {
        self._folder.is_some()
    }

    async fn open(&self) -> Store {
        self.open_with(Options::default(), JOB_ONLY).await.unwrap()
    }

    async fn open_with(
        &self,
        options: Options,
        migrations: &'static [Migration],
    ) -> Result<Store, OpenError> {
        Store::open_with(&self.url, 1, Options { migrations, ..options }).await
    }
}

/// Runs each promise on both databases.
macro_rules! on_both_databases {
    ($($promise:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::Database::sqlite()).await;
            })+
        }
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::Database::postgres().await).await;
            })+
        }
    };
}

on_both_databases! {
    an_unmet_expectation_undoes_the_whole_batch_and_the_first_one_is_named
    a_batch_that_fails_leaves_its_neighbours_alone
    r18_sixty_four_tasks_for_a_thousand_places_take_exactly_a_thousand
    a_reader_never_sees_half_a_batch
    a_reader_sees_one_moment_only
    what_was_answered_is_read_by_the_next_reader
    a_write_is_finished_even_when_its_caller_goes_away
    parameters_are_bound_by_their_number
    every_type_of_value_comes_back_as_it_went_in
    text_that_one_database_could_not_keep_is_refused_by_both
    returned_rows_belong_to_their_statement
    a_stale_decision_is_taken_again_on_what_is_true_now
    a_commit_wakes_those_who_wait_for_one
    r59_a_job_goes_to_one_of_many_claimers
    a_lost_lease_is_noticed_and_undoes_the_work
    a_job_wanted_once_exists_once_while_it_is_open
    a_job_asked_for_while_it_runs_runs_again
    of_several_who_ask_for_a_running_job_the_earliest_counts
    a_dead_workers_job_is_not_put_off_by_who_asks_for_it
    a_postponed_job_waits_and_a_buried_one_stays
    migrations_run_once
    a_migration_that_was_changed_is_refused
}

fn shop() -> ShopId {
    ShopId::new("demo").unwrap()
}

fn place(name: &str, taken: i64) -> Statement {
    Statement::new(
        "insert into place (shop_id, place, taken, version) values ($1, $2, $3, 1) on conflict do nothing",
        values![shop(), name, taken],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("place"))
}

fn set(name: &str, taken: i64, version: i64) -> Statement {
    Statement::new(
        "update place set taken = $1, version = version + 1 where shop_id = $2 and place = $3 and version = $4",
        values![taken, shop(), name, version],
    )
    .touching(1)
    .or(Unmet::Stale("place"))
}

async fn taken(store: &Store, name: &str) -> Option<i64> {
    let reader = store.reader().await.unwrap();
    let sql = "select taken from place where shop_id = $1 and place = $2";
    reader.row(sql, values![shop(), name]).await.unwrap().map(|row| row.int("taken").unwrap())
}

async fn an_unmet_expectation_undoes_the_whole_batch_and_the_first_one_is_named(database: Database) {
    let store = database.open().await;
    store.write(place("hall", 7)).await.unwrap();

    let batch: Batch = [
        place("garden", 1),
        set("hall", 8, 1),
        set("hall", 9, 1), // the first that does not fit: the line above has raised the version
        place("garden", 2), // does not fit either
    ]
    .into_iter()
    .collect();
    let refused = store.write(batch).await.unwrap_err();

    assert_eq!(refused.unmet(), Some(Unmet::Stale("place")));
    assert_eq!(taken(&store, "garden").await, None);
    assert_eq!(taken(&store, "hall").await, Some(7));
}

async fn a_batch_that_fails_leaves_its_neighbours_alone(database: Database) {
    let store = database.open().await;
    store.write(place("hall", 0)).await.unwrap();

    let writes = (0..60).map(|n| {
        let mut batch = Batch::from(place(&format!("place-{n}"), n));
        match n % 3 {
            1 => batch.append(set("hall", n, 99)), // unmet
            2 => batch.append(Statement::new("insert into nowhere (a) values ($1)", values![n])), // refused
            _ => {}
        }
        store.write(batch)
    });
    let results = join_all(writes).await;

    for (n, result) in (0..60).zip(results) {
        match n % 3 {
            0 => assert!(result.is_ok(), "{n}: {result:?}"),
            1 => assert_eq!(result.unwrap_err().unmet(), Some(Unmet::Stale("place"))),
            _ => assert!(matches!(result, Err(StoreError::Failed(_))), "{n}: {result:?}"),
        }
        let stored = (n % 3 == 0).then_some(n);
        assert_eq!(taken(&store, &format!("place-{n}")).await, stored, "{n}");
    }
}

/// R18: what the monthly cap rests on.
async fn r18_sixty_four_tasks_for_a_thousand_places_take_exactly_a_thousand(database: Database) {
    let store = database.open().await;
    let take = || {
        Statement::new(
            "insert into place (shop_id, place, taken, version)
             select $1, 'hall', $2, 1 where $2 <= $3
             on conflict (shop_id, place) do update set taken = place.taken + excluded.taken
              where place.taken + excluded.taken <= $3",
            values![shop(), 1, 1_000],
        )
        .touching(1)
        .or(Unmet::OverCap("place"))
    };
    let tasks = (0..64).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut got = 0;
            for _ in 0..25 {
                match store.write(take()).await {
                    Ok(_) => got += 1,
                    Err(error) => assert_eq!(error.unmet(), Some(Unmet::OverCap("place"))),
                }
            }
            got
        })
    });
    let got: i64 = try_join_all(tasks).await.unwrap().into_iter().sum();

    assert_eq!(got, 1_000);
    assert_eq!(taken(&store, "hall").await, Some(1_000));
}

async fn a_reader_never_sees_half_a_batch(database: Database) {
    let store = database.open().await;
    store.write([place("left", 0), place("right", 0)].into_iter().collect::<Batch>()).await.unwrap();
    // Writes go on until the reader has seen enough of them, however slow the machine is.
    let moments = AtomicUsize::new(0);

    let write = async {
        let mut n = 0;
        while moments.load(Ordering::Acquire) < 10 {
            n += 1;
            let both: Batch = [set("left", n, n), set("right", n, n)].into_iter().collect();
            store.write(both).await.unwrap();
        }
    };
    let read = async {
        let mut seen = BTreeSet::new();
        while seen.len() < 10 {
            let reader = store.reader().await.unwrap();
            let side = |name: &'static str| {
                reader.row("select taken from place where shop_id = $1 and place = $2", values![shop(), name])
            };
            let left = side("left").await.unwrap().unwrap().int("taken").unwrap();
            tokio::task::yield_now().await;
            let right = side("right").await.unwrap().unwrap().int("taken").unwrap();
            assert_eq!(left, right);
            seen.insert(left);
            moments.store(seen.len(), Ordering::Release);
        }
    };
    let both = async { tokio::join!(write, read) };
    tokio::time::timeout(std::time::Duration::from_secs(60), both)
        .await
        .expect("the reader sees ten moments");
}

async fn a_reader_sees_one_moment_only(database: Database) {
    let store = database.open().await;
    store.write(place("hall", 1)).await.unwrap();
    let reader = store.reader().await.unwrap();
    let sql = "select taken from place where shop_id = $1 and place = 'hall'";
    let look = || reader.row(sql, values![shop()]);
    look().await.unwrap();

    store.write(set("hall", 2, 1)).await.unwrap();

    let (first, second) = tokio::try_join!(look(), look()).unwrap();
    assert_eq!(first.unwrap().int("taken").unwrap(), 1);
    assert_eq!(second.unwrap().int("taken").unwrap(), 1);
    drop(reader);
    assert_eq!(taken(&store, "hall").await, Some(2));
}

async fn what_was_answered_is_read_by_the_next_reader(database: Database) {
    // One connection only, so that a reader that leaves its transaction open would be found out.
    let options = Options { readers: 1, connections: 1, ..Options::default() };
    let store = database.open_with(options, JOB_ONLY).await.unwrap();
    store.write(place("hall", 0)).await.unwrap();
    for n in 1..=50 {
        store.write(set("hall", n, n)).await.unwrap();
        assert_eq!(taken(&store, "hall").await, Some(n));
    }
}

async fn a_write_is_finished_even_when_its_caller_goes_away(database: Database) {
    let store = database.open().await;
    for n in 0..20 {
        let name = format!("place-{n}");
        let mut write = Box::pin(store.write(place(&name, n)));
        assert!(write.as_mut().now_or_never().is_none(), "answered before it can have been stored");
        drop(write);
    }
    // What comes later is stored later: once this is answered, SQLite has done the others. PostgreSQL runs them
    // side by side, so there the end is waited for.
    store.write(place("last", 0)).await.unwrap();
    let mut commits = store.committed();
    let all = async {
        loop {
            let reader = store.reader().await.unwrap();
            let count = reader.row("select count(*) as places from place", values![]).await.unwrap().unwrap();
            drop(reader);
            if count.int("places").unwrap() == 21 {
                return;
            }
            assert!(!database.is_sqlite(), "a dropped write was not stored");
            commits.changed().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), all).await.expect("all writes are stored");
}

async fn parameters_are_bound_by_their_number(database: Database) {
    let store = database.open().await;
    let reader = store.reader().await.unwrap();
    let sql = "select cast($2 as bigint) as second, cast($1 as bigint) as first, cast($2 as bigint) as again";
    let row = reader.row(sql, values![1, 2]).await.unwrap().unwrap();
    assert_eq!([row.int("first"), row.int("second"), row.int("again")].map(Result::unwrap), [1, 2, 2]);

    assert!(reader.row(sql, values![1]).await.is_err(), "a value is missing");
}

async fn every_type_of_value_comes_back_as_it_went_in(database: Database) {
    let store = database.open().await;
    let picture: Vec<u8> = (0..=255).collect();
    let name = "お届け先 𠮷野家 '\" \u{202e}%";
    let insert = Statement::new(
        "insert into place (shop_id, place, taken, version, picture) values ($1, $2, $3, $4, $5)",
        values![shop(), name, i64::MIN, i64::MAX, picture.clone()],
    );
    let none = Statement::new(
        "insert into place (shop_id, place, taken, version, picture) values ($1, $2, $3, $4, $5)",
        values![shop(), "", true, 0, Option::<Vec<u8>>::None],
    );
    store.write([insert, none].into_iter().collect::<Batch>()).await.unwrap();

    let reader = store.reader().await.unwrap();
    let sql =
        "select shop_id, place, taken, version, picture from place where shop_id = $1 order by place desc";
    let rows = reader.rows(sql, values![shop()]).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].parse::<ShopId>("shop_id").unwrap(), shop());
    assert_eq!(rows[0].text("place").unwrap(), name);
    assert_eq!(rows[0].int("taken").unwrap(), i64::MIN);
    assert_eq!(rows[0].int("version").unwrap(), i64::MAX);
    assert_eq!(rows[0].bytes("picture").unwrap(), picture);
    assert_eq!(rows[1].text("place").unwrap(), "");
    assert!(rows[1].flag("taken").unwrap());
    assert_eq!(rows[1].opt_bytes("picture").unwrap(), None);
    assert!(reader.row(sql, values![shop()]).await.is_err(), "two rows where one was asked for");
}

async fn text_that_one_database_could_not_keep_is_refused_by_both(database: Database) {
    let store = database.open().await;
    assert!(matches!(store.write(place("a\0b", 1)).await, Err(StoreError::Failed(_))));
    assert_eq!(taken(&store, "a").await, None);
}

async fn returned_rows_belong_to_their_statement(database: Database) {
    let store = database.open().await;
    store.write([place("a", 1), place("b", 2)].into_iter().collect::<Batch>()).await.unwrap();
    let mut batch = Batch::from(place("c", 3));
    let raise = "update place set taken = taken * 10 where shop_id = $1 and taken < 3 returning place, taken";
    let raised = batch.push(Statement::new(raise, values![shop()]).returning());
    let removed = batch.push(Statement::new("delete from place where shop_id = $1", values![shop()]));
    let outcome = store.write(batch).await.unwrap();

    let mut rows: Vec<_> = outcome
        .rows(raised)
        .iter()
        .map(|row| (row.text("place").unwrap(), row.int("taken").unwrap()))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [("a", 10), ("b", 20)]);
    assert_eq!((outcome.touched(0), outcome.touched(raised), outcome.touched(removed)), (1, 2, 3));
    assert!(outcome.rows(removed).is_empty());
}

async fn a_stale_decision_is_taken_again_on_what_is_true_now(database: Database) {
    let store = database.open().await;
    store.write(place("hall", 0)).await.unwrap();
    let raise = || async {
        let reader = store.reader().await?;
        let row =
            reader.row("select taken, version from place where place = 'hall'", values![]).await?.unwrap();
        drop(reader);
        store.write(set("hall", row.int("taken")? + 1, row.int("version")?)).await
    };
    let results = join_all((0..4).map(|_| retry_stale(raise))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(taken(&store, "hall").await, Some(4));
    assert_eq!(
        retry_stale(|| store.write(set("hall", 9, 99))).await.unwrap_err().unmet(),
        Some(Unmet::Stale("place"))
    );
}

async fn a_commit_wakes_those_who_wait_for_one(database: Database) {
    let store = database.open().await;
    let mut commits = store.committed();
    commits.mark_unchanged();
    store.write(place("hall", 0)).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), commits.changed()).await.unwrap().unwrap();
}

fn job<'a>(shop_id: &'a ShopId, job_id: &'a JobId, subject: &'a str, due_at: i64) -> jobs::NewJob<'a> {
    jobs::NewJob { shop_id, job_id, kind: "reconcile", subject, payload: "{}", due_at, now: 1 }
}

fn job_id(n: usize) -> JobId {
    JobId::new(format!("job-{n:04}")).unwrap()
}

/// R59: two workers never do the same job at once.
async fn r59_a_job_goes_to_one_of_many_claimers(database: Database) {
    let first = database.open().await;
    // Several processes can share PostgreSQL; SQLite has one, with several workers in it.
    let second = if database.is_sqlite() { first.clone() } else { database.open().await };
    let shop = shop();
    let ids: Vec<JobId> = (0..200).map(job_id).collect();
    let batch: Batch = ids.iter().map(|id| jobs::enqueue(&job(&shop, id, "order-1", 10))).collect();
    first.write(batch).await.unwrap();
    assert_eq!(
        jobs::claim(&first, 9, "early", (jobs::Kinds::All, None), 10, 1_000).await.unwrap(),
        [],
        "not due yet"
    );

    let workers = (0..8).map(|worker| {
        let store = if worker % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move {
            let holder = format!("worker-{worker}");
            let mut mine = Vec::new();
            loop {
                let claimed =
                    jobs::claim(&store, 10, &holder, (jobs::Kinds::All, None), 7, 1_000).await.unwrap();
                assert!(claimed.len() <= 7);
                assert!(claimed.iter().all(|job| job.lease_holder == holder && job.lease_until == 1_010));
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|job| job.job_id));
            }
        })
    });
    let mut claimed: Vec<JobId> = try_join_all(workers).await.unwrap().into_iter().flatten().collect();
    // Skipping locked rows, a worker may go home while another still claims; nobody claims what someone has.
    claimed.sort();
    let different: BTreeSet<_> = claimed.iter().cloned().collect();
    assert_eq!(claimed.len(), different.len(), "a job was claimed twice");
    assert_eq!(claimed, ids);
}

async fn a_lost_lease_is_noticed_and_undoes_the_work(database: Database) {
    let store = database.open().await;
    let shop = shop();
    store.write(jobs::enqueue(&job(&shop, &job_id(1), "order-1", 0))).await.unwrap();
    let slow = jobs::claim(&store, 0, "slow", (jobs::Kinds::All, None), 1, 100).await.unwrap().remove(0);
    assert!(
        jobs::claim(&store, 99, "quick", (jobs::Kinds::All, None), 1, 100).await.unwrap().is_empty(),
        "the lease still runs"
    );
    let quick = jobs::claim(&store, 100, "quick", (jobs::Kinds::All, None), 1, 100).await.unwrap().remove(0);
    assert_eq!((quick.job_id.as_str(), quick.attempts), ("job-0001", 2));

    for late in [
        jobs::finish(&slow, 101),
        jobs::postpone(&slow, 500, "no"),
        jobs::bury(&slow, 101, "no"),
        jobs::extend(&slow, 900),
    ] {
        let batch: Batch = [place("hall", 1), late].into_iter().collect();
        assert_eq!(store.write(batch).await.unwrap_err().unmet(), Some(Unmet::Lost("job")));
    }
    assert_eq!(taken(&store, "hall").await, None);

    store.write(jobs::extend(&quick, 900)).await.unwrap();
    assert!(jobs::claim(&store, 899, "third", (jobs::Kinds::All, None), 1, 100).await.unwrap().is_empty());
    store.write([place("hall", 2), jobs::finish(&quick, 120)].into_iter().collect::<Batch>()).await.unwrap();
    assert_eq!(store.write(jobs::finish(&quick, 121)).await.unwrap_err().unmet(), Some(Unmet::Lost("job")));
    assert!(jobs::claim(&store, 9_999, "third", (jobs::Kinds::All, None), 1, 100).await.unwrap().is_empty());
    assert_eq!(store.write(jobs::forget_done(120)).await.unwrap().touched(0), 0);
    assert_eq!(store.write(jobs::forget_done(121)).await.unwrap().touched(0), 1);
}

async fn a_job_wanted_once_exists_once_while_it_is_open(database: Database) {
    let store = database.open().await;
    let shop = shop();
    for (n, due_at) in [(1, 50), (2, 20), (3, 80)] {
        store.write(jobs::enqueue_once(&job(&shop, &job_id(n), "order-1", due_at))).await.unwrap();
    }
    store.write(jobs::enqueue_once(&job(&shop, &job_id(4), "order-2", 30))).await.unwrap();

    let claimed = jobs::claim(&store, 100, "worker", (jobs::Kinds::All, None), 10, 100).await.unwrap();
    let found: Vec<_> = claimed.iter().map(|job| (job.job_id.as_str(), job.due_at)).collect();
    assert_eq!(found, [("job-0001", 20), ("job-0004", 30)], "the first row, pulled to the earliest time");

    store.write(claimed.iter().map(|job| jobs::finish(job, 101)).collect::<Batch>()).await.unwrap();
    store.write(jobs::enqueue_once(&job(&shop, &job_id(5), "order-1", 102))).await.unwrap();
    assert_eq!(
        jobs::claim(&store, 102, "worker", (jobs::Kinds::All, None), 10, 100).await.unwrap().len(),
        1,
        "done, so it may be wanted anew"
    );
}

async fn a_job_asked_for_while_it_runs_runs_again(database: Database) {
    let store = database.open().await;
    let shop = shop();
    store.write(jobs::enqueue_once(&job(&shop, &job_id(1), "order-1", 0))).await.unwrap();
    for end in [jobs::finish, |job: &jobs::Job, now| jobs::bury(job, now, "no")] {
        let running =
            jobs::claim(&store, 10, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().remove(0);
        store.write(jobs::enqueue_once(&job(&shop, &job_id(2), "order-1", 10))).await.unwrap();
        assert!(
            jobs::claim(&store, 11, "other", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().is_empty(),
            "never two at once"
        );
        store.write(end(&running, 12)).await.unwrap();
    }
    let again = jobs::claim(&store, 13, "worker", (jobs::Kinds::All, None), 10, 1_000).await.unwrap();
    assert_eq!(
        again.iter().map(|job| (job.job_id.as_str(), job.attempts)).collect::<Vec<_>>(),
        [("job-0001", 1)]
    );
    store.write(jobs::finish(&again[0], 14)).await.unwrap();
    assert!(
        jobs::claim(&store, 9_999, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().is_empty()
    );
}

async fn of_several_who_ask_for_a_running_job_the_earliest_counts(database: Database) {
    let store = database.open().await;
    let shop = shop();
    let ask = async |due_at| {
        store.write(jobs::enqueue_once(&job(&shop, &job_id(1), "order-1", due_at))).await.unwrap()
    };
    ask(0).await;
    for end in [jobs::finish, |job: &jobs::Job, _| jobs::postpone(job, 9_000, "Amazon Pay did not answer")] {
        let running =
            jobs::claim(&store, 1_000, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().remove(0);
        for due_at in [3_000, 500, 2_000] {
            ask(due_at).await;
        }
        store.write(end(&running, 1_001)).await.unwrap();
        assert!(
            jobs::claim(&store, 499, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().is_empty()
        );
    }
    assert_eq!(
        jobs::claim(&store, 500, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().len(),
        1
    );
}

async fn a_dead_workers_job_is_not_put_off_by_who_asks_for_it(database: Database) {
    let store = database.open().await;
    let shop = shop();
    let ask = async |due_at| {
        store.write(jobs::enqueue_once(&job(&shop, &job_id(1), "order-1", due_at))).await.unwrap()
    };
    ask(0).await;
    assert_eq!(jobs::claim(&store, 10, "dies", (jobs::Kinds::All, None), 1, 100).await.unwrap().len(), 1);
    ask(80_000).await;
    assert!(jobs::claim(&store, 109, "heir", (jobs::Kinds::All, None), 1, 100).await.unwrap().is_empty());
    let heir = jobs::claim(&store, 110, "heir", (jobs::Kinds::All, None), 1, 100).await.unwrap().remove(0);
    store.write(jobs::finish(&heir, 111)).await.unwrap();
    assert!(jobs::claim(&store, 79_999, "heir", (jobs::Kinds::All, None), 1, 100).await.unwrap().is_empty());
    assert_eq!(jobs::claim(&store, 80_000, "heir", (jobs::Kinds::All, None), 1, 100).await.unwrap().len(), 1);
}

async fn a_postponed_job_waits_and_a_buried_one_stays(database: Database) {
    let store = database.open().await;
    let shop = shop();
    store.write(jobs::enqueue(&job(&shop, &job_id(1), "order-1", 0))).await.unwrap();
    let claimed =
        jobs::claim(&store, 10, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().remove(0);
    store.write(jobs::postpone(&claimed, 500, "Amazon Pay did not answer")).await.unwrap();
    assert!(jobs::claim(&store, 499, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().is_empty());
    let claimed =
        jobs::claim(&store, 500, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().remove(0);
    assert_eq!(claimed.attempts, 2);

    store.write(jobs::bury(&claimed, 501, "Amazon Pay said no")).await.unwrap();
    assert!(
        jobs::claim(&store, 9_999, "worker", (jobs::Kinds::All, None), 1, 1_000).await.unwrap().is_empty()
    );
    store.write(jobs::forget_done(9_999)).await.unwrap();
    let reader = store.reader().await.unwrap();
    let row =
        reader.row("select job_state, last_error, ended_at from job", values![]).await.unwrap().unwrap();
    assert_eq!(row.text("job_state").unwrap(), "buried");
    assert_eq!(row.text("last_error").unwrap(), "Amazon Pay said no");
    assert_eq!(row.int("ended_at").unwrap(), 501);
}

async fn migrations_run_once(database: Database) {
    let first = database.open().await;
    first.write(place("hall", 1)).await.unwrap();
    first.close().await;
    assert!(matches!(first.write(place("garden", 1)).await, Err(StoreError::Failed(_))), "it is closed");

    let again = database.open().await;
    assert_eq!(taken(&again, "hall").await, Some(1));
    again.close().await;

    let newer = database.open_with(Options::default(), ONE_MORE).await.unwrap();
    let reader = newer.reader().await.unwrap();
    let row = reader.row("select note from place where place = 'hall'", values![]).await.unwrap().unwrap();
    assert_eq!(row.text("note").unwrap(), "new");
    let names = reader.rows("select name from schema_migration order by name", values![]).await.unwrap();
    let names: Vec<_> = names.iter().map(|row| row.text("name").unwrap()).collect();
    assert_eq!(names, ["0001_job", "0011_job_asked", "9000_storage_test", "9001_storage_test"]);
}

async fn a_migration_that_was_changed_is_refused(database: Database) {
    database.open().await.close().await;
    let refused = database.open_with(Options::default(), WITH_A_CHANGED_FILE).await;
    assert!(matches!(refused, Err(OpenError::Changed("9000_storage_test"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_the_same_moment_share_the_migrations() {
    let database = Database::postgres().await;
    let opened = join_all((0..6).map(|_| {
        let url = database.url.clone();
        tokio::spawn(async move {
            Store::open_with(&url, 1, Options { migrations: ONE_MORE, ..Options::default() }).await
        })
    }))
    .await;
    for store in opened {
        assert_eq!(taken(&store.unwrap().unwrap(), "hall").await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_tried_again_and_nobody_notices() {
    let store = Database::postgres().await.open().await;
    store.write([place("left", 0), place("right", 0)].into_iter().collect::<Batch>()).await.unwrap();
    let raise = |name: &'static str| {
        Statement::new(
            "update place set taken = taken + 1 where shop_id = $1 and place = $2",
            values![shop(), name],
        )
    };
    // Each first holds its own row, lets the others take theirs, and then wants the other one.
    let pause = || Statement::new("select pg_sleep(0.03)", values![]);
    let crossing =
        |first, second| store.write([raise(first), pause(), raise(second)].into_iter().collect::<Batch>());
    for _ in 0..4 {
        let both = tokio::join!(crossing("left", "right"), crossing("right", "left"));
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    }
    assert_eq!((taken(&store, "left").await, taken(&store, "right").await), (Some(8), Some(8)));
}

/// Text is compared byte by byte everywhere, also where the database's own order is Japanese.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_has_the_same_order_on_every_database() {
    let names = ["a", "B", "b", "-", "あ", "ア", "ｱ", "漢", "ä", "a-b", "ab"];
    let mut bytewise = names.map(str::to_owned).to_vec();
    bytewise.sort_unstable();
    let japanese = Database { url: postgres::japanese_database().await, _folder: None };
    for database in [Database::sqlite(), Database::postgres().await, japanese] {
        let store = database.open().await;
        store.write(names.into_iter().map(|name| place(name, 1)).collect::<Batch>()).await.unwrap();
        let reader = store.reader().await.unwrap();
        let rows = reader.rows("select place from place order by place", values![]).await.unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.text("place").unwrap().to_owned()).collect();
        assert_eq!(found, bytewise, "{}", database.url);
        let sql = "select place from place where shop_id = $1 and place >= $2 and place < $3 order by place";
        let rows = reader.rows(sql, values![shop(), "a", "b"]).await.unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.text("place").unwrap().to_owned()).collect();
        assert_eq!(found, ["a", "a-b", "ab"], "{}", database.url);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_sqlite_ends_the_transaction_nobody_of_the_group_is_told_it_was_stored() {
    let database = Database::sqlite();
    let store = database.open().await;
    store.write(place("hall", 1)).await.unwrap();
    // `or rollback` makes SQLite undo everything at once, as it does by itself when a disk fails.
    let fatal = || {
        let sql = "insert or rollback into place (shop_id, place, taken, version) values ($1, 'hall', $2, 1)";
        Statement::new(sql, values![shop(), 2])
    };
    let writes = (0..30).map(|n| {
        store.write(if n == 15 { Batch::from(fatal()) } else { place(&format!("place-{n}"), n).into() })
    });
    let results = join_all(writes).await;
    assert!(results[15].is_err());
    for (n, result) in (0..30).zip(&results).filter(|(n, _)| *n != 15) {
        let stored = taken(&store, &format!("place-{n}")).await.is_some();
        assert_eq!(result.is_ok(), stored, "{n}: {result:?}");
    }
    assert!(
        results[..15].iter().any(Result::is_err),
        "the fatal batch had no neighbours, so nothing was proved"
    );
    store.write(place("garden", 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_told_at_once_and_stores_nothing() {
    let options = Options { queue: 1, ..Options::default() };
    let database = Database::sqlite();
    let store = database.open_with(options, JOB_ONLY).await.unwrap();
    let results = join_all((0..200).map(|n| store.write(place(&format!("place-{n}"), n)))).await;
    let full = results.iter().filter(|result| matches!(result, Err(StoreError::Full))).count();
    assert!(full > 0);
    for (n, result) in (0..200).zip(&results) {
        assert_eq!(result.is_ok(), taken(&store, &format!("place-{n}")).await.is_some(), "{n}: {result:?}");
    }
}

/// R63: a killed process loses nothing that it had answered; and while it lives, it has the file for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r63_a_second_process_is_refused_and_a_killed_one_loses_nothing_it_answered() {
    const ADDRESS: &str = "NOREN_TEST_SECOND_PROCESS";
    if let Ok(url) = std::env::var(ADDRESS) {
        // This is the other process: it stores and says what it stored until it is killed.
        let store =
            Store::open_with(&url, 1, Options { migrations: JOB_ONLY, ..Options::default() }).await.unwrap();
        for n in 0.. {
            store.write(place(&format!("place-{n}"), n)).await.unwrap();
            eprintln!("stored {n}");
        }
    }
    let database = Database::sqlite();
    let this_test = "storage::r63_a_second_process_is_refused_and_a_killed_one_loses_nothing_it_answered";
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this_test, "--nocapture"])
        .env(ADDRESS, &database.url)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(other.stderr.take().unwrap()).lines().map_while(Result::ok);
    let stored = |line: String| line.strip_prefix("stored ").and_then(|n| n.parse::<i64>().ok());
    let mut answered: Vec<i64> = said.by_ref().filter_map(stored).take(50).collect();

    let refused = database.open_with(Options::default(), JOB_ONLY).await;
    assert!(matches!(&refused, Err(OpenError::InUse(_))), "{:?}", refused.err());

    other.kill().unwrap();
    other.wait().unwrap();
    answered.extend(said.filter_map(stored));
    let store = database.open().await;
    assert!(answered.len() >= 50);
    for n in answered {
        assert_eq!(taken(&store, &format!("place-{n}")).await, Some(n));
    }
}
