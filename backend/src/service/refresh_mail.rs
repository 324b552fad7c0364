//! The mail address of a buyer's subscriptions follows what Amazon tells at the buyer's own sign-in.
//!
//! A sign-in proves who it is, and nothing else does: no notification, no permission and no checkout changes the address of a
//! subscription that stands. The address known before is told of that at once, and of what is done then for a while
//! (`shared::former_mail`).

use super::my_page::{Did, told};
use super::shops::OpenShop;
use super::tell_subscription;
use crate::app::App;
use crate::store::subscriptions;
use crate::store::{Batch, StoreError, Unmet};
use shared::former_mail::{changed, is_taken_over};
use shared::id::BuyerId;
use shared::mail::{MailKind, NewsFacts};
use shared::subscription::SubscriptionState;

/// How often it is begun again where somebody else writes a subscription at the same moment.
const TRIES: usize = 5;

/// Takes `mail` over for every subscription of `buyer` that has not ended, with an entry that names no address and a mail to
/// the address known until now: whoever took the account over is found out even if nothing else is done for long.
///
/// # Errors
/// The database failed, or others wrote the subscriptions each time; the next sign-in takes it over.
pub async fn refresh_mail(app: &App, shop: &OpenShop, buyer: &BuyerId, mail: &str) -> Result<(), StoreError> {
    if !is_taken_over(mail) || !can_be_mailed(mail) {
        return Ok(());
    }
    let mut outcome = once(app, shop, buyer, mail).await;
    for _ in 1..TRIES {
        if !matches!(outcome, Err(StoreError::Unmet(Unmet::Stale(_)))) {
            break;
        }
        outcome = once(app, shop, buyer, mail).await;
    }
    outcome
}

/// Whether the mail client sends there at all. Old addresses with two dots in a row or one before the `@` are none of its: the
/// address known until now stays, so that the buyer still hears something.
fn can_be_mailed(mail: &str) -> bool {
    mail.parse::<lettre::Address>().is_ok()
}

async fn once(app: &App, shop: &OpenShop, buyer: &BuyerId, mail: &str) -> Result<(), StoreError> {
    let now = app.clock.now();
    let at = now.as_millisecond();
    let reader = app.store.reader().await?;
    let mut batch = Batch::new();
    for row in subscriptions::of_buyer(&reader, &shop.id, buyer).await? {
        let ended = matches!(row.state, SubscriptionState::Ended { .. });
        if ended || row.buyer_mail.as_deref() == Some(mail) {
            continue;
        }
        let former = subscriptions::former_mails(&reader, &shop.id, &row.id).await?;
        let former = changed(&former, row.buyer_mail.as_deref(), mail, at);
        batch.push(told(&row, "shopper", Did::MailChanged, now));
        // The row still has the address from before.
        let (kind, facts) = (MailKind::MailChanged, NewsFacts::default());
        batch.append(tell_subscription::to_buyer(shop, &row, kind, None, facts, now));
        batch.push(subscriptions::mail_changed(&row, mail, &former, at));
    }
    drop(reader);
    if batch.is_empty() {
        return Ok(());
    }
    app.store.write(batch).await?;
    app.work.notify_one();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_an_address_that_nothing_can_be_sent_to_takes_no_others_place() {
        for (mail, can) in [
            ("hanako@example.jp", true),
            ("hana.ko+shop@docomo.ne.jp", true),
            ("hanako.@docomo.ne.jp", false),
            ("hana..ko@docomo.ne.jp", false),
        ] {
            assert!(is_taken_over(mail), "{mail}: the shape alone does not tell");
            assert_eq!(can_be_mailed(mail), can, "{mail}");
        }
    }
}
