//! Japan Post's list of postal codes, as `backend/data/postal-codes.txt` has it, searched where it lies.
//!
//! The text is a part of the program's file: the system brings in the few pages that a search touches, nothing is read
//! at start and nothing kept. It is sorted by code, so a search halves it. Made by `cargo xtask postal-codes`, which
//! also says how. Start at [`places`].

use shared::api::PostalPlace;
use shared::prefecture::Prefecture;

/// Cities, one a line (`13<TAB>千代田区`), a blank line, then `1000001 654 千代田`, sorted: code, line of its city from
/// 1, towns with a slash between them.
static LIST: &str = include_str!("../../data/postal-codes.txt");

/// The places of a code of seven digits, none where there is no such code.
pub fn places(code: &str) -> Vec<PostalPlace> {
    if code.len() != 7 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let Some((cities, codes)) = LIST.split_once("\n\n") else { return Vec::new() };
    let lines = codes.get(first_line(codes.as_bytes(), code.as_bytes())..).unwrap_or_default().lines();
    lines.map_while(|line| line.strip_prefix(code)).filter_map(|rest| place(cities, rest)).collect()
}

/// Where the first line begins that is not below `code`.
fn first_line(codes: &[u8], code: &[u8]) -> usize {
    let (mut low, mut high) = (0, codes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let begin = codes[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end =
            codes[middle..].iter().position(|byte| *byte == b'\n').map_or(codes.len(), |at| middle + at + 1);
        if codes[begin..].starts_with(code) || codes[begin..end] > *code {
            high = begin;
        } else {
            low = end;
        }
    }
    low
}

/// ` 654 千代田`.
fn place(cities: &str, rest: &str) -> Option<PostalPlace> {
    let (city, towns) = rest.trim_start().split_once(' ')?;
    let city = cities.lines().nth(city.parse::<usize>().ok()?.checked_sub(1)?)?;
    let (prefecture, city) = city.split_once('\t')?;
    let towns = towns.split('/').filter(|town| !town.is_empty()).map(str::to_owned).collect();
    let prefecture = Prefecture::try_from(prefecture.parse::<u8>().ok()?).ok()?;
    Some(PostalPlace { prefecture, city: city.to_owned(), towns })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<(&'static str, String, usize)> {
        places(code).into_iter().map(|one| (one.prefecture.name(), one.city, one.towns.len())).collect()
    }

    /// R21: one town, none, several, several cities, and codes that are none.
    #[test]
    fn r21_a_code_finds_its_cities_and_towns() {
        assert_eq!(found("1000001"), [("東京都", "千代田区".to_owned(), 1)]);
        assert_eq!(places("1000001")[0].towns, ["千代田"]);
        assert_eq!(found("1000000"), [("東京都", "千代田区".to_owned(), 0)]);
        assert_eq!(found("4520961"), [("愛知県", "清須市".to_owned(), 66)]);
        let several = found("4980000");
        assert_eq!(several.len(), 2, "{several:?}");
        assert!(several.iter().any(|(prefecture, ..)| *prefecture == "三重県"), "{several:?}");
        for none in ["1008111", "0000000", "9999999", "", "100000", "10000011", "100-000", "１００００００"]
        {
            assert_eq!(found(none), [], "{none}");
        }
    }

    /// R21: the list is in order, and lines from all over it are found.
    #[test]
    fn r21_the_list_is_sorted_and_every_hundredth_code_is_found() {
        let (cities, codes) = LIST.split_once("\n\n").unwrap();
        assert!(cities.lines().count() > 1_800);
        assert!(codes.lines().count() > 120_000);
        let mut before = "";
        for line in codes.lines() {
            let (code, rest) = line.split_once(' ').unwrap();
            assert!(before <= code, "{line} is not in its place");
            // One in a hundred; all of them would take long.
            if code.ends_with("07") {
                assert!(places(code).contains(&place(cities, rest).unwrap()), "{line}");
            }
            before = code;
        }
        assert_eq!(found(before).len(), 1);
    }
}
