//! Sizes of the built pages, read from `dist/`. Start at [`Sizes::read`].

use std::fs;

use anyhow::{Context, Result, bail};

use crate::bindgen::files_below;
use crate::pages::dist;

/// Most bytes a shop's first page may load from us, compressed.
pub const FIRST_PAGE_LIMIT: u64 = 80_000;
/// Most bytes my page may load, compressed: loader and its own program.
pub const MY_PAGE_LIMIT: u64 = 100_000;
/// Most bytes the loader may have, compressed: every page of a shop waits for it.
pub const LOADER_LIMIT: u64 = 2_000;
/// Most bytes each of the console's two programs may load, compressed.
pub const CONSOLE_LIMIT: u64 = 300_000;

/// Sizes of what a page loads: bytes as they are, and as sent with Brotli.
pub struct Sizes {
    pub loader: Size,
    pub glue: Size,
    pub wasm: Size,
    pub my_page: Size,
    pub console: Size,
    pub settings: Size,
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
            my_page: Size::default(),
            console: Size::default(),
            settings: Size::default(),
        };
        let dist = dist();
        for file in files_below(&dist)? {
            let path = file.strip_prefix(&dist)?.to_string_lossy().into_owned();
            let sum = match path.split('/').next() {
                Some("noren.js") => &mut sizes.loader,
                Some("widget") if path.ends_with(".wasm") => &mut sizes.wasm,
                Some("widget") => &mut sizes.glue,
                Some("my_page") => &mut sizes.my_page,
                Some("console") => &mut sizes.console,
                Some("settings") => &mut sizes.settings,
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
            ("the loader", self.loader, LOADER_LIMIT),
            ("a shop's first page", self.first_page(), FIRST_PAGE_LIMIT),
            ("my page", self.my_page(), MY_PAGE_LIMIT),
            ("the console", self.console, CONSOLE_LIMIT),
            ("the console's settings", self.settings, CONSOLE_LIMIT),
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

    /// Everything my page loads.
    pub fn my_page(&self) -> Size {
        self.loader.and(self.my_page)
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
            ("my page, together", self.my_page()),
            ("console, together", self.console),
            ("settings, together", self.settings),
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

    fn sizes(widget: u64, my_page: u64, console: u64) -> Sizes {
        let size = |brotli| Size { raw: brotli * 3, brotli };
        Sizes {
            loader: size(2_000),
            glue: size(5_000),
            wasm: size(widget),
            my_page: size(my_page),
            console: size(console),
            settings: size(1),
        }
    }

    #[test]
    fn a_page_over_its_limit_is_refused_by_name() {
        assert!(sizes(73_000, 98_000, 300_000).check().is_ok());
        assert!(sizes(73_001, 1, 1).check().unwrap_err().to_string().contains("first page"));
        assert!(sizes(1, 98_001, 1).check().unwrap_err().to_string().contains("my page"));
        assert!(sizes(1, 1, 300_001).check().unwrap_err().to_string().contains("console"));
        let settings = Size { raw: 1, brotli: 300_001 };
        let heavy = Sizes { settings, ..sizes(1, 1, 1) };
        assert!(heavy.check().unwrap_err().to_string().contains("the console's settings"));
        let heavy = Sizes { loader: Size { raw: 1, brotli: 2_001 }, ..sizes(1, 1, 1) };
        assert!(heavy.check().unwrap_err().to_string().contains("loader"));
    }
}
