//! Browsers inside other apps, which often lose the way back from Amazon (R14).

/// What is known about such a browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum InApp {
    /// LINE: leaves for the real browser if the address asks for it.
    Line,
    /// Another app: the person has to do it.
    Other,
}

/// Words by which such browsers tell themselves; the last is Android's own mark of an embedded page.
const MARKS: [&str; 11] = [
    "Instagram",
    "FBAN",
    "FBAV",
    "MicroMessenger",
    "KAKAOTALK",
    "Twitter",
    "musical_ly",
    "BytedanceWebview",
    "YJApp",
    "Snapchat",
    "; wv)",
];

/// Reads `navigator.userAgent`.
pub fn in_app(user_agent: &str) -> Option<InApp> {
    if has(user_agent, " Line/") {
        Some(InApp::Line)
    } else {
        MARKS.iter().any(|mark| has(user_agent, mark)).then_some(InApp::Other)
    }
}

/// Plainly, because `str::contains` brings a search algorithm of 2 kB along.
fn has(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part == word.as_bytes())
}
