//! Everything the simulator knows, in memory, behind one lock.
//!
//! Rules that change it live in `crate::rule`; time comes in as an argument. Start at [`World`].

mod address;
mod buyer;
mod charge;
mod notification;
mod part;
mod permission;
mod session;
mod setting;
mod word;

pub(crate) use address::Address;
pub(crate) use buyer::{Buyer, CARDS, Card, CardOutcome, buyers};
pub(crate) use charge::{Charge, ChargeReason, Dispute, Pending, Refund};
pub(crate) use notification::{Notification, NotificationState};
pub(crate) use part::{MerchantMetadata, RecurringMetadata, month_in_japan, months_after, stamp};
pub(crate) use permission::{Permission, PermissionReason};
pub(crate) use session::{CancelReason, Choice, PaymentDetails, Session, Urls};
pub use setting::{BalanceRule, Settings};
pub(crate) use word::{Environment, FrequencyUnit, Intent, PermissionKind, ProductType};

use crate::api::{Answers, Buckets, Faults, Reports};
use crate::error::{ApiError, ApiResult};
use crate::page::{SignInRequests, Upgrade};
use amazon_pay::signing::VerifyingKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// Finished notifications that are remembered.
const NOTIFICATIONS_KEPT: usize = 20_000;

/// Whose an object is: a merchant in one environment. Nobody else can see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub merchant_id: String,
    pub environment: Environment,
}

/// A public key that a merchant has registered.
#[derive(Debug)]
pub(crate) struct Key {
    pub verifying: Arc<VerifyingKey>,
    pub merchant_id: String,
    pub store_id: String,
}

/// What a merchant has set in Seller Central.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Merchant {
    pub store_ids: Vec<String>,
    pub notification_url: Option<String>,
}

/// A sign-in: what the buyer's token stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub owner: Owner,
    pub buyer: &'static Buyer,
    pub scopes: Vec<String>,
}

/// Something that happens by itself when its time has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Due {
    SessionExpiry(String),
    SessionDeletion(String),
    PermissionExpiry(String),
    ChargeOutcome(String),
    ChargeExpiry(String),
    RefundOutcome(String),
}

/// A change that the merchant is told about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub owner: Owner,
    pub object_type: String,
    pub object_id: String,
    pub permission_id: Option<String>,
    pub attribute: bool,
    /// The answer to the merchant's own call tells it too.
    pub synchronous: bool,
    pub at: Timestamp,
}

/// A mail that Amazon would send to the buyer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub merchant_id: String,
    pub at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// All state of one simulator.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub keys: HashMap<String, Key>,
    pub merchants: BTreeMap<String, Merchant>,
    pub sessions: BTreeMap<String, Session>,
    pub permissions: BTreeMap<String, Permission>,
    pub charges: BTreeMap<String, Charge>,
    pub refunds: BTreeMap<String, Refund>,
    pub sign_in_requests: SignInRequests,
    pub upgrades: HashMap<String, Upgrade>,
    pub sign_ins: HashMap<String, SignIn>,
    /// Charges of each permission and refunds of each charge, oldest first.
    pub charges_of: HashMap<String, Vec<String>>,
    pub refunds_of: HashMap<String, Vec<String>>,
    pub schedule: BTreeMap<(Timestamp, u64), Due>,
    scheduled: u64,
    pub changes: Vec<Change>,
    /// Waiting and held.
    pub outbox: Vec<Notification>,
    /// Finished, oldest first.
    pub notifications: VecDeque<Notification>,
    pub mails: Vec<Mail>,
    pub settings: Settings,
    pub answers: Answers,
    pub buckets: Buckets,
    pub faults: Faults,
    pub reports: Reports,
    /// Set while a call of the API is being answered: its changes are known to the merchant already.
    pub in_call: bool,
    /// Something has changed since the world was last written to its file.
    pub touched: bool,
}

impl World {
    /// Registers a key, its merchant and its store.
    pub fn add_key(&mut self, id: &str, key: Key) {
        let merchant = self.merchants.entry(key.merchant_id.clone()).or_default();
        if !merchant.store_ids.contains(&key.store_id) {
            merchant.store_ids.push(key.store_id.clone());
        }
        self.keys.insert(id.to_owned(), key);
    }

    /// Lets `due` happen at `at`.
    pub fn schedule(&mut self, at: Timestamp, due: Due) {
        self.scheduled += 1;
        self.schedule.insert((at, self.scheduled), due);
    }

    pub fn session(&mut self, owner: &Owner, id: &str) -> ApiResult<&mut Session> {
        owned(self.sessions.get_mut(id), |session| &session.owner, owner, "Checkout Session")
    }

    pub fn permission(&mut self, owner: &Owner, id: &str) -> ApiResult<&mut Permission> {
        owned(self.permissions.get_mut(id), |permission| &permission.owner, owner, "Charge Permission")
    }

    pub fn charge(&mut self, owner: &Owner, id: &str) -> ApiResult<&mut Charge> {
        owned(self.charges.get_mut(id), |charge| &charge.owner, owner, "Charge")
    }

    pub fn refund(&mut self, owner: &Owner, id: &str) -> ApiResult<&mut Refund> {
        owned(self.refunds.get_mut(id), |refund| &refund.owner, owner, "Refund")
    }

    pub fn charges_under<'a>(&'a self, permission_id: &str) -> impl Iterator<Item = &'a Charge> + use<'a> {
        let ids = self.charges_of.get(permission_id).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.charges.get(id))
    }

    pub fn refunds_under<'a>(&'a self, charge_id: &str) -> impl Iterator<Item = &'a Refund> + use<'a> {
        let ids = self.refunds_of.get(charge_id).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.refunds.get(id))
    }

    /// Records that something the merchant should hear of has changed.
    pub fn changed(
        &mut self,
        owner: &Owner,
        object_type: &str,
        object_id: &str,
        permission_id: Option<&str>,
        now: Timestamp,
    ) {
        self.changes.push(Change {
            owner: owner.clone(),
            object_type: object_type.to_owned(),
            object_id: object_id.to_owned(),
            permission_id: permission_id.map(str::to_owned),
            attribute: false,
            synchronous: self.in_call,
            at: now,
        });
    }

    /// Finished, then waiting and held.
    pub fn all_notifications(&self) -> impl Iterator<Item = &Notification> {
        self.notifications.iter().chain(&self.outbox)
    }

    /// Puts a notification where it belongs.
    pub fn keep_notification(&mut self, notification: Notification) {
        if matches!(notification.state, NotificationState::Waiting | NotificationState::Held) {
            self.outbox.push(notification);
            return;
        }
        if self.notifications.len() >= NOTIFICATIONS_KEPT {
            self.notifications.pop_front();
        }
        self.notifications.push_back(notification);
    }

    /// Records a mail to the buyer of `permission_id`.
    pub fn mail(&mut self, permission_id: &str, now: Timestamp, subject: &str, text: String) {
        let Some(permission) = self.permissions.get(permission_id) else { return };
        self.mails.push(Mail {
            merchant_id: permission.owner.merchant_id.clone(),
            at: now,
            to: permission.buyer.email.to_owned(),
            subject: subject.to_owned(),
            text,
        });
    }

    /// The permission as it is answered at `now`.
    pub fn permission_view(&self, permission: &Permission, now: Timestamp) -> Value {
        permission.view(now, self.balance(permission, now))
    }

    /// All mails, newest last.
    pub fn mail_views(&self) -> Vec<Value> {
        let view = |mail: &Mail| {
            json!({
                "merchantId": mail.merchant_id, "at": stamp(mail.at), "to": mail.to,
                "subject": mail.subject, "text": mail.text,
            })
        };
        self.mails.iter().map(view).collect()
    }
}

/// The object, if there is one and it is `owner`'s; another merchant's and another environment's are not found.
fn owned<'a, T>(
    found: Option<&'a mut T>,
    owner_of: impl Fn(&T) -> &Owner,
    owner: &Owner,
    what: &str,
) -> ApiResult<&'a mut T> {
    found.filter(|object| owner_of(object) == owner).ok_or_else(|| ApiError::not_found(what))
}
