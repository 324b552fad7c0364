//! One throw-away PostgreSQL cluster for a test run: made, started on a free port, removed at the end.
//!
//! It keeps nothing (`fsync=off`); tests that crash a server start their own. Start at [`Cluster::start`].

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::install;
use crate::process::{self, Child};

const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running server; its end is the end of its data.
pub struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        let bin = install::postgres_bin().context("PostgreSQL is not installed")?;
        let folder = std::env::temp_dir().join(format!("noren-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let log = folder.join("server.log");
        let data = folder.join("data");
        hand_over(&folder)?;

        let mut initdb = as_non_root(&bin.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--pgdata",
        ]);
        process::answer(initdb.arg(&data).current_dir(&folder))?;

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut server = as_non_root(&bin.join("postgres"));
        server
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-p", &port.to_string()])
            .current_dir(&folder);
        for setting in
            ["listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "max_connections=300"]
        {
            server.args(["-c", setting]);
        }
        let server = Child::start("postgres", &server, &log, |_| false)?;
        let mut cluster = Self { server, folder, port };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Address of the database `postgres`, as its superuser.
    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        // The port opens before the server accepts sessions; the file says when it does.
        let status = self.folder.join("data/postmaster.pid");
        while !fs::read_to_string(&status).is_ok_and(|text| text.contains("ready"))
            || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err()
        {
            self.server.still_running()?;
            if started.elapsed() > START_PATIENCE {
                bail!("PostgreSQL did not start; its log is {}", self.folder.join("server.log").display());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.server.stop();
        // What cannot be removed lies in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// PostgreSQL refuses to run as root; Debian's package made a user for it.
fn as_non_root(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    // Changing the user clears the guard's death signal, so it is set anew; INT is PostgreSQL's fast shutdown.
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT", "--"]);
    command.arg(program);
    command
}

/// Gives the folder to the user the server runs as.
fn hand_over(folder: &Path) -> Result<()> {
    if rustix::process::geteuid().is_root() {
        process::answer(Command::new("chown").arg("postgres").arg(folder))?;
    }
    Ok(())
}
