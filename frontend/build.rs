//! Takes comments, indentation and needless blanks out of the style sheets: they are a tenth of them, which every shopper
//! would load. `sheet!` includes what is made here.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    write_sheets(Path::new("src"), &out)
}

fn write_sheets(from: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            write_sheets(&path, &out.join(name))?;
        } else if path.extension().is_some_and(|extension| extension == "css") {
            fs::write(out.join(name), tight(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// The same sheet without what only people read; texts in quotes stay as they are.
fn tight(sheet: &str) -> String {
    let mut tight = String::with_capacity(sheet.len());
    let (mut rest, mut blank) = (sheet, false);
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            blank = true;
            continue;
        }
        let length =
            if c == '"' { rest[1..].find('"').map_or(rest.len(), |end| end + 2) } else { c.len_utf8() };
        let (piece, after) = rest.split_at(length);
        rest = after;
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        // Around these a blank means nothing; `calc` wants those around `+`, and `a :hover` the one in front.
        if blank && !tight.ends_with(['{', '}', ';', ',', ':', '(']) && !"{};,)".contains(c) {
            tight.push(' ');
        }
        blank = false;
        if c == '}' && tight.ends_with(';') {
            tight.pop();
        }
        tight.push_str(piece);
    }
    tight
}
