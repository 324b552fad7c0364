//! Makes glue and wasm smaller together, where each by itself must keep the names the other knows.
//!
//! The names of what they call of each other carry hashes, which no compression shortens, in both files: they become `a`,
//! `b`, …. Classes that the libraries export and nobody makes an object of (streams, which come with Leptos) go, with the
//! code behind them. Together 8 kB of 81 (Brotli) for the widget. Start at [`module`], then [`Slimmed::glue`].

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use walrus::ir::{InstrLocId, Unreachable, Visitor, dfs_in_order};
use walrus::{FunctionId, FunctionKind, Module};

/// What the glue calls the module its imports come from.
const SHORT_MODULE: &str = "a";

/// What was changed in the module, to be changed in the glue.
pub struct Slimmed {
    /// Name of the module that the imports named, if there were any.
    module: Option<String>,
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

/// Shortens the names and drops the classes of a module that wasm-bindgen made.
///
/// # Errors
/// When the program does use what would go.
pub fn module(module: &mut Module) -> Result<Slimmed> {
    let classes: Vec<_> = module
        .exports
        .iter()
        .filter(|export| belongs_to_class(&export.name))
        .map(walrus::Export::id)
        .collect();
    for export in classes {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(module);
    empty_streams(module)?;
    walrus::passes::gc::run(module);

    let mut slimmed = Slimmed { module: None, imports: BTreeMap::new(), exports: BTreeMap::new() };
    for (import, short) in module.imports.iter_mut().zip(short_names()) {
        // One name may be imported with several signatures; then it stays one name.
        let short = slimmed.imports.entry(std::mem::take(&mut import.name)).or_insert(short);
        import.name.clone_from(short);
        slimmed.module = Some(std::mem::replace(&mut import.module, SHORT_MODULE.to_owned()));
    }
    // What a person named keeps its name: the loader knows it.
    for (export, short) in
        module.exports.iter_mut().filter(|export| export.name.contains("__")).zip(short_names())
    {
        let name = std::mem::replace(&mut export.name, short.clone());
        slimmed.exports.insert(name, short);
    }
    Ok(slimmed)
}

/// Takes the content out of the tasks that streams run as. With the exports gone nothing starts one, but they stand in the
/// table of indirect calls, where nobody can tell that they are never asked for.
///
/// Only the tasks: what the compiler makes for every type (letting go of it, for one) may be one function for several.
fn empty_streams(module: &mut Module) -> Result<()> {
    let streams: BTreeSet<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| function.name.as_deref().is_some_and(is_task_of_streams))
        .map(walrus::Function::id)
        .collect();
    for &id in &streams {
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let entry = function.entry_block();
            function.block_mut(entry).instrs = vec![(Unreachable {}.into(), InstrLocId::default())];
        }
    }
    // Whoever begins a stream after all must not find out in a shopper's browser.
    for (id, function) in module.funcs.iter_local() {
        let mut calls = Calls { of: &streams, found: false };
        dfs_in_order(&mut calls, function, function.entry_block());
        ensure!(!calls.found, "a function uses streams: {:?}", module.funcs.get(id).name);
    }
    Ok(())
}

/// Looks for calls of certain functions.
struct Calls<'a> {
    of: &'a BTreeSet<FunctionId>,
    found: bool,
}

impl Visitor<'_> for Calls<'_> {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.found |= self.of.contains(function);
    }
}

/// A closure of `js-sys` that runs a future of `wasm-streams`.
fn is_task_of_streams(name: &str) -> bool {
    name.contains("future_to_promise") && name.contains("wasm_streams")
}

/// Names of an exported class's functions: `intounderlyingsource_pull`, `__wbg_intounderlyingsource_free`.
fn belongs_to_class(export: &str) -> bool {
    export.trim_start_matches("__wbg_").starts_with("intounderlying")
}

/// `a`, `b`, … `Z`, `aa`, …: never with two underscores, so never one of the names that go.
fn short_names() -> impl Iterator<Item = String> {
    const SIGNS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..).map(|mut number: usize| {
        let mut name = String::new();
        loop {
            name.push(char::from(SIGNS[number % SIGNS.len()]));
            number /= SIGNS.len();
            if number == 0 {
                return name;
            }
            number -= 1;
        }
    })
}

impl Slimmed {
    /// The glue that fits the module; `None` if it does not have wasm-bindgen's shape.
    pub fn glue(&self, glue: &str) -> Option<String> {
        let mut glue = without_classes(&self.without_unused(glue));
        if let Some(module) = &self.module {
            let (long, short) = (format!("\"{module}\""), format!("\"{SHORT_MODULE}\""));
            if !glue.contains(&long) {
                return None;
            }
            glue = glue.replace(&long, &short);
        }
        let (glue, renamed) = self.rename(&glue);
        // Every import must have been found, or the program would not start.
        (renamed == self.imports.len()).then_some(glue)
    }

    /// The glue without the imports the module no longer has, and without the way in that nobody takes. wasm-bindgen
    /// closes each at the depth where it began.
    fn without_unused(&self, glue: &str) -> String {
        let mut out = String::with_capacity(glue.len());
        let mut until: Option<&str> = None;
        for line in glue.lines() {
            if let Some(end) = until {
                if line.starts_with(end) {
                    until = None;
                }
                continue;
            }
            let import =
                line.strip_prefix("        __wb").and_then(|rest| rest.split_once(": function(")).is_some();
            let name = line.trim_start().split_once(": ").map_or("", |(name, _)| name);
            if import && !self.imports.contains_key(name) {
                until = Some("        }");
            } else if line == "function initSync(module) {" {
                until = Some("}");
            } else {
                out.push_str(&line.replace("export { initSync, ", "export { "));
                out.push('\n');
            }
        }
        out
    }

    /// Imports stand as `name: function`, exports as `wasm.name`; where a function of the glue has the long name of an
    /// export, it gets the short one behind a sign that no other name there begins with. Also counts the imports.
    fn rename(&self, glue: &str) -> (String, usize) {
        let mut out = String::with_capacity(glue.len());
        let (mut rest, mut renamed) = (glue, 0);
        while let Some(start) = rest.find(is_name) {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let end = from.find(|sign| !is_name(sign)).unwrap_or(from.len());
            let (name, after) = from.split_at(end);
            let known = if out.ends_with("wasm.") {
                self.exports.get(name)
            } else if after.starts_with(": ") {
                let import = self.imports.get(name);
                renamed += usize::from(import.is_some());
                import
            } else {
                if let Some(short) = self.exports.get(name) {
                    out.push('$');
                    out.push_str(short);
                    rest = after;
                    continue;
                }
                None
            };
            out.push_str(known.map_or(name, String::as_str));
            rest = after;
        }
        out.push_str(rest);
        (out, renamed)
    }
}

/// The glue without exported classes and what belongs to them. wasm-bindgen closes each at the beginning of a line.
fn without_classes(glue: &str) -> String {
    let mut out = String::with_capacity(glue.len());
    let mut classes: Vec<&str> = Vec::new();
    // The end of what is being left out.
    let mut until: Option<fn(&str) -> bool> = None;
    for line in glue.lines() {
        if let Some(is_end) = until {
            if is_end(line) {
                until = None;
            }
            continue;
        }
        let class = line.strip_prefix("export class ").and_then(|rest| rest.strip_suffix(" {"));
        if let Some(class) = class.filter(|class| belongs_to_class(&class.to_ascii_lowercase())) {
            classes.push(class);
            until = Some(|line| line == "}");
            continue;
        }
        let of = |prefix: &str, suffix: &str| {
            line.strip_prefix(prefix).is_some_and(|rest| {
                classes
                    .iter()
                    .any(|class| rest.strip_prefix(class).is_some_and(|rest| rest.starts_with(suffix)))
            })
        };
        if of("if (Symbol.dispose) ", ".") {
            continue;
        }
        if of("const ", "Finalization = ") {
            until = Some(|line| line.ends_with(';'));
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_' || sign == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "export class IntoUnderlyingSource {
    free() {
        wasm.__wbg_intounderlyingsource_free(ptr, 0);
    }
}
if (Symbol.dispose) IntoUnderlyingSource.prototype[Symbol.dispose] = IntoUnderlyingSource.prototype.free;
export function mount(x) {
    wasm.mount(wasm.__wbindgen_malloc(x));
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_add_0123456789abcdef: function(a) { return a.__wbg_add_0123456789abcdef; },
        __wbg_stream_0123456789abcdef: function() { return handleError(function(a) {
            a.stream();
        }, arguments); },
        __wbindgen_closure: function(a) {
            return makeClosure(a, invoke___true_);
        },
    };
    return { __proto__: null, \"./widget_bg.js\": import0 };
}
const IntoUnderlyingSourceFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_intounderlyingsource_free(ptr, 1));
function invoke___true_(a) {
    wasm.invoke___true_(a);
}
function initSync(module) {
    if (wasm) {
        return wasm;
    }
}
let wasm;
export { initSync, init as default };
";

    fn slimmed() -> Slimmed {
        Slimmed {
            module: Some("./widget_bg.js".into()),
            imports: BTreeMap::from([
                ("__wbg_add_0123456789abcdef".into(), "a".into()),
                ("__wbindgen_closure".into(), "b".into()),
            ]),
            exports: BTreeMap::from([
                ("__wbindgen_malloc".into(), "b".into()),
                ("invoke___true_".into(), "c".into()),
            ]),
        }
    }

    #[test]
    fn names_become_short_where_they_mean_the_module_and_nowhere_else() {
        let glue = slimmed().glue(GLUE).unwrap();
        assert!(glue.contains("wasm.mount(wasm.b(x))"), "{glue}");
        assert!(glue.contains("a: function(a) { return a.__wbg_add_0123456789abcdef; }"), "{glue}");
        assert!(glue.contains("{ __proto__: null, \"a\": import0 }"), "{glue}");
    }

    #[test]
    fn classes_nobody_uses_are_gone_with_all_that_belongs_to_them() {
        let glue = slimmed().glue(GLUE).unwrap();
        assert!(!glue.contains("IntoUnderlying") && !glue.contains("FinalizationRegistry"), "{glue}");
        assert!(
            glue.starts_with("export function mount") && glue.ends_with("export { init as default };\n"),
            "{glue}"
        );
    }

    #[test]
    fn what_the_module_no_longer_imports_is_gone_and_functions_of_the_glue_have_short_names() {
        let glue = slimmed().glue(GLUE).unwrap();
        assert!(!glue.contains("stream") && !glue.contains("initSync"), "{glue}");
        assert!(
            glue.contains("b: function(a) {\n            return makeClosure(a, $c);\n        },\n    };"),
            "{glue}"
        );
        assert!(glue.contains("function $c(a) {\n    wasm.c(a);\n}\nlet wasm;"), "{glue}");
    }

    #[test]
    fn glue_without_an_import_that_the_module_has_is_refused() {
        assert_eq!(slimmed().glue(&GLUE.replace("__wbg_add_0123456789abcdef: ", "other: ")), None);
        assert_eq!(slimmed().glue(&GLUE.replace("./widget_bg.js", "wbg")), None);
    }

    #[test]
    fn short_names_never_repeat() {
        let names: Vec<String> = short_names().take(3000).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 3000);
        assert_eq!((names[0].as_str(), names[51].as_str(), names[52].as_str()), ("a", "Z", "aa"));
    }
}
