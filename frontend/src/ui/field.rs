//! A labelled field with hint and error, as a form needs it.

use leptos::html;
use leptos::prelude::*;

/// Styles of this piece.
pub const CSS: &str = include_str!("field.css");

/// One line to type. The error is tied to the input, so that a screen reader says it with the label.
#[component]
pub fn Field(
    /// Id of the input; hint and error derive theirs from it.
    id: &'static str,
    /// Label above.
    #[prop(into)]
    label: Signal<&'static str>,
    /// `text`, `email` or `password`.
    #[prop(into)]
    kind: Signal<&'static str>,
    /// What browsers and password managers fill in.
    autocomplete: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it, after a try.
    #[prop(into)]
    error: Signal<Option<&'static str>>,
    /// Said before typing.
    #[prop(into, optional)]
    hint: Option<Signal<&'static str>>,
    /// The input, for the focus after a failed try.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = {
        let (hint_id, error_id) = (hint.map(|_| hint_id.clone()), error_id.clone());
        move || {
            let error_id = error.get().map(|_| error_id.clone());
            let ids: Vec<String> = hint_id.clone().into_iter().chain(error_id).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{move || hint.get()}</p> })}
            <input
                id=id
                name=id
                type=move || kind.get()
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=true
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                node_ref=node
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="field-error" id=error_id>{move || error.get()}</p>
        </div>
    }
}
