//! What both the list and the detail of 定期管理 show of a subscription.

use super::use_console;
use crate::ui::el::{El, classed, el, group};
use crate::ui::payment_icon::icon_face;
use shared::api::{Language, LastResult, MonthView, MyState};
use shared::charge::ChargePermissionState;
use shared::day::Day;
use shared::text::{self, subscription_words as words};

/// `12/5(土)`, with the whole day for machines.
pub fn short_day(day: Day, language: Language) -> El {
    el("time").set("datetime", &day.to_string()).child(text::my_day(day, false, language))
}

/// How much of a month's cap is used: a thin bar and the yen, both figures in words for those who cannot see it.
pub fn meter(month: &MonthView, language: Language) -> El {
    let (used, cap) = (month.used.get(), month.cap.get());
    // From four fifths on it is worth a look; full, nothing more is charged.
    let class = match used {
        full if full >= cap => "subs-bar is-full",
        near if near.saturating_mul(5) >= cap.saturating_mul(4) => "subs-bar is-near",
        _ => "subs-bar",
    };
    let bar = classed("meter", class)
        .set("min", "0")
        .set("max", &cap.to_string())
        .set("value", &used.to_string())
        .set("aria-label", words::meter(language))
        .set("aria-valuetext", &words::meter_words(month.used, month.cap, language));
    classed("span", "subs-month").child(bar).child(
        el("span")
            .child(month.used.to_string())
            .child(classed("span", "weak").child([" / ", &month.cap.to_string()].concat())),
    )
}

/// A word with a tone and a frame of its own.
pub fn badge(tone: &str, word: &str) -> El {
    classed("span", &["subs-badge ", tone].concat()).child(word)
}

/// How the latest order stands, with the order list's icon.
pub fn last_result(last: &LastResult, language: Language) -> El {
    let spoken = use_console().spoken;
    let icon = last.icon.map(|icon| icon_face(icon, spoken));
    let finished =
        last.icon.is_none().then(|| classed("span", "weak").child(text::cancel_finished(language)));
    let tries = words::tries(last.tries, language);
    group()
        .child(icon)
        .child(finished)
        .child(tries.map(|tries| classed("span", "weak").child([" ", &tries].concat())))
}

/// How the agreement at Amazon stands; what can be charged is not remarkable.
pub fn permission(state: ChargePermissionState, language: Language) -> El {
    let word = words::permission_state(state, language);
    match state {
        ChargePermissionState::NonChargeable => badge("critical", word),
        ChargePermissionState::Chargeable | ChargePermissionState::Closed => {
            classed("span", "weak").child(word)
        }
    }
}

/// The state, in a word and a tone.
pub fn state_word(state: MyState, language: Language) -> El {
    let tone = match state {
        MyState::Active => "positive",
        MyState::Paused => "caution",
        MyState::PaymentNeeded => "critical",
        MyState::Ended { .. } => "",
    };
    badge(tone, words::state(state, language))
}
