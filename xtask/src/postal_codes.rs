//! `cargo xtask postal-codes LIST.tsv`: the list of postal codes as the server searches it.
//!
//! Japan Post publishes its list (KEN_ALL) anew when places change, and claims no copyright on it. The input is that
//! list, one row per code and town: code, prefecture, city, town, separated by tabs, a heading first. The codes of
//! single large offices stand in another list and are left out. Start at [`command`].

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::root;

const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// Which list.
#[derive(clap::Args)]
pub struct Options {
    /// The list, UTF-8, separated by tabs, not compressed
    list: PathBuf,
}

/// Writes `backend/data/postal-codes.txt`.
///
/// # Errors
/// When the list cannot be read or has another shape.
pub fn command(options: &Options) -> Result<()> {
    let list = std::fs::read_to_string(&options.list)
        .with_context(|| format!("{} cannot be read", options.list.display()))?;
    let out = root().join("backend/data/postal-codes.txt");
    std::fs::write(&out, compact(&list)?).with_context(|| format!("{} cannot be written", out.display()))
}

/// Cities, a blank line, then codes in order; see `backend/src/service/postal_codes.rs`.
fn compact(list: &str) -> Result<String> {
    let mut cities: Vec<String> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut towns: BTreeMap<(&str, usize), Vec<&str>> = BTreeMap::new();
    for row in list.lines().skip(1) {
        let mut fields = row.split('\t');
        let mut field = || fields.next().context("a row with fewer than four fields");
        let (code, prefecture, city, town) = (field()?, field()?, field()?, field()?);
        if code.len() != 7 || [city, town].concat().contains(['/', '\n']) {
            bail!("{row:?} is not as expected");
        }
        let prefecture = PREFECTURES.iter().position(|name| *name == prefecture).context("a prefecture")? + 1;
        let city = format!("{prefecture}\t{city}");
        let number = *numbers.entry(city.clone()).or_insert_with(|| {
            cities.push(city);
            cities.len()
        });
        let of_code = towns.entry((code, number)).or_default();
        // "Where 琴平町 is followed by numbers up to 426": a rule for the post, nothing to fill in.
        if !town.is_empty() && !town.contains("の次に") {
            of_code.push(town);
        }
    }
    let mut out = cities.join("\n");
    out.push_str("\n\n");
    for ((code, city), towns) in towns {
        writeln!(out, "{code} {city} {}", towns.join("/"))?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_of_a_code_stand_in_one_line_and_rules_for_the_post_in_none() {
        let list = "code\tprefecture\tcity\ttown\tkana\n\
                    1000002\t東京都\t千代田区\t皇居外苑\t\n1000001\t東京都\t千代田区\t千代田\t\n\
                    1000001\t東京都\t千代田区\t丸の内\t\n7660002\t香川県\t琴平町\t琴平町の次に１番地がくる場合\t\n";
        assert_eq!(
            compact(list).unwrap(),
            "13\t千代田区\n37\t琴平町\n\n1000001 1 千代田/丸の内\n1000002 1 皇居外苑\n7660002 2 \n"
        );
        assert!(compact("heading\n1000001\t江戸\t千代田区\t\n").is_err());
    }
}
