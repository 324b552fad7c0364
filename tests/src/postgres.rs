//! A throw-away PostgreSQL for tests: Debian's package, one cluster per test program, a database per test.
//!
//! The cluster listens on a socket in its own temporary folder only. It stops and its folder goes away when the
//! test program ends, however it ends: a shell watches a pipe that only this process holds open. A missing
//! PostgreSQL is an error, never a skipped test. Start at [`fresh_database`].

use backend::store::Store;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{fs, io};
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::NoTls;

/// What a person has to run where the server is missing.
const INSTALL: &str = "PostgreSQL is needed by these tests: apt-get install -y postgresql";
/// Copied for each test; it has every migration.
const TEMPLATE: &str = "noren_template";
/// Real time until a started server must answer.
const START: Duration = Duration::from_secs(60);

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();

struct Cluster {
    folder: PathBuf,
    names: AtomicU32,
    /// PostgreSQL copies a template only while nobody else is connected to it, so one copy at a time.
    copying: Mutex<()>,
    /// Its standard input is the pipe that keeps the server alive.
    _watch: Child,
}

/// The address of a new database with every table.
pub async fn fresh_database() -> String {
    create(&format!("template {TEMPLATE}")).await
}

/// The address of a new database without any table.
pub async fn empty_database() -> String {
    create("template template0").await
}

/// The address of a new database, without any table, whose own order of text is Japanese (ICU `ja`).
pub async fn japanese_database() -> String {
    create("template template0 encoding 'UTF8' locale_provider icu icu_locale 'ja'").await
}

async fn create(options: &str) -> String {
    let cluster =
        CLUSTER.get_or_init(|| async { Cluster::start().await.expect("a PostgreSQL to test with") }).await;
    let name = format!("test_{}", cluster.names.fetch_add(1, Ordering::Relaxed));
    let _one_at_a_time = cluster.copying.lock().await;
    cluster.run(&format!("create database {name} {options}")).await.expect("a new database");
    cluster.url(&name)
}

impl Cluster {
    async fn start() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("noren-pg-").tempdir()?.keep();
        let beside = folder.clone();
        let watch =
            tokio::task::spawn_blocking(move || launch(&beside)).await.map_err(io::Error::other)??;
        let cluster = Self { folder, names: AtomicU32::new(0), copying: Mutex::const_new(()), _watch: watch };
        cluster.wait_until_ready().await?;
        cluster.run(&format!("create database {TEMPLATE} template template0")).await?;
        let store = Store::open(&cluster.url(TEMPLATE), 0).await.map_err(io::Error::other)?;
        store.close().await;
        cluster.wait_until_alone(TEMPLATE).await?;
        Ok(cluster)
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://noren@{host}/{database}")
    }

    async fn connect(&self) -> io::Result<tokio_postgres::Client> {
        let (client, connection) =
            tokio_postgres::connect(&self.url("postgres"), NoTls).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(client)
    }

    async fn run(&self, sql: &str) -> io::Result<()> {
        self.connect().await?.batch_execute(sql).await.map_err(io::Error::other)
    }

    async fn wait_until_ready(&self) -> io::Result<()> {
        let ready = async {
            while self.connect().await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(START, ready).await.map_err(|_| {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            io::Error::other(format!("PostgreSQL does not start:\n{log}"))
        })
    }

    async fn wait_until_alone(&self, database: &str) -> io::Result<()> {
        let client = self.connect().await?;
        let alone = async {
            let count = "select count(*) from pg_stat_activity where datname = $1";
            while client.query_one(count, &[&database]).await.is_ok_and(|row| row.get::<_, i64>(0) > 0) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(START, alone).await.map_err(io::Error::other)
    }
}

/// Makes the cluster and starts its server under a shell that ends both when our end of the pipe closes.
fn launch(folder: &Path) -> io::Result<Child> {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        "$BIN/postgres" -D "$FOLDER/cluster" -c listen_addresses= -c unix_socket_directories="$FOLDER" \
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
            -c max_connections=200 -c shared_buffers=64MB -c deadlock_timeout=50ms </dev/null >"$FOLDER/log" 2>&1 &
        read -r nothing
        kill -QUIT $!
        wait $!
        rm -rf "$FOLDER"
    "#;
    let bin = newest_server()?;
    let root = is_root()?;
    if root && !Command::new("chown").arg("postgres").arg(folder).status()?.success() {
        return Err(io::Error::other(INSTALL));
    }
    let as_owner = |program: &Path| {
        // PostgreSQL refuses to run as root; Debian's package brings a user for it.
        if !root {
            return Command::new(program);
        }
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    };
    let made = as_owner(&bin.join("initdb"))
        .current_dir(folder)
        .arg("-D")
        .arg(folder.join("cluster"))
        .args(["-U", "noren", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        .output()?;
    if !made.status.success() {
        return Err(io::Error::other(format!("initdb: {}", String::from_utf8_lossy(&made.stderr))));
    }
    as_owner(Path::new("/bin/sh"))
        .current_dir(folder)
        .args(["-c", SCRIPT])
        .env("BIN", bin)
        .env("FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

fn is_root() -> io::Result<bool> {
    Ok(Command::new("id").arg("-u").output()?.stdout.trim_ascii() == b"0")
}

/// The folder of the newest server that Debian's packages have installed.
fn newest_server() -> io::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").map_err(|_| io::Error::other(INSTALL))?;
    versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let bin = path.join("bin");
            bin.join("initdb").exists().then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
        .ok_or_else(|| io::Error::other(INSTALL))
}
