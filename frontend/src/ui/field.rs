//! A labelled field with hint and error, as a form needs it.

use super::el::{El, Node, classed, el};
use crate::ui::signal::{RwSignal, Signal};
use leptos::prelude::*;

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/field.css");

/// One line to type.
pub struct Field {
    /// Id of the input; hint and error derive theirs from it.
    pub id: &'static str,
    /// Label above.
    pub label: Signal<&'static str>,
    /// `text`, `email` or `password`.
    pub kind: Signal<&'static str>,
    /// What browsers and password managers fill in.
    pub autocomplete: &'static str,
    /// What is typed.
    pub value: RwSignal<String>,
    /// What is wrong with it, after a try.
    pub error: Signal<Option<&'static str>>,
    /// Said before typing.
    pub hint: Option<Signal<&'static str>>,
    /// The input, for the focus after a failed try.
    pub node: Node,
}

/// The field. The error is tied to the input, so that a screen reader says it with the label.
pub fn field(field: Field) -> El {
    let Field { id, label, kind, autocomplete, value, error, hint, node } = field;
    let (hint_id, error_id) = ([id, "-hint"].concat(), [id, "-error"].concat());
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (hint.is_some(), error.get().is_some()) {
            (false, false) => None,
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (true, true) => Some([hint_id.as_str(), " ", &error_id].concat()),
        }
    };
    classed("div", "field")
        .child(el("label").set("for", id).live(move || label.get()))
        .child(hint.map(|hint| classed("p", "field-hint").set("id", &hint_id).live(move || hint.get())))
        .child(
            el("input")
                .set("id", id)
                .set("name", id)
                .follow("type", move || kind.get().to_owned())
                .set("autocomplete", autocomplete)
                .set("autocapitalize", "none")
                .set("spellcheck", "false")
                .set("required", "")
                .follow_maybe("aria-invalid", move || error.get().map(|_| "true"))
                .follow_maybe("aria-describedby", described)
                .node(node)
                .prop("value", move || value.get())
                .on("input", move |event| value.set(event_target_value(&event))),
        )
        .child(classed("p", "field-error").set("id", &error_id).live(move || error.get()))
}
