//! Payment icon of an order: text, shape and tone, never one of them alone; its cause behind it (R29, R30, R31).

use super::copy::copyable;
use super::el::{El, classed, el, group};
use super::moment::moment;
use super::popover::popover;
use crate::ui::signal::{Memo, RwSignal, Signal};
use shared::api::{Language, OrderRow};
use shared::payment::{PaymentStatus, Reason};
use shared::payment_method::PaymentMethod;
use shared::status_icon::{Beside, StatusIcon, Tone};
use shared::text::{self, words};

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/payment_icon.css");

/// What the cell shows of a row; the rest of the row may change without touching it.
#[derive(Clone, PartialEq, Eq)]
struct Facts {
    number: String,
    since: i64,
    icon: Option<StatusIcon>,
    beside: Beside,
    reason: Option<Reason>,
    request_id: Option<String>,
    method: PaymentMethod,
    status: PaymentStatus,
}

impl Facts {
    fn of(row: &OrderRow) -> Self {
        Self {
            number: row.number.as_str().to_owned(),
            since: row.payment_since,
            icon: row.icon,
            beside: row.beside,
            reason: row.reason.clone(),
            request_id: row.request_id.clone(),
            method: row.method,
            status: row.payment_status,
        }
    }
}

/// The icon of `row`. An order paid another way shows that method's name; an empty cell is a finished cancel and
/// is read out as 「取消完了」. `place` tells its ids from those of the same order elsewhere on the page.
pub fn payment_icon(row: Signal<OrderRow>, place: &'static str, language: RwSignal<Language>) -> El {
    let facts = Memo::new(move |_| row.with(Facts::of));
    group().live(move || {
        let Facts { number, icon, beside, method, .. } = facts.get();
        let Some(icon) = icon else {
            return if method == PaymentMethod::AmazonPay {
                classed("span", "visually-hidden").child(text::cancel_finished(language.get()))
            } else {
                el("span").child(text::payment_method(method, language.get()))
            };
        };
        let beside = move || {
            words::beside(beside, language.get()).map(|it| classed("span", beside_class(beside)).child(it))
        };
        let face = group().child(icon_face(icon, language)).live(beside);
        let id = ["cause-", place, "-", &number].concat();
        popover(
            id,
            move || unseen(icon, language.get()),
            face,
            move || explanation(icon, facts.get(), language),
        )
    })
}

/// Shape and word of `icon`, without what stands behind it.
pub fn icon_face(icon: StatusIcon, language: RwSignal<Language>) -> El {
    let words = classed("span", "icon-words").live(move || text::icon_label(icon, language.get()));
    classed("span", tone_class(icon)).draw(shape(icon)).child(words)
}

/// The two causes of キャンセルエラー are told apart without opening anything.
fn unseen(icon: StatusIcon, language: Language) -> String {
    let parts = [words::icon_note(icon, language), Some(words::explain(language))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(language.pick("、", ", "))
}

fn explanation(icon: StatusIcon, facts: Facts, language: RwSignal<Language>) -> El {
    let Facts { since, reason, request_id, status, .. } = facts;
    let spoken = language.get();
    let cause = text::cause(icon, status, spoken);
    let why = reason.as_ref().and_then(|reason| text::reason(reason.code(), spoken));
    let line = |class: &str, label: &str| classed("span", class).child(el("b").child(label));
    classed("span", "cause")
        .child(classed("strong", "cause-title").child(text::icon_label(icon, spoken)))
        .child(line("cause-line", words::cause_what(spoken)).child(cause.happened))
        .child(why.map(|why| line("cause-line", words::cause_reason(spoken)).child(why)))
        .child(line("cause-line", words::cause_buyer(spoken)).child(cause.buyer))
        .child(line("cause-line", words::cause_next(spoken)).child(cause.next))
        .child(line("cause-line small", words::cause_since(spoken)).child(moment(since, spoken)))
        .child(reason.map(|reason| small(words::amazon_code, reason.code().to_owned(), language)))
        .child(request_id.map(|id| small(words::amazon_request, id, language)))
}

/// What Amazon's support asks for, to be copied.
fn small(label: fn(Language) -> &'static str, value: String, language: RwSignal<Language>) -> El {
    classed("span", "cause-line small")
        .child(el("b").child(label(language.get())))
        .child(copyable(value, label, language))
}

/// Days left have a column of their own in the list.
const fn beside_class(beside: Beside) -> &'static str {
    match beside {
        Beside::DaysLeft { .. } => "icon-beside icon-days",
        _ => "icon-beside",
    }
}

const fn tone_class(icon: StatusIcon) -> &'static str {
    match icon.tone() {
        Tone::Positive => "icon positive",
        Tone::Critical => "icon critical",
        Tone::Info => "icon info",
        Tone::Caution => "icon caution",
    }
}

/// Outlines on a grid of 16, drawn for this product; each is known without its color.
fn shape(icon: StatusIcon) -> String {
    const RING: &str = "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5z";
    const OCTAGON: &str = "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z";
    let (outline, sign) = match icon {
        StatusIcon::Authorized => (RING, "M5 8.3l2.1 2.1L11.1 6"),
        StatusIcon::AuthorizationDeclined => (RING, "M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"),
        StatusIcon::AuthorizationPending => (
            "M4.5 2v2.2C4.5 6 7 6.8 7 8s-2.5 2-2.5 3.8V14M11.5 2v2.2C11.5 6 9 6.8 9 8s2.5 2 2.5 3.8V14",
            "M3 2h10M3 14h10M8 11v2",
        ),
        StatusIcon::CapturePending => (RING, "M4.8 8h6M8.4 5.4L11 8l-2.6 2.6"),
        StatusIcon::CaptureError => ("M8 1.9L14.6 13.8H1.4z", "M8 6.3v3.4M8 11.7v.2"),
        StatusIcon::RefundPending => (RING, "M8 4.6V8l2.6 1.6"),
        StatusIcon::CancelErrorNotCharged | StatusIcon::CancelErrorStillCharged => {
            (OCTAGON, "M8 4.6v4M8 11v.2")
        }
        StatusIcon::Expired => (RING, "M8 4.6V8l2 1.2M2.2 13.8L13.8 2.2"),
        StatusIcon::Unconfirmed => (RING, "M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M8 11.4v.2"),
        StatusIcon::PartlyRefunded => (RING, "M8 1.75v12.5"),
    };
    // The half that has been given back.
    let half = match icon {
        StatusIcon::PartlyRefunded => "<path class=\"icon-fill\" d=\"M8 1.75a6.25 6.25 0 0 1 0 12.5z\"/>",
        _ => "",
    };
    drawing(&[half, "<path d=\"", outline, "\"/><path d=\"", sign, "\"/>"].concat())
}

/// An outlined sign of the product: `paths` on a grid of 16.
pub fn drawing(paths: &str) -> String {
    [
        "<svg class=\"icon-shape\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\" \
         focusable=\"false\">",
        paths,
        "</svg>",
    ]
    .concat()
}
