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
