//! What failed, told by what was asked: only a change leaves open whether it was made.

use super::{Held, My};
use crate::api::shopper::{Failure, code};
use crate::ui::button::button;
use crate::ui::el::{El, classed};
use crate::ui::notice::{Tone, notice};
use crate::widget::pay_button::problem;
use leptos::prelude::*;
use shared::api::Language;
use shared::text;

/// What was asked when no answer came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To change something.
    Change,
    /// What a change of the address would reach: nothing was asked to change.
    Preview,
    /// What is not shown yet.
    Content,
    /// What is shown already, as it is now.
    Latest,
}

/// Why it failed, with what can be done. Nothing is said of charges, which nobody asked about.
pub fn told(asked: Asked, failure: &Failure, language: Language, acts: Vec<El>) -> El {
    // Of the latest, the server's "nothing was changed" would deny what was just done.
    if matches!(failure, Failure::Problem(_)) && asked != Asked::Latest {
        return problem(failure, language, acts);
    }
    let (title, detail) = match asked {
        Asked::Change => (text::my_unknown(language), text::my_unknown_detail(language)),
        Asked::Preview => (text::my_no_preview(language), text::my_no_preview_detail(language)),
        Asked::Content => (text::my_offline(language), text::my_offline_detail(language)),
        Asked::Latest => (text::my_stale(language), text::my_stale_detail(language)),
    };
    notice(Tone::Critical, title, detail, acts)
}

impl My {
    /// It failed: told where the shopper is looking. What is shown may be old, so it is fetched again.
    pub(super) fn fail(self, asked: Asked, failure: Failure) {
        self.busy.set(false);
        let Some(host) = self.page.host() else { return };
        if failure.is(code::NOT_SIGNED_IN) {
            return self.expired();
        }
        host.emit_error(failure.name());
        let old = [code::SUBSCRIPTION_CHANGED, code::SUBSCRIPTION_STATE, code::SUBSCRIPTION_ENDED];
        if old.into_iter().any(|one| failure.is(one)) {
            self.reload();
        }
        self.failure.set(Held::Failed(asked, failure));
        self.focus_soon(".alert:not(:empty)");
    }

    /// Why something was not done, while `here` is the place to say so.
    pub(super) fn alert(self, here: impl Fn() -> bool + Send + 'static) -> El {
        let language = self.language;
        let again = move || {
            button("small", text::reload(language), move |_| {
                self.failure.set(Held::Nothing);
                self.reload();
            })
        };
        let told = move || -> Option<El> {
            if !here() {
                return None;
            }
            let Some((asked, failure)) = self.failure.get().failed() else {
                let why = self.why.get();
                return (!why.is_empty()).then(|| notice(Tone::Caution, "", &why, vec![]));
            };
            let acts = match (asked, &failure) {
                (Asked::Latest, _) | (Asked::Change, Failure::NoAnswer) => vec![again()],
                _ => vec![],
            };
            Some(told(asked, &failure, language, acts))
        };
        classed("div", "alert").set("role", "alert").set("tabindex", "-1").live(told)
    }
}
