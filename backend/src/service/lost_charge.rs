//! A Create Charge whose answer was lost, recognized by Amazon's own word of the charge (R17, R55).
//!
//! Sent again under its key it would be found too, but in a month without room it must not be sent, because Amazon may
//! not have it. A notification names a charge that no order has; what Amazon says of that charge decides. It is ours only
//! where its permission, its amount and the reference we had sent with it are those of the open question. The balance of
//! the permission proves nothing either way: it is of the present month alone, and other charges move it, too. Start at
//! [`recognize`].

use super::desk::DeskError;
use super::pace;
use super::reauthorize_order::made;
use super::reconcile_order::ReconcileError;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::intents::{self, IntentRow};
use crate::store::orders;
use amazon_pay::PreparedRequest;
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::CreateCharge;
use shared::id::{ChargeId, ChargePermissionId, OrderId};

/// Records the charge as the answer to the open question that it answers. `false` where it answers none.
///
/// # Errors
/// [`ReconcileError`]; it is tried again.
pub async fn recognize(
    app: &App,
    shop: &OpenShop,
    charge: &str,
    permission: &ChargePermissionId,
) -> Result<bool, ReconcileError> {
    let Ok(charge) = ChargeId::new(charge) else { return Ok(false) };
    let reader = app.store.reader().await?;
    let open = intents::open_charges(&reader, &shop.id, permission).await?;
    drop(reader);
    if open.is_empty() {
        return Ok(false);
    }
    pace::turn(app, shop, amazon_pay::Operation::GetCharge).await?;
    let told = shop.amazon.charge(&charge, app.clock.now()).await?;
    let Some(intent) = open.iter().find(|intent| asked_for(intent).is_some_and(|asked| is_of(&asked, &told)))
    else {
        return Ok(false);
    };
    let reader = app.store.reader().await?;
    let order = OrderId::new(&intent.subject).ok();
    let order = match &order {
        Some(order) => orders::find(&reader, &shop.id, order).await?,
        None => None,
    };
    drop(reader);
    let Some(order) = order else { return Ok(false) };
    tracing::info!(order.id = %order.id, attempt = intent.attempt, "a charge whose answer was lost is known by its reference");
    match made(app, order, intent, &told, None).await {
        Ok(()) => Ok(true),
        Err(DeskError::Store(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}

fn asked_for(intent: &IntentRow) -> Option<CreateCharge> {
    let request: PreparedRequest = serde_json::from_str(&intent.request).ok()?;
    serde_json::from_str(request.body()).ok()
}

/// Whether the charge is what was asked for; a question of former days, without a reference, has none that is.
fn is_of(asked: &CreateCharge, told: &Charge) -> bool {
    let sent = asked.merchant_metadata.as_ref().and_then(|sent| sent.merchant_reference_id.as_ref());
    let found = told.merchant_metadata.as_ref().and_then(|found| found.merchant_reference_id.as_ref());
    sent.is_some()
        && sent == found
        && asked.charge_permission_id == told.charge_permission_id
        && asked.charge_amount.yen() == told.charge_amount.yen()
}
