//! `cargo xtask pages`: widget, my page, the console's two programs and the loader, built into `dist/` as the server sends them.
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
const LAYOUT: &str = "3";
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
    // One invocation for all programs: they share every library, and their links run side by side.
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

/// The console's programs, by name; each has a page `frontend/{name}.html`.
const CONSOLE: [&str; 2] = ["console", "settings"];

/// A program of the console.
struct Console {
    name: &'static str,
    compiled: PathBuf,
    page: String,
}

/// Everything that decides what stands in `dist/`.
struct Source {
    widget: PathBuf,
    my_page: PathBuf,
    /// The console's programs, each with its page.
    console: Vec<Console>,
    loader: String,
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
            my_page: compiled.join("my_page.wasm"),
            console: CONSOLE
                .into_iter()
                .map(|name| {
                    let page = text(&format!("frontend/{name}.html"))?;
                    Ok(Console { name, compiled: compiled.join(format!("{name}.wasm")), page })
                })
                .collect::<Result<_>>()?,
            loader: text("frontend/loader/noren.js")?,
            optimizer: if release { process::found("wasm-opt") } else { None },
        })
    }

    fn stamp(&self) -> String {
        let mut digest = Sha256::new();
        let pages = self.console.iter().map(|console| console.page.as_str());
        for part in [LAYOUT, &self.loader].into_iter().chain(pages) {
            digest.update(Sha256::digest(part));
        }
        let programs = self.console.iter().map(|console| &console.compiled);
        for program in [&self.widget, &self.my_page].into_iter().chain(programs) {
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
        let my_page = bindgen::bind("my_page", &self.my_page, &scratch.join("my_page"), optimizer)?;
        self.add_elements(&mut dist, widget, my_page)?;
        for Console { name, compiled, page } in &self.console {
            let program = bindgen::bind(name, compiled, &scratch.join(name), optimizer)?;
            dist.add_page(name, program, page)?;
        }
        Ok(dist)
    }

    /// Glue, wasm and the two loaders: the evergreen one trusts its own origin, the versioned one carries hashes.
    fn add_elements(&self, dist: &mut Dist, widget: Program, my_page: Program) -> Result<()> {
        let mut add = |name: &str, program: Program| {
            let (glue_hash, wasm_hash) = (integrity(&program.glue), integrity(&program.wasm));
            Files { path: dist.add_program(name, program), glue_hash, wasm_hash }
        };
        let (widget, my_page) = (add("widget", widget), add("my_page", my_page));
        let evergreen = fill(&self.loader, &widget.unhashed(), &my_page.unhashed())?;
        let versioned = fill(&self.loader, &widget, &my_page)?;
        let version = short_hash(versioned.as_bytes());
        let embed = format!(
            "{{\"version\":\"{version}\",\"evergreen\":\"/noren.js\",\"versioned\":\"/v/{version}/noren.js\",\
             \"integrity\":\"{}\",{},\"my_page\":{{{}}}}}\n",
            integrity(versioned.as_bytes()),
            widget.json(),
            my_page.json(),
        );
        dist.add(format!("v/{version}/noren.js"), versioned.into_bytes());
        dist.add("noren.js", evergreen.into_bytes());
        dist.add("embed.json", embed.into_bytes());
        Ok(())
    }
}

/// Addresses and hashes of a program that the loader brings in.
#[derive(Clone)]
struct Files {
    /// What both addresses begin with.
    path: String,
    glue_hash: String,
    wasm_hash: String,
}

impl Files {
    /// For the evergreen loader, which trusts its own origin.
    fn unhashed(&self) -> Self {
        Self { glue_hash: String::new(), wasm_hash: String::new(), ..self.clone() }
    }

    /// Members for `embed.json`.
    fn json(&self) -> String {
        let Self { path, glue_hash, wasm_hash } = self;
        format!(
            "\"glue\":\"{path}.js\",\"glue_integrity\":\"{glue_hash}\",\"wasm\":\"{path}_bg.wasm\",\
             \"wasm_integrity\":\"{wasm_hash}\""
        )
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

    /// Adds glue, wasm and snippets; returns what the addresses of the first two begin with, before `.js` and
    /// `_bg.wasm`. One hash of both, because the loader carries it and no compression shortens it.
    fn add_program(&mut self, name: &str, program: Program) -> String {
        let both = [short_hash(&program.glue), short_hash(&program.wasm)].concat();
        let path = format!("{name}/{name}-{}", short_hash(both.as_bytes()));
        self.add(format!("{path}.js"), program.glue);
        self.add(format!("{path}_bg.wasm"), program.wasm);
        for (path, body) in program.snippets {
            self.add(format!("{name}/{path}"), body);
        }
        format!("/{path}")
    }

    /// A page of the console with its start in a file of its own: its policy allows no inline script.
    fn add_page(&mut self, name: &str, program: Program, page: &str) -> Result<()> {
        let path = self.add_program(name, program);
        let (glue, wasm) = (format!("{path}.js"), format!("{path}_bg.wasm"));
        let boot =
            format!("import start from\"{glue}\";start({{module_or_path:\"{wasm}\"}});\n").into_bytes();
        let boot_path = format!("/{name}/boot-{}.js", short_hash(&boot));
        let tags = format!(
            "<link rel=\"modulepreload\" href=\"{glue}\">\n    \
             <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
             <script type=\"module\" src=\"{boot_path}\"></script>"
        );
        let page = replace_trunk_link(page, &tags)?;
        self.add(&boot_path[1..], boot);
        self.add(format!("{name}/index.html"), page.into_bytes());
        Ok(())
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
fn fill(loader: &str, widget: &Files, my_page: &Files) -> Result<String> {
    let mut filled = loader.replace("__NOREN_VERSION__", env!("CARGO_PKG_VERSION"));
    let words = [
        ("__NOREN_PATH__", &widget.path),
        ("__NOREN_GLUE_HASH__", &widget.glue_hash),
        ("__NOREN_WASM_HASH__", &widget.wasm_hash),
        ("__MY_PAGE_PATH__", &my_page.path),
        ("__MY_PAGE_GLUE_HASH__", &my_page.glue_hash),
        ("__MY_PAGE_WASM_HASH__", &my_page.wasm_hash),
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
        .context("the page has no <link data-trunk rel=\"rust\"")?;
    let length = page[mark..].find('>').context("the page's Trunk link does not end")? + 1;
    let page = format!("{}{tags}{}", &page[..mark], &page[mark + length..]);
    if page.contains("data-trunk") {
        bail!("the page has a second data-trunk element, which `cargo xtask pages` does not know");
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
        let loader = "g = [\"__NOREN_PATH__\", \"__NOREN_GLUE_HASH__\", \"__NOREN_WASM_HASH__\"]; \
                      m = [\"__MY_PAGE_PATH__\", \"__MY_PAGE_GLUE_HASH__\", \"__MY_PAGE_WASM_HASH__\"]";
        let files = |name: &str| Files {
            path: format!("/{name}"),
            glue_hash: "a".to_owned(),
            wasm_hash: "b".to_owned(),
        };
        let (widget, my_page) = (files("g"), files("m"));
        assert_eq!(
            fill(loader, &widget.unhashed(), &my_page.unhashed()).unwrap(),
            "g=[\"/g\",\"\",\"\"];m=[\"/m\",\"\",\"\"]\n"
        );
        assert_eq!(
            fill(loader, &widget, &my_page).unwrap(),
            "g=[\"/g\",\"a\",\"b\"];m=[\"/m\",\"a\",\"b\"]\n"
        );
    }

    #[test]
    fn a_loader_without_one_of_its_placeholders_is_refused() {
        let none = String::new;
        let none = Files { path: none(), glue_hash: none(), wasm_hash: none() };
        let error = fill("\"__NOREN_PATH__\"", &none, &none).unwrap_err();
        assert!(error.to_string().contains("__NOREN_GLUE_HASH__"));
    }

    #[test]
    fn a_page_of_the_console_loses_every_mark_of_trunk() {
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
