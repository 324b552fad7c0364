//! Bodies as they stand on the wire: one file per object.
//!
//! Answers carry every member, absent ones as `null`, in Amazon's order, and may gain members: what we do not know
//! is skipped. What we send carries no `null` and lives in [`request`]. Personal values are [`Personal`].

pub mod request;

mod address;
mod buyer;
mod charge;
mod charge_permission;
mod checkout_session;
mod merchant_metadata;
mod personal;
mod price;
mod refund;
mod refusal;
mod report;
mod status;
mod timestamp;
mod unrecognized;

pub use address::Address;
pub use buyer::{Buyer, SignedInBuyer};
pub use charge::Charge;
pub use charge_permission::{
    ChargePermission, ChargePermissionType, Frequency, FrequencyUnit, Limits, RecurringMetadata,
};
pub use checkout_session::{
    AddressRestrictions, CheckoutMode, CheckoutSession, Constraint, DeliverySpecifications, PaymentDetails,
    PaymentIntent, PaymentMethodOnFileMetadata, PaymentPreference, RestrictedPlaces, WebCheckoutDetails,
};
pub use merchant_metadata::{MerchantMetadata, ProviderMetadata};
pub use personal::{Personal, Undocumented};
pub use price::{Price, PriceError, PriceText};
pub use refund::Refund;
pub use refusal::Refusal;
pub use report::{
    CreatedReport, CreatedReportSchedule, Report, ReportDocument, ReportList, ReportSchedule,
    ReportScheduleList,
};
pub use status::{PermissionReason, PermissionStatus, Status};
pub use timestamp::{Timestamp, TimestampError};
pub use unrecognized::first_unrecognized;

#[cfg(test)]
mod tests;
