//! A failed request in words: what happened, what is safe, what to do.

use super::notice::{Tone, notice};
use super::{say, use_console};
use crate::api::operator::Failure;
use leptos::prelude::*;
use shared::text::words;

/// The notice, with a button that tries again where `retry` is given. Its words follow the language spoken, those
/// of the server stay in the language asked for.
#[component]
pub fn FailureNotice(
    /// What failed.
    failure: Failure,
    /// Another try.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Takes the notice away.
    #[prop(optional, into)]
    dismiss: Option<Callback<()>>,
) -> impl IntoView {
    let spoken = use_console().spoken;
    let again = say(words::retry);
    let close = say(words::close);
    let request = say(words::request_id);
    let body = move || {
        let language = spoken.get();
        let id = failure.request_id().map(str::to_owned);
        let has_acts = retry.is_some() || dismiss.is_some() || id.is_some();
        let acts = has_acts.then(|| {
            view! {
                {retry.map(|retry| view! {
                    <button type="button" class="button quiet small" on:click=move |_| retry.run(())>{again}</button>
                })}
                {dismiss.map(|dismiss| view! {
                    <button type="button" class="button quiet small" on:click=move |_| dismiss.run(())>{close}</button>
                })}
                {id.map(|id| view! { <p class="request-id">{request} ": " <code>{id}</code></p> })}
            }
            .into_any()
        });
        notice(Tone::Critical, &failure.title(language), &failure.detail(language), acts)
    };
    view! { <div role="alert">{body}</div> }
}
