//! `cargo xtask rows`: which tests prove which requirement row, and the rows that no test names.
//!
//! The rows are `docs/requirements.tsv`. Start at [`command`].

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::bindgen::files_below;
use crate::root;
use crate::test_name::{NamedTest, in_node, in_rust};

const LIST: &str = "docs/requirements.tsv";
/// Not `xtask`: its tests prove that it can read the names of tests.
const FOLDERS: [&str; 4] = ["shared", "backend", "frontend", "tests"];

/// What is listed.
#[derive(clap::Args)]
pub struct Options {
    /// Only the rows without a test
    #[arg(long)]
    missing: bool,
}

/// Prints the list.
///
/// # Errors
/// When a test names a row that does not exist: most likely a slip of the pen.
pub fn command(options: &Options) -> Result<()> {
    let titles =
        titles(&fs::read_to_string(root().join(LIST)).with_context(|| format!("{LIST} cannot be read"))?)?;
    let proofs = proofs()?;
    let mut without = Vec::new();
    for (row, title) in &titles {
        let tests = proofs.get(row).map(Vec::as_slice).unwrap_or_default();
        if tests.is_empty() {
            without.push((row, title));
        } else if !options.missing {
            println!("R{row}  {title}");
            tests.iter().for_each(|test| println!("      {test}"));
        }
    }
    println!("\nRows without a test ({} of {}):", without.len(), titles.len());
    without.iter().for_each(|(row, title)| println!("R{row}  {title}"));
    let unknown: Vec<String> = proofs
        .iter()
        .filter(|(row, _)| !titles.contains_key(row))
        .map(|(row, tests)| format!("R{row} ({})", tests.join(", ")))
        .collect();
    if !unknown.is_empty() {
        bail!("tests name rows that {LIST} does not have: {}", unknown.join("; "));
    }
    Ok(())
}

/// Row number → title.
fn titles(list: &str) -> Result<BTreeMap<u32, String>> {
    let mut titles = BTreeMap::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let row =
            line.split_once('\t').and_then(|(id, title)| Some((id.strip_prefix('R')?.parse().ok()?, title)));
        let (number, title) = row.with_context(|| format!("{LIST}: not `R1<tab>title`: {line}"))?;
        if titles.insert(number, title.to_owned()).is_some() {
            bail!("{LIST}: R{number} stands twice");
        }
    }
    Ok(titles)
}

/// Row number → `file: test`, for every test of the workspace that names a row.
fn proofs() -> Result<BTreeMap<u32, Vec<String>>> {
    let mut proofs: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for folder in FOLDERS {
        for file in files_below(&root().join(folder))? {
            let path = file.strip_prefix(root())?.to_string_lossy().into_owned();
            if path.contains("node_modules/") {
                continue;
            }
            let read: fn(&str) -> Vec<NamedTest> =
                match file.extension().and_then(|extension| extension.to_str()) {
                    Some("rs") => in_rust,
                    Some("mjs") => in_node,
                    _ => continue,
                };
            for test in read(&fs::read_to_string(&file).with_context(|| format!("{path} is no text"))?) {
                for row in test.rows {
                    proofs.entry(row).or_default().push(format!("{path}: {}", test.name));
                }
            }
        }
    }
    Ok(proofs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_in_the_project_is_readable_and_whole() {
        let titles = titles(&fs::read_to_string(root().join(LIST)).unwrap()).unwrap();
        assert_eq!(titles.keys().copied().collect::<Vec<_>>(), (1..=92).collect::<Vec<_>>());
    }

    #[test]
    fn a_row_that_stands_twice_is_refused() {
        assert!(titles("R1\ta\nR1\tb\n").is_err());
        assert!(titles("1 a\n").is_err());
    }
}
