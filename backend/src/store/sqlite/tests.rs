//! How much the writer writes.

use super::*;
use crate::store::migrate::Migration;

const TABLE: Migration = Migration {
    name: "9000_wide",
    sql: "create table wide (name text not null, filling text not null, primary key (name));",
};
/// Batches of one group, and rows of one batch.
const BATCHES: u64 = 8;
const ROWS: u64 = 60;

/// Bytes this thread has written so far, to files and whatever else.
fn written() -> u64 {
    let counts = std::fs::read_to_string("/proc/thread-self/io").expect("Linux counts what a thread writes");
    let line = counts.lines().find_map(|line| line.strip_prefix("wchar: ")).expect("a count of bytes");
    line.parse().expect("a number")
}

/// Rows that stand far apart, so that each is on a page of its own.
fn batch(of: u64, filling: &str) -> Batch {
    let names = (0..ROWS).map(|row| format!("{:04}", row * 100 + of));
    names
        .map(|name| {
            let sql = "insert into wide (name, filling) values ($1, $2)
                       on conflict (name) do update set filling = excluded.filling";
            Statement::new(sql, vec![name.into(), filling.repeat(900).into()])
        })
        .collect()
}

/// A group of batches goes to the disk once: what would undo one of them is not written beside it.
#[test]
fn a_group_is_written_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("noren.db");
    let (connection, lock) = open_writer(&path, &[TABLE], 0).expect("a database");
    let (announce, _) = watch::channel(0);
    let writer = Writer { connection, announce, lock };
    let log = || std::fs::metadata(folder.path().join("noren.db-wal")).expect("a log").len();
    let group = |filling: &str| {
        let (requests, mut waiting) = mpsc::channel(BATCHES as usize);
        for of in 0..BATCHES {
            let request = Request::Write(batch(of, filling), oneshot::channel().0);
            assert!(requests.try_send(request).is_ok());
        }
        let first = waiting.try_recv().ok();
        let mut closers = Vec::new();
        let mut group = Group { first, waiting: &mut waiting, answers: Vec::new(), closers: &mut closers };
        let stored = writer.commit(&mut group).expect("a commit");
        assert!(stored.len() as u64 == BATCHES && stored.iter().all(Result::is_ok));
    };
    group("a");
    let (logged, before) = (log(), written());
    group("b");
    let (logged, written) = (log() - logged, written() - before);
    assert!(logged > BATCHES * ROWS * 900, "{logged} bytes are no {BATCHES} batches");
    assert!(written < logged + logged / 10, "{written} bytes were written for {logged}");
}
