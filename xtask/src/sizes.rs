//! Sizes of the built pages, read from `dist/`. Start at [`Sizes::read`].

use std::fs;

use anyhow::{Context, Result, bail};

use crate::bindgen::files_below;
use crate::pages::dist;

/// Most bytes a shop's first page may load from us, compressed. The target is 80 kB; what the terms of a subscription
/// added above it is to be won back, and nothing more may come.
pub const FIRST_PAGE_LIMIT: u64 = 81_500;
/// Most bytes the console may load, compressed.
pub const CONSOLE_LIMIT: u64 = 300_000;

/// Sizes of what a page loads: bytes as they are, and as sent with Brotli.
pub struct Sizes {
    pub loader: Size,
    pub glue: Size,
    pub wasm: Size,
    pub console: Size,
}

/// Bytes of a file (or several) raw and compressed with Brotli.
#[derive(Clone, Copy, Default)]
pub struct Size {
    pub raw: u64,
    pub brotli: u64,
}

impl Sizes {
    /// Reads them from `dist/`.
    ///
    /// # Errors
    /// When `dist/` is not built.
    pub fn read() -> Result<Self> {
        let mut sizes = Self {
            loader: Size::default(),
            glue: Size::default(),
            wasm: Size::default(),
            console: Size::default(),
        };
        let dist = dist();
        for file in files_below(&dist)? {
            let path = file.strip_prefix(&dist)?.to_string_lossy().into_owned();
            let sum = match path.split('/').next() {
                Some("noren.js") => &mut sizes.loader,
                Some("widget") if path.ends_with(".wasm") => &mut sizes.wasm,
                Some("widget") => &mut sizes.glue,
                Some("console") => &mut sizes.console,
                _ => continue,
            };
            if path.ends_with(".br") || path.ends_with(".gz") {
                continue;
            }
            sum.raw += fs::metadata(&file)?.len();
            sum.brotli += fs::metadata(format!("{}.br", file.display()))
                .context("run `cargo xtask pages` first")?
                .len();
        }
        Ok(sizes)
    }

    /// Whether people may be asked to load that much.
    ///
    /// # Errors
    /// When a limit is passed.
    pub fn check(&self) -> Result<()> {
        let sums = [
            ("a shop's first page", self.first_page(), FIRST_PAGE_LIMIT),
            ("the console", self.console, CONSOLE_LIMIT),
        ];
        for (name, size, limit) in sums {
            if size.brotli > limit {
                bail!(
                    "{name} loads {:.1} kB, {:.1} kB more than it may; docs/decisions/0005-views-by-a-builder.md \
                     says what makes pages large",
                    size.brotli as f64 / 1000.0,
                    (size.brotli - limit) as f64 / 1000.0
                );
            }
        }
        Ok(())
    }

    /// Everything a shop's first page loads.
    pub fn first_page(&self) -> Size {
        self.loader.and(self.glue).and(self.wasm)
    }
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, brotli: self.brotli + other.brotli }
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:<22} {:>10} {:>10}", "pages", "raw kB", "brotli kB")?;
        let rows = [
            ("loader", self.loader),
            ("widget glue", self.glue),
            ("widget wasm", self.wasm),
            ("first page, together", self.first_page()),
            ("console, together", self.console),
        ];
        for (name, size) in rows {
            writeln!(
                f,
                "{name:<22} {:>10.1} {:>10.1}",
                size.raw as f64 / 1000.0,
                size.brotli as f64 / 1000.0
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(widget: u64, console: u64) -> Sizes {
        let size = |brotli| Size { raw: brotli * 3, brotli };
        Sizes { loader: size(2_000), glue: size(5_000), wasm: size(widget), console: size(console) }
    }

    #[test]
    fn a_page_over_its_limit_is_refused_by_name() {
        assert!(sizes(74_500, 300_000).check().is_ok());
        assert!(sizes(74_501, 1).check().unwrap_err().to_string().contains("first page"));
        assert!(sizes(1, 300_001).check().unwrap_err().to_string().contains("console"));
    }
}
