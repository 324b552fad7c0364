//! `cargo xtask demo`: the demo shop, Noren and the simulator on loopback, built and started with one command.
//!
//! Three names below `localhost`, so that a browser treats them as three sites. What was bought stays in the data
//! folder. Start at [`command`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, Child};
use crate::site::Site;
use crate::{pages, root, target};

/// A program that is not ready by then is broken; on a slow machine the first start still takes far less.
const START_PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// As in `tests/demo-shop/seed.toml`.
const MERCHANT_ID: &str = "A1SIMULATOR0001";
const STORE_ID: &str = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";
const PUBLIC_KEY_ID: &str = "SANDBOX-AEDEMO0000000000000000001";
const NOTIFICATION_KEY: &str = "demo-notifications";

/// Where the demo lives.
#[derive(clap::Args)]
pub struct Options {
    /// Folder for keys, database and logs; kept between runs
    #[arg(long, value_name = "DIR", default_value = ".demo")]
    data: PathBuf,
    /// Port of the demo shop
    #[arg(long, value_name = "PORT", default_value_t = 4101)]
    shop_port: u16,
    /// Port of Noren
    #[arg(long, value_name = "PORT", default_value_t = 4102)]
    noren_port: u16,
    /// Port of the simulator that plays Amazon
    #[arg(long, value_name = "PORT", default_value_t = 4103)]
    amazon_port: u16,
    /// Port of the pages that show the demo's mails
    #[arg(long, value_name = "PORT", default_value_t = 4104)]
    mail_port: u16,
    /// Port of the demo's mail server
    #[arg(long, value_name = "PORT", default_value_t = 4105)]
    smtp_port: u16,
    /// Database address, such as postgres://… [default: a SQLite file in the data folder]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Takes a line a program prints (true), or leaves it to the log.
type EachLine = Box<dyn Fn(&str) -> bool + Send>;

/// The link Noren prints while nobody may use its console. It opens the console once, so it is shown and never logged.
#[derive(Default)]
struct FirstOperator {
    link: Mutex<Option<String>>,
    /// Noren said that it listens, which it says just before the link.
    listening: AtomicBool,
}

impl FirstOperator {
    /// Takes the line with the link.
    fn take(&self, line: &str) -> bool {
        if line.starts_with("listening: ") {
            self.listening.store(true, Ordering::Release);
        }
        let link = line.strip_prefix("first operator: ");
        if let (Some(link), Ok(mut found)) = (link, self.link.lock()) {
            *found = Some(link.to_owned());
        }
        link.is_some()
    }

    /// The link, if there is one. Noren answers before it speaks, so this waits a little for both lines.
    fn link(&self) -> Option<String> {
        let asked = Instant::now();
        let mut listening_since = None;
        loop {
            let link = self.link.lock().ok().and_then(|link| link.clone());
            if self.listening.load(Ordering::Acquire) {
                listening_since.get_or_insert_with(Instant::now);
            }
            let silent = listening_since.is_some_and(|since| since.elapsed() > Duration::from_millis(300));
            if link.is_some() || silent || asked.elapsed() > Duration::from_secs(5) {
                return link;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Demo {
    /// Absolute.
    data: PathBuf,
    database: String,
    shop: Site,
    noren: Site,
    amazon: Site,
    mail: Site,
    smtp_port: u16,
}

/// Builds, starts, says where everything is, and waits for Ctrl-C.
///
/// # Errors
/// When a port is taken, something does not compile, or a program ends by itself.
pub fn command(options: &Options) -> Result<()> {
    let demo = Demo::new(options)?;
    // All at once, before anything is built, and free again right after.
    let held: Vec<_> =
        [demo.mail, demo.amazon, demo.noren, demo.shop].iter().map(Site::hold_port).collect::<Result<_>>()?;
    drop(held);
    demo.check_addresses()?;
    let stop = stop_signal()?;
    build()?;
    let first_operator = Arc::new(FirstOperator::default());
    let mut children = demo.start(&stop, &first_operator)?;
    if !stop.load(Ordering::Relaxed) {
        demo.remember_addresses()?;
        demo.announce(first_operator.link().as_deref());
    }
    let ended = wait(&mut children, &stop);
    eprintln!("\nstopping");
    // The shop first, Amazon last: Noren may still have an answer to fetch while it shuts down.
    for child in children.iter_mut().rev() {
        child.stop();
    }
    ended
}

/// Set by Ctrl-C, SIGTERM or the closing of the terminal.
fn stop_signal() -> Result<Arc<AtomicBool>> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The second signal ends us at once, whatever we wait for: the guard then ends the children.
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop))?;
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

fn build() -> Result<()> {
    eprintln!("[1/3] pages (WebAssembly)");
    pages::build(false)?;
    eprintln!("[2/3] Noren and the simulator");
    process::run(process::cargo().args([
        "build",
        "--package",
        "backend",
        "--package",
        "simulator",
        "--package",
        "integration-tests",
        "--bins",
    ]))?;
    eprintln!("[3/3] starting");
    Ok(())
}

fn wait(children: &mut [Child], stop: &AtomicBool) -> Result<()> {
    while !stop.load(Ordering::Relaxed) {
        for child in children.iter_mut() {
            child.still_running()?;
        }
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

impl Demo {
    fn new(options: &Options) -> Result<Self> {
        let folder = root().join(&options.data);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        let data = folder.canonicalize()?;
        let database = options
            .database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", data.join("noren.sqlite").display()));
        Ok(Self {
            data,
            database,
            shop: Site { name: "shop", port: options.shop_port, flag: "--shop-port", ready: "/" },
            noren: Site { name: "noren", port: options.noren_port, flag: "--noren-port", ready: "/health" },
            amazon: Site {
                name: "amazon",
                port: options.amazon_port,
                flag: "--amazon-port",
                ready: "/health",
            },
            mail: Site { name: "mail", port: options.mail_port, flag: "--mail-port", ready: "/health" },
            smtp_port: options.smtp_port,
        })
    }

    /// Refuses other ports than those the data was made with: the shop's origins and return pages stand in the database.
    fn check_addresses(&self) -> Result<()> {
        match fs::read_to_string(self.data.join("addresses")) {
            Ok(kept) if kept != self.addresses() => bail!(
                "the data in {} belongs to these addresses:\n{kept}give the same ports, or another folder with --data",
                self.data.display()
            ),
            _ => Ok(()),
        }
    }

    fn remember_addresses(&self) -> Result<()> {
        Ok(fs::write(self.data.join("addresses"), self.addresses())?)
    }

    fn addresses(&self) -> String {
        [self.shop, self.noren, self.amazon].map(|site| format!("{}\n", site.origin())).concat()
    }

    /// The seed with this demo's addresses in it; Noren reads it while it does not know the shop.
    fn write_seed(&self) -> Result<PathBuf> {
        let template = root().join("tests/demo-shop/seed.toml");
        let mut seed = fs::read_to_string(&template)
            .with_context(|| format!("{} cannot be read", template.display()))?;
        for (word, site) in [("__SHOP__", self.shop), ("__NOREN__", self.noren), ("__AMAZON__", self.amazon)]
        {
            seed = seed.replace(word, &site.origin());
        }
        // Tables at the end of the file belong to its last shop.
        seed.push_str(&format!(
            "\n[shops.settings.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom_name = \"こもれび珈琲\"\nfrom_address = \"shop@komorebi.example\"\n",
            self.smtp_port
        ));
        let file = self.data.join("seed.toml");
        fs::write(&file, seed)?;
        Ok(file)
    }

    /// Starts the simulator, then Noren, then the shop, each when the one before is ready.
    fn start(&self, stop: &AtomicBool, first_operator: &Arc<FirstOperator>) -> Result<Vec<Child>> {
        let mut children = Vec::new();
        let found = Arc::clone(first_operator);
        let keep_link = move |line: &str| found.take(line);
        let programs: [(Site, Command, EachLine); 4] = [
            (self.mail, self.mailbox(), Box::new(|_: &str| false)),
            (self.amazon, self.simulator()?, Box::new(|_: &str| false)),
            (self.noren, self.noren()?, Box::new(keep_link)),
            (self.shop, self.shop()?, Box::new(|_: &str| false)),
        ];
        for (site, command, each) in programs {
            let log = self.log(site.name);
            children.push(Child::start(site.name, &command, &log, each)?);
            self.wait_until_ready(&site, &mut children, stop)?;
        }
        Ok(children)
    }

    fn wait_until_ready(&self, site: &Site, children: &mut [Child], stop: &AtomicBool) -> Result<()> {
        let started = Instant::now();
        while !site.is_ready() && !stop.load(Ordering::Relaxed) {
            for child in children.iter_mut() {
                child.still_running()?;
            }
            if started.elapsed() > START_PATIENCE {
                bail!(
                    "{} is not ready after {} s; its log is {}",
                    site.name,
                    START_PATIENCE.as_secs(),
                    self.log(site.name).display()
                );
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// The merchant's key pair, made at the first start: Noren signs with the one half, the simulator knows the other.
    fn public_key(&self) -> Result<PathBuf> {
        let (private, public) = (self.data.join("demo-key.pem"), self.data.join("demo-key.public.pem"));
        if !private.is_file() {
            process::answer(Command::new(target().join("debug/make-key")).arg(&private).arg(&public))?;
        }
        Ok(public)
    }

    fn simulator(&self) -> Result<Command> {
        let mut command = Command::new(target().join("debug/simulator"));
        command.args([
            "--listen",
            &format!("127.0.0.1:{}", self.amazon.port),
            "--public-url",
            &self.amazon.origin(),
        ]);
        command.args([
            "--merchant-id",
            MERCHANT_ID,
            "--store-id",
            STORE_ID,
            "--public-key-id",
            PUBLIC_KEY_ID,
        ]);
        command.arg("--public-key").arg(self.public_key()?);
        command.args([
            "--notification-url",
            &format!("{}/notifications/demo/{NOTIFICATION_KEY}", self.noren.origin()),
        ]);
        Ok(command)
    }

    fn noren(&self) -> Result<Command> {
        let mut command = Command::new(target().join("debug/noren"));
        command.args([
            "--listen",
            &format!("127.0.0.1:{}", self.noren.port),
            "--public-url",
            &self.noren.origin(),
        ]);
        command.args(["--database", &self.database, "--simulator", &self.amazon.origin()]);
        command.arg("--pages").arg(pages::dist()).arg("--seed").arg(self.write_seed()?);
        command.arg("--master-key").arg(self.data.join("master.key"));
        Ok(command)
    }

    fn mailbox(&self) -> Command {
        let mut command = Command::new(target().join("debug/mailbox"));
        command.args(["--smtp", &format!("127.0.0.1:{}", self.smtp_port)]);
        command.args(["--pages", &format!("127.0.0.1:{}", self.mail.port)]);
        command
    }

    fn shop(&self) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve-shop", "--port", &self.shop.port.to_string()]);
        command.args(["--noren", &self.noren.origin(), "--amazon", &self.amazon.origin()]);
        Ok(command)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.data.join(format!("{name}.log"))
    }

    fn announce(&self, first_operator: Option<&str>) {
        println!();
        println!("  Demo shop   {}", self.shop.origin());
        println!("  Noren       {}/console", self.noren.origin());
        println!("  Simulator   {}", self.amazon.origin());
        println!("  Mails       {}", self.mail.origin());
        if let Some(link) = first_operator {
            println!("\n  First operator (works once): {link}");
        }
        println!("\n  Data and logs: {}", shown(&self.data));
        println!("  Ctrl-C stops all of it; the data stays, mails do not.");
    }
}

/// Relative to where the person stands, if that is shorter.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulator_is_told_what_the_seed_says() {
        let seed = fs::read_to_string(root().join("tests/demo-shop/seed.toml")).unwrap();
        for line in [
            format!("merchant_id = \"{MERCHANT_ID}\""),
            format!("store_id = \"{STORE_ID}\""),
            format!("public_key_id = \"{PUBLIC_KEY_ID}\""),
            format!("notification_key = \"{NOTIFICATION_KEY}\""),
            "private_key_file = \"demo-key.pem\"".to_owned(),
        ] {
            assert!(seed.lines().any(|found| found == line), "{line}");
        }
    }
}
