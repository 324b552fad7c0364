//! Text from outside as an operator may safely read it.

use std::borrow::Cow;

/// `text` with everything that has no shape of its own, or turns the direction of what follows, written out:
/// `⟨U+202E⟩`. Line breaks too, because names have none. Variant selectors stay: they belong to kanji.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unseen(character) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Control, direction, zero-width, filler and tag characters, and the private planes' noncharacters.
const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{600}'..='\u{605}'
            | '\u{61C}'
            | '\u{6DD}'
            | '\u{70F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E00FF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_and_control_characters_are_written_out() {
        assert_eq!(visible("<img onerror>\u{202E}太郎"), "<img onerror>⟨U+202E⟩太郎");
        assert_eq!(visible("a\u{200B}b\r\nc"), "a⟨U+200B⟩b⟨U+000D⟩⟨U+000A⟩c");
        assert_eq!(visible("\u{E0041}"), "⟨U+E0041⟩");
    }

    #[test]
    fn plain_names_stay_as_they_are_without_a_copy() {
        for name in ["山田 太郎", "髙橋 﨑子", "葛\u{E0100}城", "ｶﾞ", "O’Neill", "🍵茶屋"]
        {
            assert!(matches!(visible(name), Cow::Borrowed(_)), "{name}");
        }
    }
}
