//! wasm-opt for releases, where the machine has it and it can be trusted. Start at [`optimize`].
//!
//! Binaryen 108 (Debian 12) writes every exported table as the first one, and the page then dies at its start. So what
//! comes out is compared with what went in, and not used where a table was exchanged.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use walrus::{ExportItem, Module};

use crate::process;

/// Never `--all-features`: it lets wasm-opt use what browsers refuse.
const FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Makes the module `wasm` smaller in place, or says why it stays as it is.
///
/// # Errors
/// When wasm-opt fails, or a file cannot be read or written.
pub fn optimize(wasm_opt: &Path, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("optimized.wasm");
    process::run(Command::new(wasm_opt).args(FLAGS).arg(wasm).arg("-o").arg(&smaller))?;
    if exported_tables(&fs::read(wasm)?)? == exported_tables(&fs::read(&smaller)?)? {
        fs::rename(&smaller, wasm)?;
    } else {
        let version = process::answer(Command::new(wasm_opt).arg("--version")).unwrap_or_default();
        eprintln!("{} exchanges exported tables: its result is not used", version.trim());
    }
    Ok(())
}

/// What every exported table holds, by the table's name.
fn exported_tables(module: &[u8]) -> Result<Vec<(String, String)>> {
    let module = Module::from_buffer(module).context("no WebAssembly module")?;
    let mut tables: Vec<_> = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            ExportItem::Table(table) => {
                Some((export.name.clone(), format!("{:?}", module.tables.get(table).element_ty)))
            }
            _ => None,
        })
        .collect();
    tables.sort();
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tables, of functions and of references to the page's objects, and an export of the one at `index`.
    fn module(index: u8) -> Vec<u8> {
        let tables = b"\x04\x07\x02\x70\x00\x01\x6f\x00\x01".as_slice();
        let export = [7, 5, 1, 1, b't', 1, index];
        [b"\0asm\x01\0\0\0".as_slice(), tables, &export].concat()
    }

    #[test]
    fn an_exchanged_table_is_noticed() {
        assert_eq!(exported_tables(&module(1)).unwrap(), exported_tables(&module(1)).unwrap());
        assert_ne!(exported_tables(&module(1)).unwrap(), exported_tables(&module(0)).unwrap());
    }
}
