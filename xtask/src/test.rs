//! `cargo xtask test`: everything that must hold before a change lands, on a machine that may lack half of what it takes.
//!
//! Phases run one after another and all of them, so that one run shows every fault. Start at [`command`].

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::postgres::Cluster;
use crate::sizes::Sizes;
use crate::summary::Counts;
use crate::{install, pages, process, root, target};

/// Which phases run.
#[derive(clap::Args)]
pub struct Options {
    /// Only these phases, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Phase>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum Phase {
    /// rustfmt
    Format,
    /// clippy, for this machine and for the browser
    Lint,
    /// every Rust test
    Rust,
    /// widget and console
    Pages,
    /// Amazon's own Node SDK against the simulator
    Sdk,
    /// a real browser against the real processes
    Browser,
}

const ALL: [Phase; 6] = [Phase::Format, Phase::Lint, Phase::Pages, Phase::Rust, Phase::Sdk, Phase::Browser];

/// Runs the phases and closes with the counts of their test runners.
///
/// # Errors
/// When the machine lacks something that cannot be brought, or a phase failed.
pub fn command(options: &Options) -> Result<()> {
    let phases: Vec<Phase> =
        ALL.into_iter().filter(|phase| options.only.is_empty() || options.only.contains(phase)).collect();
    let mut run = Run::default();
    if phases.iter().any(|phase| matches!(phase, Phase::Rust | Phase::Sdk | Phase::Browser)) {
        run.time("machine", |_| install::packages(&install::TEST_PIECES));
        if run.failed.is_empty() && phases.contains(&Phase::Browser) {
            // The Rust tests start their own; the Node suite cannot.
            run.time("database", |run| {
                run.cluster = Some(Cluster::start()?);
                Ok(())
            });
        }
        run.stop_if_failed()?;
    }
    for phase in phases {
        run.time(&format!("{phase:?}").to_lowercase(), |run| run.phase(phase));
    }
    drop(run.cluster.take());
    run.report();
    run.stop_if_failed()
}

#[derive(Default)]
struct Run {
    cluster: Option<Cluster>,
    counts: Counts,
    seconds: Vec<(String, f64)>,
    failed: Vec<String>,
}

impl Run {
    /// Runs a step, prints its seconds, and remembers if it failed.
    fn time(&mut self, name: &str, step: impl FnOnce(&mut Self) -> Result<()>) {
        eprintln!("\n== {name}");
        let started = Instant::now();
        if let Err(error) = step(self) {
            eprintln!("error: {error:#}");
            self.failed.push(name.to_owned());
        }
        let seconds = started.elapsed().as_secs_f64();
        eprintln!("== {name}: {seconds:.1} s");
        self.seconds.push((name.to_owned(), seconds));
    }

    fn phase(&mut self, phase: Phase) -> Result<()> {
        match phase {
            Phase::Format => {
                install::component("fmt", "rustfmt")?;
                process::run(process::cargo().args(["fmt", "--all", "--check"]))
            }
            Phase::Lint => lint(),
            Phase::Rust => self.rust(),
            Phase::Pages => {
                pages::build(false)?;
                let sizes = Sizes::read()?;
                print!("{sizes}");
                sizes.check()
            }
            Phase::Sdk => self.node("tests/sdk"),
            Phase::Browser => self.node("tests/browser"),
        }
    }

    fn rust(&mut self) -> Result<()> {
        // The programs first: the tests of `integration-tests` start them, and no test target depends on a program of another crate.
        process::run(process::cargo().args(["build", "--bins"]))?;
        let mut tests = process::cargo();
        tests.args(["test", "--no-fail-fast"]);
        self.count(&mut tests)
    }

    fn node(&mut self, folder: &str) -> Result<()> {
        let folder = root().join(folder);
        process::run(process::cargo().args(["build", "--bins"]))?;
        pages::build(false)?;
        process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
        let mut tests = Command::new("node");
        tests.args(["--test", "--test-reporter=spec"]).args(test_files(&folder)?).current_dir(&folder);
        self.count(&mut tests)
    }

    /// Runs a test runner with the machine's addresses and adds its counts. A runner that ran nothing failed.
    fn count(&mut self, tests: &mut Command) -> Result<()> {
        let bin = target().join("debug");
        for program in ["noren", "simulator", "xtask"] {
            tests.env(format!("{}_BIN", program.to_uppercase()), bin.join(program));
        }
        tests.env("NOREN_DIST", pages::dist());
        if let Some(chromium) = install::chromium() {
            tests.env("CHROMIUM", chromium);
        }
        if let Some(cluster) = &self.cluster {
            tests.env("NOREN_TEST_POSTGRES", cluster.address());
        }
        let mut counts = Counts::default();
        let succeeded = process::watch(tests, |line| counts.read(line))?;
        self.counts.add(counts);
        if !succeeded || counts.failed > 0 {
            bail!("`{}` failed ({counts})", process::shown(tests));
        }
        if counts.passed == 0 {
            bail!("`{}` ran no test", process::shown(tests));
        }
        Ok(())
    }

    fn report(&self) {
        eprintln!("\n== seconds");
        for (name, seconds) in &self.seconds {
            let failed = if self.failed.contains(name) { "  FAILED" } else { "" };
            eprintln!("{seconds:>8.1}  {name}{failed}");
        }
        println!("{}", self.counts);
    }

    fn stop_if_failed(&self) -> Result<()> {
        if self.failed.is_empty() { Ok(()) } else { bail!("failed: {}", self.failed.join(", ")) }
    }
}

/// Both targets are looked at even if the first fails, each to its end, so that one run shows every fault.
fn lint() -> Result<()> {
    install::component("clippy", "clippy")?;
    install::wasm_target()?;
    let clippy = |words: &[&str]| {
        process::run(
            process::cargo().args(["clippy", "--keep-going"]).args(words).args(["--", "--deny", "warnings"]),
        )
    };
    let host = clippy(&["--all-targets"]);
    let browser = clippy(&["--package", "frontend", "--target", "wasm32-unknown-unknown"]);
    host.and(browser)
}

/// The suite's files: `*.test.mjs`; Node 20 takes no pattern.
fn test_files(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(name);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} has no *.test.mjs", folder.display());
    }
    Ok(files)
}
