//! From one compiled program to what a browser loads: glue and wasm. Start at [`bind`].
//!
//! wasm-bindgen is linked in, so that a fresh machine needs no installed tool; its version equals the crate's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::minify::minify;
use crate::process;

/// Never `--all-features`: it lets wasm-opt use what browsers refuse.
const WASM_OPT_FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// One program, ready to be served.
pub struct Program {
    /// ES module whose default export starts the program.
    pub glue: Vec<u8>,
    pub wasm: Vec<u8>,
    /// Further modules the glue imports, by their path beside it.
    pub snippets: BTreeMap<String, Vec<u8>>,
}

/// Makes glue and wasm of `input`, in the folder `scratch`, with wasm-opt if `optimizer` names it.
///
/// # Errors
/// When `input` is not a program made with the same wasm-bindgen, or the folder cannot be written.
pub fn bind(name: &str, input: &Path, scratch: &Path, optimizer: Option<&Path>) -> Result<Program> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                // Loader and boot script always say where the wasm is: its name carries a hash that the glue cannot know.
                .omit_default_module_path(true)
                .generate(scratch)
        })
        .map_err(|error| error.context(format!("wasm-bindgen refused {}", input.display())))?;

    let wasm = scratch.join(format!("{name}_bg.wasm"));
    if let Some(optimizer) = optimizer {
        process::run(Command::new(optimizer).args(WASM_OPT_FLAGS).arg(&wasm).arg("-o").arg(&wasm))?;
    }
    let glue =
        fs::read_to_string(scratch.join(format!("{name}.js"))).context("wasm-bindgen wrote no glue")?;
    let mut snippets = BTreeMap::new();
    for file in files_below(&scratch.join("snippets"))? {
        let path = file.strip_prefix(scratch)?.to_string_lossy().into_owned();
        snippets.insert(path, minify(&fs::read_to_string(&file)?).into_bytes());
    }
    Ok(Program { glue: minify(&glue).into_bytes(), wasm: fs::read(&wasm)?, snippets })
}

/// Every file in a folder and its folders, sorted; none if there is no such folder.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
