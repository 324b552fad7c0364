//! `cargo xtask pages`: widget, console and loader, built into `dist/` as the server sends them.
//!
//! Names carry a hash of the content, so that browsers keep files for ever; beside each lie its Brotli and gzip forms.
//! When nothing changed since the last run, nothing is written. Start at [`build`].

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::bindgen::{self, Program, files_below};
use crate::minify::minify;
use crate::{install, process, root, target};

/// Raised when the shape of `dist/` changes, so that an old folder is not taken for a current one.
const LAYOUT: &str = "1";
const TARGET: &str = "wasm32-unknown-unknown";
const STAMP: &str = ".stamp";

/// How the pages are built.
#[derive(clap::Args)]
pub struct Options {
    /// Spend more time for smaller files: wasm-opt, if the machine has it
    #[arg(long)]
    release: bool,
}

/// Builds and prints the sizes.
///
/// # Errors
/// When something does not compile or `dist/` cannot be written.
pub fn command(options: &Options) -> Result<()> {
    build(options.release)?;
    print!("{}", crate::sizes::Sizes::read()?);
    Ok(())
}

/// Where the pages are built to.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds what changed.
///
/// # Errors
/// As [`command`].
pub fn build(release: bool) -> Result<()> {
    let started = Instant::now();
    install::wasm_target()?;
    // One invocation for both programs: they share every library, and the two links run side by side.
    process::run(process::cargo().args([
        "build",
        "--package",
        "frontend",
        "--bins",
        "--target",
        TARGET,
        "--profile",
        "wasm",
    ]))?;

    let source = Source::read(release)?;
    if source.is_built() {
        eprintln!("dist/ is up to date");
        return Ok(());
    }
    let dist = source.make()?;
    dist.write(&source.stamp())?;
    eprintln!("dist/ built in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Everything that decides what stands in `dist/`.
struct Source {
    widget: PathBuf,
    console: PathBuf,
    loader: String,
    console_page: String,
    optimizer: Option<PathBuf>,
}

impl Source {
    fn read(release: bool) -> Result<Self> {
        let compiled = target().join(TARGET).join("wasm");
        let text = |path: &str| {
            fs::read_to_string(root().join(path)).with_context(|| format!("{path} cannot be read"))
        };
        Ok(Self {
            widget: compiled.join("widget.wasm"),
            console: compiled.join("console.wasm"),
            loader: text("frontend/loader/noren.js")?,
            console_page: text("frontend/console.html")?,
            optimizer: if release { process::found("wasm-opt") } else { None },
        })
    }

    fn stamp(&self) -> String {
        let mut digest = Sha256::new();
        for part in [LAYOUT.as_bytes(), self.loader.as_bytes(), self.console_page.as_bytes()] {
            digest.update(Sha256::digest(part));
        }
        for program in [&self.widget, &self.console] {
            digest.update(Sha256::digest(fs::read(program).unwrap_or_default()));
        }
        digest.update([u8::from(self.optimizer.is_some())]);
        // xtask itself decides too: another minifier, another file.
        if let Ok(own) = std::env::current_exe().and_then(fs::metadata) {
            digest.update(format!("{} {:?}", own.len(), own.modified().ok()));
        }
        hex(&digest.finalize())
    }

    fn is_built(&self) -> bool {
        let Ok(stamp) = fs::read_to_string(dist().join(STAMP)) else { return false };
        let mut lines = stamp.lines();
        lines.next() == Some(&self.stamp()) && lines.all(|file| dist().join(file).is_file())
    }

    fn make(&self) -> Result<Dist> {
        let mut dist = Dist::default();
        let scratch = target().join("xtask/bindgen");
        let optimizer = self.optimizer.as_deref();
        let widget = bindgen::bind("widget", &self.widget, &scratch.join("widget"), optimizer)?;
        let console = bindgen::bind("console", &self.console, &scratch.join("console"), optimizer)?;
        self.add_widget(&mut dist, widget)?;
        self.add_console(&mut dist, console)?;
        Ok(dist)
    }

    /// Glue, wasm and the two loaders: the evergreen one trusts its own origin, the versioned one carries hashes.
    fn add_widget(&self, dist: &mut Dist, program: Program) -> Result<()> {
        let (glue_hash, wasm_hash) = (integrity(&program.glue), integrity(&program.wasm));
        let (glue, wasm) = dist.add_program("widget", program);
        let evergreen = fill(&self.loader, &glue, &wasm, "", "")?;
        let versioned = fill(&self.loader, &glue, &wasm, &glue_hash, &wasm_hash)?;
        let version = short_hash(versioned.as_bytes());
        let embed = format!(
            "{{\"version\":\"{version}\",\"evergreen\":\"/noren.js\",\"versioned\":\"/v/{version}/noren.js\",\
             \"integrity\":\"{}\",\"glue\":\"{glue}\",\"glue_integrity\":\"{glue_hash}\",\
             \"wasm\":\"{wasm}\",\"wasm_integrity\":\"{wasm_hash}\"}}\n",
            integrity(versioned.as_bytes())
        );
        dist.add(format!("v/{version}/noren.js"), versioned.into_bytes());
        dist.add("noren.js", evergreen.into_bytes());
        dist.add("embed.json", embed.into_bytes());
        Ok(())
    }

    /// The console's page with its start in a file of its own: its policy allows no inline script.
    fn add_console(&self, dist: &mut Dist, program: Program) -> Result<()> {
        let (glue, wasm) = dist.add_program("console", program);
        let boot =
            format!("import start from\"{glue}\";start({{module_or_path:\"{wasm}\"}});\n").into_bytes();
        let boot_path = format!("/console/boot-{}.js", short_hash(&boot));
        let tags = format!(
            "<link rel=\"modulepreload\" href=\"{glue}\">\n    \
             <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
             <script type=\"module\" src=\"{boot_path}\"></script>"
        );
        let page = replace_trunk_link(&self.console_page, &tags)?;
        dist.add(&boot_path[1..], boot);
        dist.add("console/index.html", page.into_bytes());
        Ok(())
    }
}

/// The files of `dist/` by their path in it.
#[derive(Default)]
struct Dist {
    files: BTreeMap<String, Vec<u8>>,
}

impl Dist {
    fn add(&mut self, path: impl Into<String>, body: Vec<u8>) {
        self.files.insert(path.into(), body);
    }

    /// Adds glue, wasm and snippets; returns the addresses of the first two.
    fn add_program(&mut self, name: &str, program: Program) -> (String, String) {
        let glue = format!("{name}/{name}-{}.js", short_hash(&program.glue));
        let wasm = format!("{name}/{name}_bg-{}.wasm", short_hash(&program.wasm));
        let addresses = (format!("/{glue}"), format!("/{wasm}"));
        self.add(glue, program.glue);
        self.add(wasm, program.wasm);
        for (path, body) in program.snippets {
            self.add(format!("{name}/{path}"), body);
        }
        addresses
    }

    /// Writes new files, compressed forms included, then removes those of an earlier build, and last says so in the stamp.
    fn write(&self, stamp: &str) -> Result<()> {
        let dist = dist();
        fs::create_dir_all(&dist)?;
        // An interrupted run leaves no stamp, so the next one writes everything again.
        let _ = fs::remove_file(dist.join(STAMP));
        let mut written = vec![dist.join(STAMP)];
        for (path, body) in &self.files {
            let file = dist.join(path);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            for (suffix, body) in [("", body.clone()), (".br", brotli(body)?), (".gz", gzip(body)?)] {
                let file = PathBuf::from(format!("{}{suffix}", file.display()));
                replace_file(&file, &body)?;
                written.push(file);
            }
        }
        for file in files_below(&dist)? {
            if !written.contains(&file) {
                fs::remove_file(file)?;
            }
        }
        let list: Vec<&str> = self.files.keys().map(String::as_str).collect();
        fs::write(dist.join(STAMP), format!("{stamp}\n{}\n", list.join("\n")))?;
        Ok(())
    }
}

/// In one step, because a server may be reading the old one.
fn replace_file(file: &Path, body: &[u8]) -> Result<()> {
    let fresh = PathBuf::from(format!("{}.new", file.display()));
    fs::write(&fresh, body)?;
    fs::rename(&fresh, file).with_context(|| format!("{} cannot be written", file.display()))
}

/// The loader with its addresses and hashes, minified.
fn fill(loader: &str, glue: &str, wasm: &str, glue_hash: &str, wasm_hash: &str) -> Result<String> {
    let mut filled = loader.replace("__NOREN_VERSION__", env!("CARGO_PKG_VERSION"));
    let words = [
        ("__NOREN_GLUE__", glue),
        ("__NOREN_WASM__", wasm),
        ("__NOREN_GLUE_HASH__", glue_hash),
        ("__NOREN_WASM_HASH__", wasm_hash),
    ];
    for (word, value) in words {
        if !filled.contains(word) {
            bail!("frontend/loader/noren.js has no {word}");
        }
        filled = filled.replace(word, value);
    }
    Ok(minify(&filled))
}

/// `page` with Trunk's line for the program replaced by `tags`.
fn replace_trunk_link(page: &str, tags: &str) -> Result<String> {
    let mark = page
        .find("<link data-trunk rel=\"rust\"")
        .context("console.html has no <link data-trunk rel=\"rust\"")?;
    let length = page[mark..].find('>').context("console.html: the Trunk link does not end")? + 1;
    let page = format!("{}{tags}{}", &page[..mark], &page[mark + length..]);
    if page.contains("data-trunk") {
        bail!("console.html has a second data-trunk element, which `cargo xtask pages` does not know");
    }
    Ok(page)
}

fn short_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))[..16].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As browsers check it (subresource integrity).
fn integrity(body: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(body)))
}

fn brotli(body: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: body.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &body[..], &mut out, &parameters)?;
    Ok(out)
}

fn gzip(body: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versioned_loader_carries_the_hashes_that_the_evergreen_one_leaves_out() {
        let loader = "g = \"__NOREN_GLUE__\"; w = \"__NOREN_WASM__\"; h = [\"__NOREN_GLUE_HASH__\", \"__NOREN_WASM_HASH__\"]";
        assert_eq!(
            fill(loader, "/g.js", "/w.wasm", "", "").unwrap(),
            "g=\"/g.js\";w=\"/w.wasm\";h=[\"\",\"\"]\n"
        );
        assert_eq!(
            fill(loader, "/g.js", "/w.wasm", "a", "b").unwrap(),
            "g=\"/g.js\";w=\"/w.wasm\";h=[\"a\",\"b\"]\n"
        );
    }

    #[test]
    fn a_loader_without_one_of_its_placeholders_is_refused() {
        let error = fill("\"__NOREN_GLUE__\"", "", "", "", "").unwrap_err();
        assert!(error.to_string().contains("__NOREN_WASM__"));
    }

    #[test]
    fn the_console_page_loses_every_mark_of_trunk() {
        let page = "<head>\n<link data-trunk rel=\"rust\" data-bin=\"console\" />\n</head>";
        assert_eq!(replace_trunk_link(page, "<x>").unwrap(), "<head>\n<x>\n</head>");
        assert!(replace_trunk_link("<head></head>", "").is_err());
        assert!(replace_trunk_link(&format!("{page}<link data-trunk rel=\"css\">"), "").is_err());
    }

    #[test]
    fn hashes_are_what_a_browser_computes() {
        // Digest of the empty text, as every description of subresource integrity gives it.
        assert_eq!(integrity(b""), "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
        assert_eq!(short_hash(b""), "e3b0c44298fc1c14");
    }
}
