//! What is asked before something changes: what happens to the goods and to the money, then one button (R23).

use super::failed::Asked;
use super::{Held, My, address};
use crate::ui::button::button;
use crate::ui::el::{El, classed, el};
use crate::widget::browser;
use crate::widget::pay_button::yes_or_no;
use leptos::prelude::*;
use shared::api::{Language, MoveDeliveryRequest, MySubscription, SubscriptionQuantityRequest};
use shared::day::Day;
use shared::subscription::{FARTHEST_DAYS, MAX_QUANTITY, SubscriptionAction, delivery_total};
use shared::text;
use std::sync::Arc;

/// What a panel is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Leave the next delivery out.
    Skip,
    /// Another day.
    Date,
    /// More or fewer pieces.
    Quantity,
    /// Pause.
    Pause,
    /// Go on.
    Resume,
    /// End it.
    Cancel,
    /// お届け先変更.
    Address,
}

impl Panel {
    /// The panel of an action.
    pub const fn of(action: SubscriptionAction) -> Self {
        match action {
            SubscriptionAction::Skip => Self::Skip,
            SubscriptionAction::ChangeDate => Self::Date,
            SubscriptionAction::ChangeQuantity => Self::Quantity,
            SubscriptionAction::ChangeAddress => Self::Address,
            SubscriptionAction::Pause => Self::Pause,
            SubscriptionAction::Resume => Self::Resume,
            SubscriptionAction::Cancel => Self::Cancel,
        }
    }

    /// As the API names the wish, and for classes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Date => "date",
            Self::Quantity => "quantity",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Address => "address",
        }
    }

    /// The element around it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Skip => "my-skip",
            Self::Date => "my-date",
            Self::Quantity => "my-quantity",
            Self::Pause => "my-pause",
            Self::Resume => "my-resume",
            Self::Cancel => "my-cancel",
            Self::Address => "my-address",
        }
    }

    /// Where its button is.
    pub const fn opener(self) -> &'static str {
        match self {
            Self::Skip => ".my-open-skip",
            Self::Date => ".my-open-date",
            Self::Quantity => ".my-open-quantity",
            Self::Pause => ".my-open-pause",
            Self::Resume => ".my-open-resume",
            Self::Cancel => ".my-open-cancel",
            Self::Address => ".my-open-address",
        }
    }

    /// On the button that opens it, and its heading.
    pub const fn label(self, language: Language) -> &'static str {
        match self {
            Self::Skip => text::my_skip(language),
            Self::Date => text::my_change_date(language),
            Self::Quantity => text::my_change_quantity(language),
            Self::Pause => text::my_pause(language),
            Self::Resume => text::my_resume(language),
            Self::Cancel => text::my_cancel(language),
            Self::Address => text::my_change_address(language),
        }
    }

    /// On the button that does it, and what is said once it is done.
    const fn words(self, language: Language) -> (&'static str, &'static str) {
        match self {
            Self::Skip => (text::my_skip_now(language), text::my_done_skip(language)),
            Self::Date => (text::my_change_now(language), text::my_done_date(language)),
            Self::Quantity => (text::my_change_now(language), text::my_done_quantity(language)),
            Self::Pause => (text::my_pause_now(language), text::my_done_pause(language)),
            Self::Resume => (text::my_resume_now(language), text::my_done_resume(language)),
            Self::Cancel => (text::my_cancel_now(language), text::my_done_cancel(language)),
            Self::Address => (text::my_to_preview(language), ""),
        }
    }
}

/// The panel's view.
pub fn view(my: My, one: Arc<MySubscription>, panel: Panel) -> El {
    if panel == Panel::Address {
        return address::view(my, one);
    }
    let language = my.language;
    // What is typed: a day or a number.
    let typed = RwSignal::new(match panel {
        Panel::Date => one.upcoming.first().map(|next| next.date.to_string()).unwrap_or_default(),
        Panel::Quantity => one.quantity.to_string(),
        _ => String::new(),
    });
    let told = told(my, &one, panel, typed);
    let (word, _) = panel.words(language);
    let class = if panel == Panel::Cancel { "button my-critical" } else { "button" };
    let now = classed("button", class)
        .set("part", "button")
        .set("type", "submit")
        .follow("aria-busy", move || yes_or_no(my.busy.get()))
        .live(move || if my.busy.get() { text::my_working(language) } else { word });
    frame(my, panel.label(language))
        .child(told)
        .child(my.alert(|| true))
        .child(classed("div", "my-panel-acts").child(now).child(keep(my)))
        .on("submit", move |event| {
            event.prevent_default();
            run(my, one.clone(), panel, typed.get_untracked());
        })
}

/// The button that leaves everything as it is. What was asked for already cannot be left so: its outcome is awaited.
pub fn keep(my: My) -> El {
    button("quiet", text::my_keep(my.language), move |_| my.close())
        .follow("aria-disabled", move || yes_or_no(my.busy.get()))
}

/// The form around a panel, with its heading.
pub fn frame(my: My, heading: &str) -> El {
    classed("form", "panel")
        .set("novalidate", "")
        .set("aria-label", heading)
        .on("keydown", move |event| {
            use wasm_bindgen::JsCast;
            let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key);
            if key.as_deref() == Some("Escape") && !my.busy.get_untracked() {
                my.close();
            }
        })
        .child(classed("h4", "heading").set("tabindex", "-1").child(heading))
}

/// What happens, and what there is to fill in.
fn told(my: My, one: &MySubscription, panel: Panel, typed: RwSignal<String>) -> Vec<El> {
    let language = my.language;
    let say = |sentence: &str| el("p").child(sentence);
    match panel {
        Panel::Skip => {
            let day = one.upcoming.first().map(|next| text::my_day(next.date, false, language));
            vec![say(&text::my_skip_text(&day.unwrap_or_default(), language))]
        }
        Panel::Pause => vec![say(text::my_pause_text(language))],
        Panel::Resume => vec![say(text::my_resume_text(language))],
        Panel::Cancel => vec![
            say(text::my_cancel_text(language)),
            classed("p", "strong").child(text::my_cancel_final(language)),
        ],
        Panel::Date => {
            let last = farthest(one.earliest).map(|day| day.to_string()).unwrap_or_default();
            let input = field("date", typed).set("min", &one.earliest.to_string()).set("max", &last);
            vec![labelled(text::my_new_date(language), input), say(text::my_date_text(language))]
        }
        Panel::Quantity => {
            let input = field("number", typed)
                .set("inputmode", "numeric")
                .set("min", "1")
                .set("max", &MAX_QUANTITY.to_string());
            let (price, fee) = (one.unit_price, one.shipping_fee);
            let total = move || {
                let quantity = typed.get().trim().parse().ok()?;
                let total = delivery_total(price, quantity, fee)
                    .filter(|_| (1..=MAX_QUANTITY).contains(&quantity))?;
                Some(text::my_new_total(&total.to_string(), language))
            };
            vec![
                labelled(text::my_new_quantity(language), input),
                classed("p", "strong").set("role", "status").live(total),
                say(text::my_quantity_text(language)),
            ]
        }
        Panel::Address => Vec::new(),
    }
}

fn field(kind: &str, typed: RwSignal<String>) -> El {
    classed("input", "my-input")
        .set("part", "input")
        .set("type", kind)
        .prop("value", move || typed.get())
        .on("input", move |event| typed.set(event_target_value(&event)))
}

fn labelled(label: &str, input: El) -> El {
    classed("label", "my-field").child(classed("span", "my-label").child(label)).child(input)
}

/// The last day a delivery may be moved to.
fn farthest(from: Day) -> Option<Day> {
    Day::of_ms(from.begin_ms() + (i64::from(FARTHEST_DAYS) - 7) * 86_400_000).map(|(day, _)| day)
}

fn run(my: My, one: Arc<MySubscription>, panel: Panel, typed: String) {
    let Some(member) = my.member() else { return my.expired() };
    if my.busy.get_untracked() {
        return;
    }
    let turn = my.form.next_turn();
    my.busy.set(true);
    my.failure.set(Held::Nothing);
    browser::spawn(async move {
        let version = one.version;
        let answer = match panel {
            Panel::Date => match typed.parse() {
                Ok(date) => member.move_to(&one.id, &MoveDeliveryRequest { version, date }).await,
                // No day: the server says so for the day before the first that may be.
                Err(_) => {
                    let date = Day::of_ms(0).map_or(one.earliest, |(day, _)| day);
                    member.move_to(&one.id, &MoveDeliveryRequest { version, date }).await
                }
            },
            Panel::Quantity => {
                let quantity = typed.trim().parse().unwrap_or(0);
                member.set_quantity(&one.id, &SubscriptionQuantityRequest { version, quantity }).await
            }
            panel => member.act(&one.id, panel.name(), version).await,
        };
        if !my.is_turn(turn) {
            return;
        }
        match answer {
            Ok(changed) => {
                my.busy.set(false);
                my.tell(panel.name());
                my.open.set(Held::Nothing);
                my.replace(changed);
                my.said.set(panel.words(my.language).1.to_owned());
                my.focus_soon(".my-said");
            }
            Err(failure) => my.fail(Asked::Change, failure),
        }
    });
}
