//! Finds tests in source text, with the requirement rows they name.
//!
//! Line by line and without a parser: it knows the shape that `cargo fmt` and the test runners give. Start at [`in_rust`].

/// A test and the rows it says it proves.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedTest {
    pub name: String,
    pub rows: Vec<u32>,
}

/// Tests of a Rust file that name a row in their name (`r12_…`) or in the first line of their documentation (`R12`).
pub fn in_rust(source: &str) -> Vec<NamedTest> {
    let mut found = Vec::new();
    let mut doc: Option<&str> = None;
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            doc.get_or_insert(text);
        } else if line.starts_with("#[") {
            is_test |= is_test_attribute(line);
        } else if let Some(name) = function_name(line) {
            // `on_both_databases!` makes two tests of a function that takes its database.
            if is_test || line.contains("(database)") {
                let mut rows = rows_in(name, "_");
                rows.extend(rows_in(doc.unwrap_or_default(), ""));
                push(&mut found, name, rows);
            }
            (doc, is_test) = (None, false);
        } else if line.starts_with("proptest!") || line.is_empty() || line.starts_with("//") {
            // Between a test and its attributes there may be air and remarks.
        } else {
            (doc, is_test) = (None, false);
        }
    }
    found
}

/// Tests of a Node file whose title names a row.
pub fn in_node(source: &str) -> Vec<NamedTest> {
    let mut found = Vec::new();
    let mut open_call = false;
    for line in source.lines().map(str::trim) {
        let call = ["test(", "it(", "describe(", "suite(", "t.test("]
            .into_iter()
            .find_map(|call| line.strip_prefix("await ").unwrap_or(line).strip_prefix(call));
        // The title may stand on the line below the call.
        let text = match call {
            Some(text) => text,
            None if open_call => line,
            None => continue,
        };
        open_call = text.is_empty();
        if let Some(title) = quoted(text.trim_start()) {
            push(&mut found, title, rows_in(title, ""));
        }
    }
    found
}

fn push(found: &mut Vec<NamedTest>, name: &str, mut rows: Vec<u32>) {
    rows.sort_unstable();
    rows.dedup();
    if !rows.is_empty() {
        found.push(NamedTest { name: name.to_owned(), rows });
    }
}

fn is_test_attribute(line: &str) -> bool {
    let path = line.trim_start_matches("#[").split(['(', ']']).next().unwrap_or_default();
    matches!(path, "test" | "tokio::test" | "wasm_bindgen_test")
}

fn function_name(line: &str) -> Option<&str> {
    let words = ["pub ", "async ", "const "];
    let mut rest = line;
    while let Some(shorter) = words.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|first| "\"'`".contains(*first))?;
    text[1..].split(quote).next()
}

/// Row numbers in a text: `R12` between other signs, or `r12` between underscores when `mark` is one.
fn rows_in(text: &str, mark: &str) -> Vec<u32> {
    let in_name = !mark.is_empty();
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || (!in_name && sign == '_')));
    words
        .filter_map(|word| {
            let digits = word.strip_prefix(if in_name { 'r' } else { 'R' })?;
            (!digits.is_empty() && digits.len() <= 2).then(|| digits.parse().ok())?
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, rows: &[u32]) -> NamedTest {
        NamedTest { name: name.into(), rows: rows.into() }
    }

    #[test]
    fn a_test_written_once_for_both_databases_counts() {
        let source = "
            on_both_databases! {
                /// R32: pressed twice, done once.
                async fn pressing_twice(database) {
                }
            }
            /// R33: a helper is no test.
            async fn helper(database: Database) {}";
        assert_eq!(in_rust(source), [named("pressing_twice", &[32])]);
    }

    #[test]
    fn rust_tests_name_rows_in_their_name_or_first_doc_line() {
        let source = "
            #[test]
            fn r12_r4_one_purchase_stays_one() {}

            /// R62: yen are whole numbers.
            /// Not R63.
            #[tokio::test(flavor = \"multi_thread\")]
            async fn decimals_are_refused() {}

            /// R99 is no test.
            fn r5_helper() {}

            proptest! {
                #[test]
                fn r34_capture_is_exact(amount in 1i64..100) {}
            }

            #[test]
            fn names_nothing() {}
        ";
        assert_eq!(
            in_rust(source),
            [
                named("r12_r4_one_purchase_stays_one", &[4, 12]),
                named("decimals_are_refused", &[62]),
                named("r34_capture_is_exact", &[34]),
            ]
        );
    }

    #[test]
    fn node_tests_name_rows_in_their_title() {
        let source = "
            test(\"R4, R28: a purchase appears\", async () => {
              await t.test('R12 twice', () => {});
            test(
              `R14 no WebAssembly`,
            // R99 in a remark
            test(\"nothing\", () => {});
        ";
        assert_eq!(
            in_node(source),
            [
                named("R4, R28: a purchase appears", &[4, 28]),
                named("R12 twice", &[12]),
                named("R14 no WebAssembly", &[14])
            ]
        );
    }
}
