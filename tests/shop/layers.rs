//! The path of data: nothing lower names anything higher.

use std::path::Path;

/// Lines of code in `folder` of the backend's sources that name `module`, its tests left out.
fn naming(folder: &str, module: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src").join(folder);
    let mut found = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//") && line.contains(module));
        found.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
    }
    assert!(files > 3, "{} holds the sources", folder.display());
    found
}

#[test]
fn a_use_case_knows_no_http_and_the_edge_no_storage() {
    assert_eq!(naming("service", "http::"), Vec::<String>::new());
    assert_eq!(naming("store", "http::"), Vec::<String>::new());
    assert_eq!(naming("store", "service::"), Vec::<String>::new());
    assert_eq!(naming("http", "store::"), Vec::<String>::new());
    assert_eq!(naming("http", "amazon_pay::"), Vec::<String>::new());
}

/// R32: every step of a bulk run that asks Amazon for money takes its turn as one that leaves a call to renewals, and none by
/// any other way: which bucket it asks shows nowhere else.
#[test]
fn r32_a_bulk_run_takes_its_turns_after_renewals() {
    let turns = |what: &str| -> Vec<String> {
        let mut lines = naming("service", what);
        lines.retain(|line| line.contains("/bulk_"));
        lines
    };
    let calls = turns("pace::turn_of_bulk(");
    for operation in ["CreateCharge", "CaptureCharge", "CancelCharge", "CreateRefund"] {
        let own = calls.iter().filter(|line| line.contains(&format!("Operation::{operation}"))).count();
        assert_eq!(own, 1, "{operation}: {calls:#?}");
    }
    assert_eq!(turns("pace::turn("), Vec::<String>::new(), "a step of a bulk run goes before renewals");
    assert_eq!(turns("use super::pace::"), Vec::<String>::new(), "by its whole name, so that it is seen");
}

/// R88: the pages define no body of their own: what they read and write are the types of `shared`, taken apart and put
/// together in the files `json*.rs` and nowhere else.
#[test]
fn r88_the_front_end_defines_no_body_of_its_own() {
    fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/src"), &mut files);
    assert!(files.len() > 20, "the front end's sources are there");
    let mut own = Vec::new();
    let mut shared_bodies = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        shared_bodies += text.matches("shared::api").count();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let taken_apart = |line: &str| {
            !name.starts_with("json") && (line.contains("FromJs for ") || line.contains("ToJs for "))
        };
        own.extend(
            text.lines()
                .filter(|line| {
                    line.contains("derive(") && line.contains("ialize")
                        || taken_apart(line)
                        || name.starts_with("json") && line.trim_start().starts_with("pub struct")
                })
                .map(|line| format!("{}: {}", name, line.trim())),
        );
    }
    assert_eq!(own, Vec::<String>::new());
    assert!(shared_bodies > 10);
}
