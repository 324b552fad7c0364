//! From one compiled program to what a browser loads: glue and wasm. Start at [`bind`].
//!
//! wasm-bindgen is linked in, so that a fresh machine needs no installed tool; its version equals the crate's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::minify::minify;
use crate::optimize::optimize;
use crate::slim;

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
    let mut output = Bindgen::new()
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
                .generate_output()
        })
        .map_err(|error| error.context(format!("wasm-bindgen refused {}", input.display())))?;
    let slimmed = slim::module(output.wasm_mut())?;
    output.emit(scratch)?;

    let wasm = scratch.join(format!("{name}_bg.wasm"));
    if let Some(optimizer) = optimizer {
        optimize(optimizer, &wasm)?;
    }
    let glue =
        fs::read_to_string(scratch.join(format!("{name}.js"))).context("wasm-bindgen wrote no glue")?;
    let glue = slimmed.glue(&glue).context("the glue does not have the shape that slim.rs knows")?;
    let mut snippets = BTreeMap::new();
    for file in files_below(&scratch.join("snippets"))? {
        let path = file.strip_prefix(scratch)?.to_string_lossy().into_owned();
        snippets.insert(path, minify(&fs::read_to_string(&file)?).into_bytes());
    }
    let wasm = without_custom_sections(&fs::read(&wasm)?).context("wasm-bindgen wrote no WebAssembly")?;
    Ok(Program { glue: minify(&glue).into_bytes(), wasm, snippets })
}

/// The module without its notes to tools: names, producers, the compiler's features. `None` if it is no module.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    const CUSTOM: u8 = 0;
    let mut kept = module.get(..HEADER).filter(|header| header.starts_with(b"\0asm"))?.to_vec();
    let mut rest = &module[HEADER..];
    while let [kind, sized @ ..] = rest {
        let (size, digits) = leb128(sized)?;
        let section = rest.get(..1 + digits + size)?;
        if *kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = &rest[section.len()..];
    }
    Some(kept)
}

/// A number as WebAssembly writes it, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_to_tools_are_left_out_of_a_module() {
        let header = b"\0asm\x01\0\0\0".as_slice();
        let types = b"\x01\x04\x01\x60\0\0".as_slice();
        let long_note = [b"\0\x80\x01".as_slice(), &[7; 128]].concat();
        let module = [header, &long_note, types, b"\0\x02\x01n"].concat();

        assert_eq!(without_custom_sections(&module), Some([header, types].concat()));
    }

    #[test]
    fn what_is_no_module_or_is_cut_short_is_refused() {
        assert_eq!(without_custom_sections(b"<!doctype html>"), None);
        assert_eq!(without_custom_sections(b"\0asm\x01\0\0\0\x01\x04\x01"), None);
    }
}
