//! 郵便番号: seven digits fill in prefecture, city and town, as far as Japan Post's list tells; nothing typed is lost.

use super::timer::spawn;
use super::{Sentence, use_console};
use crate::api::desk as api;
use crate::ui::el::{El, classed, group};
use crate::ui::signal::RwSignal;
use shared::text::desk_words;

/// `fields` with the code among them and, below, what the look-up did: whatever is typed there fills in the others once
/// the code has its seven digits.
pub fn filled_in(
    fields: El,
    code: RwSignal<String>,
    prefecture: RwSignal<String>,
    street: RwSignal<String>,
) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let told = RwSignal::new(None::<Sentence>);
    let digits = move || code.with_untracked(|typed| typed.chars().filter_map(digit).collect::<String>());
    let asked = RwSignal::new(digits());
    // What was filled in last: only that, or nothing, is written over.
    let (our_prefecture, our_street) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let put = |field: RwSignal<String>, ours: RwSignal<String>, text: &str| {
        if field.with_untracked(|now| now.trim().is_empty() || ours.with_untracked(|ours| now == ours)) {
            field.set(text.to_owned());
            ours.set(text.to_owned());
        }
    };
    let look_up = move |_| {
        let now = digits();
        if asked.with_untracked(|asked| *asked == now) {
            return;
        }
        told.set(None);
        asked.set(now.clone());
        let Some(shop) = console.orders.shop().filter(|_| now.len() == 7) else { return };
        spawn(async move {
            let answer = api::postal_code(&shop, &now, console.language()).await;
            // What was typed on meanwhile is looked up by itself; the form may be gone.
            if asked.try_with_untracked(|asked| *asked == now) != Some(true) {
                return;
            }
            let places = answer.map(|found| found.places);
            told.set(Some(match places.as_deref() {
                Err(_) => desk_words::postal_failed,
                Ok([]) => desk_words::postal_nothing,
                Ok([first, others @ ..]) => {
                    if others.iter().all(|other| other.prefecture == first.prefecture) {
                        put(prefecture, our_prefecture, first.prefecture.name());
                    }
                    if others.is_empty() {
                        let town = if let [town] = &first.towns[..] { town.as_str() } else { "" };
                        put(street, our_street, &[&first.city, town].concat());
                    }
                    desk_words::postal_filled
                }
            }));
        });
    };
    group().child(fields.on("input", look_up)).child(
        classed("p", "field-hint")
            .set("role", "status")
            .live(move || told.get().map(|told| told(spoken.get()))),
    )
}

/// Half-width and full-width digits.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{FF10}'..='\u{FF19}' => char::from_digit(c as u32 - 0xFF10, 10),
        _ => None,
    }
}
