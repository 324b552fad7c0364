//! How a shop takes payments, as far as people set it at the console.

use serde::{Deserialize, Serialize};

/// `GET`, `PUT /api/shops/{shop}/payment-settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentSettingsView {
    /// 再与信 by itself once an authorization has expired (R48).
    pub reauthorize_automatically: bool,
    /// 与信保留 allowed (R89).
    pub can_handle_pending_authorization: bool,
    /// Whether the review asks the shopper for the name in parts and kana (R45).
    pub ask_name: bool,
    /// As shown: who saves an older one changes nothing.
    pub version: i64,
}
