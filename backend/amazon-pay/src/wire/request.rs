//! Bodies that are sent to Amazon. They carry no `null`: what is `None` is left out.

mod charge;
mod charge_permission;
mod checkout_session;
mod merchant_metadata;
mod refund;
mod report;
mod sign_in;

pub use charge::{CancelCharge, CaptureCharge, CreateCharge};
pub use charge_permission::{CloseChargePermission, UpdateChargePermission};
pub use checkout_session::{
    AddressDetails, CompleteCheckoutSession, CreateCheckoutSession, PaymentDetails, UpdateCheckoutSession,
    WebCheckoutDetails,
};
pub use merchant_metadata::{MerchantMetadata, ProviderMetadata};
pub use refund::CreateRefund;
pub use report::{CreateReport, CreateReportSchedule, ListReports};
pub use sign_in::{Scope, SignIn};

/// `text`, cut after `limit` characters: what Amazon would refuse for length alone is not worth a lost order.
pub fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}
