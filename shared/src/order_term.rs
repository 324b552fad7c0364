//! Words an order is found by (R51): folded alike when they are kept and when they are looked for, so that equality
//! is enough and nothing is ever searched through.
//!
//! A name is kept as its pieces of two letters and its first letter. Start at [`terms`] and [`Search::new`].

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Most letters of one name that are kept.
const LONGEST_NAME: usize = 60;

/// What is known of an order, as it is to be found.
#[derive(Debug, Clone, Copy)]
pub struct Findable<'a> {
    /// Names of buyer and addressee.
    pub names: &'a [&'a str],
    /// Phone numbers as typed.
    pub phones: &'a [&'a str],
    /// Mail addresses.
    pub mails: &'a [&'a str],
    /// The order's number.
    pub number: &'a str,
    /// Charge permission, charge, former charges, refunds, buyer.
    pub amazon_ids: &'a [&'a str],
}

/// The terms under which an order is kept.
pub fn terms(order: Findable<'_>) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for name in order.names {
        let letters: Vec<char> = fold(name).chars().take(LONGEST_NAME).collect();
        if let Some(first) = letters.first() {
            terms.insert(format!("f:{first}"));
        }
        terms.extend(pieces(&letters));
    }
    for phone in order.phones {
        let digits = digits(phone);
        if digits.len() >= 4 {
            terms.insert(format!("l:{}", &digits[digits.len() - 4..]));
            terms.insert(format!("p:{digits}"));
        }
    }
    terms.extend(order.mails.iter().map(|mail| format!("m:{}", fold(mail))));
    terms.insert(format!("o:{}", fold(order.number)));
    terms.extend(order.amazon_ids.iter().map(|id| of_amazon_id(id)));
    terms
}

/// The term under which an order with this id of Amazon's is kept.
pub fn of_amazon_id(id: &str) -> String {
    format!("a:{}", fold(id))
}

/// Something looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// An order that has one of these is found.
    pub whole: Vec<String>,
    /// An order that has all of these is found, if it has the letters in this order.
    pub pieces: Vec<String>,
    folded: String,
}

impl Search {
    /// What is typed as what is looked up; `None` where nothing is left of it.
    pub fn new(typed: &str) -> Option<Self> {
        let folded = fold(typed);
        let letters: Vec<char> = folded.chars().take(LONGEST_NAME).collect();
        let first = *letters.first()?;
        let mut whole = vec![format!("o:{folded}")];
        let digits = digits(typed);
        let only_digits = typed.nfkc().all(|c| c.is_ascii_digit() || "+-() ‐‑–—―ー".contains(c));
        if only_digits && digits.len() == 4 {
            whole.push(format!("l:{digits}"));
        } else if only_digits && digits.len() > 4 {
            whole.push(format!("p:{digits}"));
        }
        if folded.contains('@') {
            whole.push(format!("m:{folded}"));
        }
        if letters.len() >= 8 {
            whole.push(format!("a:{folded}"));
        }
        let pieces = if letters.len() == 1 { vec![format!("f:{first}")] } else { pieces(&letters) };
        // A mail address is looked up whole.
        let pieces = if only_digits || folded.contains('@') { Vec::new() } else { pieces };
        Some(Self { whole, pieces, folded: letters.iter().collect() })
    }

    /// Whether what was typed may be an id of Amazon's.
    pub fn may_be_amazon_id(&self) -> bool {
        self.whole.iter().any(|term| term.starts_with("a:"))
    }

    /// Whether the order is really found: pieces may stand in a name in another order.
    pub fn finds(&self, order: Findable<'_>) -> bool {
        let kept = terms(order);
        self.whole.iter().any(|term| kept.contains(term))
            || (!self.pieces.is_empty()
                && order.names.iter().any(|name| match self.pieces.as_slice() {
                    [one] if one.starts_with("f:") => fold(name).starts_with(&self.folded),
                    _ => fold(name).contains(&self.folded),
                }))
    }
}

fn pieces(letters: &[char]) -> Vec<String> {
    let pieces: BTreeSet<String> = letters.windows(2).map(|two| format!("n:{}{}", two[0], two[1])).collect();
    pieces.into_iter().collect()
}

/// NFKC, lower case, hiragana as katakana; without spaces and without what cannot be seen.
fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| {
            !c.is_whitespace() && crate::text::visible(c.encode_utf8(&mut [0; 4])).chars().count() == 1
        })
        .map(|c| match c {
            '\u{3041}'..='\u{3096}' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Digits only; `+81` is the leading 0.
fn digits(text: &str) -> String {
    let folded: String = text.nfkc().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    match folded.strip_prefix("+81") {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => folded.replace('+', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Findable<'_> = Findable {
        names: &["髙橋　ハナコ", "Hanako TAKAHASHI"],
        phones: &["+81 90-1234-5678"],
        mails: &["Hanako@Example.JP"],
        number: "N-20261124-ABCD",
        amazon_ids: &["S03-1234567-1234567", "S03-1234567-1234567-C000001"],
    };

    #[test]
    fn r51_an_order_is_found_by_whatever_a_person_types_of_it() {
        for typed in [
            "髙橋",
            "橋ハナ",
            "はなこ",
            "ﾊﾅｺ",
            "髙",
            "hanako",
            "TAKAHASHI",
            "ｔａｋａ",
            "090-1234-5678",
            "０９０１２３４５６７８",
            "5678",
            "hanako@example.jp",
            "n-20261124-abcd",
            "S03-1234567-1234567",
            "s03-1234567-1234567-c000001",
            "ハナコhanako",
        ] {
            let search = Search::new(typed).unwrap();
            let kept = terms(ORDER);
            let looked_up = search.whole.iter().any(|term| kept.contains(term))
                || (!search.pieces.is_empty() && search.pieces.iter().all(|term| kept.contains(term)));
            let expected = typed != "ハナコhanako";
            assert_eq!(looked_up && search.finds(ORDER), expected, "{typed}");
        }
    }

    #[test]
    fn r51_a_part_of_a_number_or_a_mail_finds_nothing() {
        for typed in ["1234", "0901234", "example.jp", "N-2026", "佐藤", "子花"] {
            assert!(!Search::new(typed).unwrap().finds(ORDER), "{typed}");
        }
    }

    #[test]
    fn r51_what_is_long_enough_may_be_an_id_of_amazons() {
        for (typed, may) in [("s03-1234567-1234567-r000001", true), ("佐藤 花子", false), ("5678", false)]
        {
            assert_eq!(Search::new(typed).unwrap().may_be_amazon_id(), may, "{typed}");
        }
    }

    #[test]
    fn nothing_to_see_is_nothing_to_look_for() {
        assert_eq!(Search::new(" \u{3000}\u{202E}"), None);
    }
}
