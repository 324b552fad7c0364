//! Starting other programs: run to the end, read their answer, or keep them as children that cannot outlive us.
//!
//! Start at [`run`] and [`Child`].

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

/// How long a child may take to end after SIGTERM before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// `cargo` as it started us, free of what Cargo set for xtask alone, so that nothing is rebuilt because of it.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO" {
            command.env_remove(name);
        }
    }
    command.current_dir(crate::root());
    command
}

/// The compiler that Cargo uses.
pub fn rustc() -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(crate::root());
    command
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs to the end, output straight to the terminal.
///
/// # Errors
/// When the program cannot be started or does not end with success.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("`{}` could not be started", shown(command)))?;
    check(command, status)
}

/// Runs to the end and returns what it wrote to its standard output.
///
/// # Errors
/// When the program cannot be started or does not end with success.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{}` could not be started", shown(command)))?;
    check(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, shows every line of its standard output and hands it to `each`; true when it ended with success.
///
/// # Errors
/// When the program cannot be started.
pub fn watch(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    eprintln!("$ {}", shown(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", shown(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for line in lines(stdout) {
            println!("{line}");
            each(&line);
        }
    }
    Ok(child.wait()?.success())
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Lines of a stream; bytes that are no UTF-8 are replaced, an unreadable stream ends.
fn lines(stream: impl std::io::Read) -> impl Iterator<Item = String> {
    let mut reader = BufReader::new(stream);
    std::iter::from_fn(move || {
        let mut bytes = Vec::new();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned()),
        }
    })
}

/// Where `program` lies in `PATH`.
pub fn found(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program.as_ref())).find(|file| file.is_file())
}

/// A program that runs beside us until [`Child::stop`], and no longer than we do.
pub struct Child {
    name: String,
    child: process::Child,
    log: PathBuf,
}

impl Child {
    /// Starts `command` under the guard; both of its outputs go to `log`, except lines of its standard output that
    /// `taken` takes for itself by answering true.
    ///
    /// # Errors
    /// When the log cannot be written or the guard cannot be started.
    pub fn start(
        name: &str,
        command: &Command,
        log: &Path,
        taken: impl Fn(&str) -> bool + Send + 'static,
    ) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("{} could not be written", log.display()))?;
        let mut guard = guarded(command)?;
        let mut child = guard
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file.try_clone()?)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        if let Some(stdout) = child.stdout.take() {
            let mut file = file;
            thread::spawn(move || {
                for line in lines(stdout) {
                    if !taken(&line) {
                        // A full disk must not stop the demo.
                        let _ = writeln!(file, "{line}");
                    }
                }
            });
        }
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// Refuses to go on when the program has already ended, with the end of its log.
    ///
    /// # Errors
    /// When it has ended.
    pub fn still_running(&mut self) -> Result<()> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        // The log's last lines may still be on their way through the thread that copies them.
        thread::sleep(Duration::from_millis(100));
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(20).collect();
        let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
        bail!("{} ended ({status}); its log is {}:\n{tail}", self.name, self.log.display());
    }

    /// Asks it to end, waits, and kills it if it does not listen.
    pub fn stop(&mut self) {
        self.signal(Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < STOP_PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        eprintln!("{} did not end within {} s and is killed", self.name, STOP_PATIENCE.as_secs());
        // Both fail only when it has just ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// To the whole group, because away from Linux the guard itself stands between us and the program.
    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // Fails only when it has already ended.
            let _ = rustix::process::kill_process_group(pid, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// `command`, started through `xtask guard` in a process group of its own, so that Ctrl-C reaches us alone and we
/// choose the order of stopping, while our own sudden death still ends it.
fn guarded(command: &Command) -> Result<Command> {
    let mut guard = Command::new(env::current_exe().context("xtask does not know its own path")?);
    guard.args(["guard", "--parent", &process::id().to_string(), "--"]);
    guard.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => guard.env(name, value),
            None => guard.env_remove(name),
        };
    }
    guard.current_dir(command.get_current_dir().unwrap_or(&crate::root()));
    guard.process_group(0);
    Ok(guard)
}

/// What `xtask guard` becomes, and whose end it follows.
#[derive(clap::Args)]
pub struct GuardOptions {
    /// Process id of the parent whose end ends the program
    #[arg(long)]
    parent: i32,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    program: Vec<std::ffi::OsString>,
}

/// Becomes the program (Linux) or runs it and watches the parent (elsewhere).
///
/// # Errors
/// When the program cannot be started.
pub fn guard(options: &GuardOptions) -> Result<()> {
    let mut command = Command::new(&options.program[0]);
    command.args(&options.program[1..]);
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?;
        if parent_is_gone(options.parent) {
            bail!("the parent ended before the program could be started");
        }
        // `exec` keeps the death signal and returns only when it fails.
        Err(command.exec()).with_context(|| format!("{} could not be started", shown(&command)))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let mut child =
            command.spawn().with_context(|| format!("{} could not be started", shown(&command)))?;
        loop {
            if let Some(status) = child.try_wait()? {
                process::exit(status.code().unwrap_or(1));
            }
            if parent_is_gone(options.parent) {
                child.kill()?;
                child.wait()?;
                return Ok(());
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

fn parent_is_gone(parent: i32) -> bool {
    rustix::process::getppid().map(Pid::as_raw_nonzero).map(i32::from) != Some(parent)
}
