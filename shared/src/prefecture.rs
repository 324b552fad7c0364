//! The 47 prefectures, in all spellings that occur.

use serde::{Deserialize, Serialize};

/// A prefecture by its official number (JIS X 0401), 1 北海道 to 47 沖縄県.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Prefecture(u8);

/// There are 47.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the number of a prefecture (1 to 47)")]
pub struct NotAPrefecture(u8);

/// Official name, reading without 都道府県, romanized name without suffix.
const NAMES: [(&str, &str, &str); 47] = [
    ("北海道", "ほっかいどう", "Hokkaido"),
    ("青森県", "あおもり", "Aomori"),
    ("岩手県", "いわて", "Iwate"),
    ("宮城県", "みやぎ", "Miyagi"),
    ("秋田県", "あきた", "Akita"),
    ("山形県", "やまがた", "Yamagata"),
    ("福島県", "ふくしま", "Fukushima"),
    ("茨城県", "いばらき", "Ibaraki"),
    ("栃木県", "とちぎ", "Tochigi"),
    ("群馬県", "ぐんま", "Gunma"),
    ("埼玉県", "さいたま", "Saitama"),
    ("千葉県", "ちば", "Chiba"),
    ("東京都", "とうきょう", "Tokyo"),
    ("神奈川県", "かながわ", "Kanagawa"),
    ("新潟県", "にいがた", "Niigata"),
    ("富山県", "とやま", "Toyama"),
    ("石川県", "いしかわ", "Ishikawa"),
    ("福井県", "ふくい", "Fukui"),
    ("山梨県", "やまなし", "Yamanashi"),
    ("長野県", "ながの", "Nagano"),
    ("岐阜県", "ぎふ", "Gifu"),
    ("静岡県", "しずおか", "Shizuoka"),
    ("愛知県", "あいち", "Aichi"),
    ("三重県", "みえ", "Mie"),
    ("滋賀県", "しが", "Shiga"),
    ("京都府", "きょうと", "Kyoto"),
    ("大阪府", "おおさか", "Osaka"),
    ("兵庫県", "ひょうご", "Hyogo"),
    ("奈良県", "なら", "Nara"),
    ("和歌山県", "わかやま", "Wakayama"),
    ("鳥取県", "とっとり", "Tottori"),
    ("島根県", "しまね", "Shimane"),
    ("岡山県", "おかやま", "Okayama"),
    ("広島県", "ひろしま", "Hiroshima"),
    ("山口県", "やまぐち", "Yamaguchi"),
    ("徳島県", "とくしま", "Tokushima"),
    ("香川県", "かがわ", "Kagawa"),
    ("愛媛県", "えひめ", "Ehime"),
    ("高知県", "こうち", "Kochi"),
    ("福岡県", "ふくおか", "Fukuoka"),
    ("佐賀県", "さが", "Saga"),
    ("長崎県", "ながさき", "Nagasaki"),
    ("熊本県", "くまもと", "Kumamoto"),
    ("大分県", "おおいた", "Oita"),
    ("宮崎県", "みやざき", "Miyazaki"),
    ("鹿児島県", "かごしま", "Kagoshima"),
    ("沖縄県", "おきなわ", "Okinawa"),
];

impl Prefecture {
    /// All 47, north to south.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=47).map(Self)
    }

    /// The official number, 1 to 47.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The official name: 東京都.
    pub const fn name(self) -> &'static str {
        NAMES[self.0 as usize - 1].0
    }

    /// The romanized name: Tokyo.
    pub const fn roman(self) -> &'static str {
        NAMES[self.0 as usize - 1].2
    }

    /// Reads a prefecture: `東京都`, `東京`, `とうきょう(と)`, `トウキョウ`, `Tokyo`, `TOKYO-TO`, `Tōkyō`,
    /// `JP-13`, `13`. The text is expected tidied; anything else is `None`.
    pub fn from_any(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) =
            text.strip_prefix("JP-").or_else(|| text.strip_prefix("jp-")).unwrap_or(text).parse::<u8>()
        {
            return Self::try_from(number).ok();
        }
        let hiragana: String = text.chars().filter(|c| !c.is_whitespace()).map(to_hiragana).collect();
        let roman = romanized(text);
        Self::all().find(|candidate| {
            let (name, kana, latin) = NAMES[usize::from(candidate.0) - 1];
            let short = name.strip_suffix(['都', '府', '県']).unwrap_or(name);
            let reading = ["", "と", "ふ", "けん"]
                .iter()
                .any(|suffix| hiragana.strip_suffix(suffix).is_some_and(|stem| stem == kana));
            hiragana == name
                || hiragana == short
                || reading
                || (!roman.is_empty() && roman == latin.to_ascii_lowercase())
        })
    }

    /// The prefecture an address line begins with, by its official name.
    pub fn leading(line: &str) -> Option<Self> {
        Self::all().find(|candidate| line.starts_with(candidate.name()))
    }
}

impl TryFrom<u8> for Prefecture {
    type Error = NotAPrefecture;
    fn try_from(number: u8) -> Result<Self, NotAPrefecture> {
        if (1..=47).contains(&number) { Ok(Self(number)) } else { Err(NotAPrefecture(number)) }
    }
}

impl From<Prefecture> for u8 {
    fn from(prefecture: Prefecture) -> Self {
        prefecture.0
    }
}

fn to_hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Lower-case Latin stem: accents and long vowels folded, `-to`, `-fu`, `-ken`, `prefecture` taken off.
fn romanized(text: &str) -> String {
    let folded: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ō' | 'ô' => 'o',
            'ū' | 'û' => 'u',
            'ā' => 'a',
            'ē' => 'e',
            'ī' => 'i',
            other => other,
        })
        .collect();
    let mut stem = folded.trim();
    for suffix in ["prefecture", "pref.", "-to", "-fu", "-ken", " to", " fu", " ken", " metropolis"] {
        stem = stem.strip_suffix(suffix).unwrap_or(stem).trim();
    }
    let stem: String = stem.chars().filter(char::is_ascii_alphabetic).collect();
    // Other romanizations of the same sounds.
    match stem.as_str() {
        "toukyou" | "tokyou" | "toukyo" => "tokyo".into(),
        "oosaka" | "ohsaka" => "osaka".into(),
        "kyouto" => "kyoto".into(),
        "hyougo" => "hyogo".into(),
        "ooita" | "ohita" => "oita".into(),
        "kouchi" | "kohchi" => "kochi".into(),
        "hokkaidou" => "hokkaido".into(),
        "gumma" => "gunma".into(),
        "sizuoka" => "shizuoka".into(),
        "hukuoka" => "fukuoka".into(),
        "hukui" => "fukui".into(),
        "hukusima" | "hukushima" | "fukusima" => "fukushima".into(),
        "hirosima" => "hiroshima".into(),
        "simane" => "shimane".into(),
        "siga" => "shiga".into(),
        "tiba" => "chiba".into(),
        "aiti" => "aichi".into(),
        "koti" | "kouti" => "kochi".into(),
        "totigi" => "tochigi".into(),
        "yamaguti" => "yamaguchi".into(),
        "gihu" => "gifu".into(),
        "kagosima" => "kagoshima".into(),
        "tokusima" => "tokushima".into(),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r60_all_47_are_read_in_every_spelling() {
        for prefecture in Prefecture::all() {
            let (name, kana, latin) = NAMES[usize::from(prefecture.number()) - 1];
            let short = name.strip_suffix(['都', '府', '県']).unwrap_or(name);
            let katakana: String = kana
                .chars()
                .map(|c| {
                    if ('ぁ'..='ゖ').contains(&c) {
                        char::from_u32(u32::from(c) + 0x60).unwrap()
                    } else {
                        c
                    }
                })
                .collect();
            for spelling in [
                name.to_owned(),
                short.to_owned(),
                kana.to_owned(),
                katakana,
                latin.to_owned(),
                latin.to_uppercase(),
                format!("{latin}-ken"),
                format!("{latin} Prefecture"),
                format!("JP-{:02}", prefecture.number()),
                format!("{:02}", prefecture.number()),
            ] {
                assert_eq!(Prefecture::from_any(&spelling), Some(prefecture), "{spelling}");
            }
        }
        for (spelling, name) in [
            ("Tōkyō-to", "東京都"),
            ("Ōsaka", "大阪府"),
            ("とうきょうと", "東京都"),
            ("Kyoto", "京都府"),
            ("京都", "京都府"),
        ] {
            assert_eq!(Prefecture::from_any(spelling).map(Prefecture::name), Some(name), "{spelling}");
        }
        for nonsense in ["", "48", "0", "Atlantis", "東京タワー", "JP"] {
            assert_eq!(Prefecture::from_any(nonsense), None, "{nonsense}");
        }
    }
}
