//! The bodies only the console reads and writes.

use super::json::{FromJs, ToJs, field, name, named, object, structs, texts, words, written};
use js_sys::Array;
use shared::address::AddressGap;
use shared::amount_change::{AmountChange, QuantityChange};
use shared::api::*;
use shared::bulk_plan::{BulkEffect, BulkSteps};
use shared::catalogue::SubscriptionOffer;
use shared::charge::ChargePermissionState;
use shared::id::{BulkRunId, OperatorId, OrderId, ShopId};
use shared::mail::{MailKind, Placeholder, RegistrationNumber, TemplateError, TemplateFault, TemplatePlace};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, ExpiryWarning, IdentityGap, MethodBlocker, OrderAction};
use shared::order_query::icon_named;
use shared::payment::{PaymentStatus, Reason};
use shared::status_icon::{Beside, StatusIcon};
use shared::subscription::{DropReason, PeriodOutcome};
use wasm_bindgen::{JsCast, JsValue};

texts!(ShopId, OrderId, OperatorId, BulkRunId, RegistrationNumber);
named!(
    BulkEffect,
    CancelReason,
    ChargePermissionState,
    LedgerField,
    MailKind,
    MailState,
    OrderStatus,
    PeriodOutcome,
    Placeholder,
    RefundProgress,
    Remedy
);

impl FromJs for Code {
    fn from_js(value: &JsValue) -> Option<Self> {
        let name = value.as_string()?;
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl FromJs for SmtpTls {
    fn from_js(value: &JsValue) -> Option<Self> {
        let name = value.as_string()?;
        Self::ALL.into_iter().find(|tls| tls.name() == name)
    }
}

impl ToJs for SmtpTls {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(self.name())
    }
}

impl FromJs for StatusIcon {
    fn from_js(value: &JsValue) -> Option<Self> {
        icon_named(&value.as_string()?)?
    }
}

impl FromJs for Reason {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string().map(|code| Self::new(&code))
    }
}

words! {
    PaymentStatus { Uncaptured = "uncaptured", Captured = "captured" }
    CorrectionKind { Points = "points", Coupon = "coupon" }
    TemplatePlace { Subject = "subject", Body = "body" }
    ExpiryWarning { Late = "late", Soon = "soon", Last = "last" }
    TileKind {
        Uncaptured = "uncaptured", EndingIn7 = "ending_in7", EndingIn3 = "ending_in3", EndingIn1 = "ending_in1",
        CaptureError = "capture_error", CancelError = "cancel_error", RefundPending = "refund_pending",
        Unconfirmed = "unconfirmed", Declined = "declined", AuthorizationPending = "authorization_pending",
        Expired = "expired", Disputes = "disputes", Corrections = "corrections", FailedMails = "failed_mails",
        UnconfirmedMails = "unconfirmed_mails", PaymentNeeded = "payment_needed",
        FailedRenewals = "failed_renewals", EndedAtAmazon = "ended_at_amazon",
    }
    OnboardingStep {
        Order = "order", Notification = "notification", Capture = "capture", Refund = "refund",
        MailServer = "mail_server", LiveKeys = "live_keys",
    }
    AddressGap { PostalCode = "postal_code", Prefecture = "prefecture", Street = "street", Phone = "phone" }
    IdentityGap { FamilyName = "family_name", Kana = "kana", Phone = "phone", PostalCode = "postal_code" }
    ItemState {
        Waiting = "waiting", Done = "done", UnderWay = "under_way", Unconfirmed = "unconfirmed",
        Failed = "failed", LeftOut = "left_out",
    }
    OrderAction {
        Capture = "capture", Cancel = "cancel", PartialRefund = "partial_refund", ChangeAmount = "change_amount",
        SwapItem = "swap_item", Reauthorize = "reauthorize", ChangeMethod = "change_method", Prepare = "prepare",
        Ship = "ship", Bundle = "bundle", EditBuyer = "edit_buyer", RecordRemedy = "record_remedy",
        SendPaymentLink = "send_payment_link", Refetch = "refetch",
    }
    ActionRefused {
        InProgress = "in_progress", OrderCanceled = "order_canceled", AmountLocked = "amount_locked",
        PaymentState = "payment_state", Expired = "expired", PermissionEnded = "permission_ended",
        NotCaptured = "not_captured", AmazonPayExcluded = "amazon_pay_excluded",
        NotAmazonPay = "not_amazon_pay", Shipped = "shipped", Nothing = "nothing", Replaced = "replaced",
    }
    NoMail { NoServer = "no_server", NoAddress = "no_address" }
    AtCap { Defer = "defer", Drop = "drop" }
    AtAmazonEnd { End = "end", AskAgain = "ask_again" }
    CapFit { Fits = "fits", NextMonth = "next_month", Never = "never" }
    DropReason {
        DearerThanCap = "dearer_than_cap", OverCap = "over_cap", NotPaid = "not_paid", NotOnSale = "not_on_sale",
        NotActive = "not_active", Overtaken = "overtaken", AreaNotServed = "area_not_served",
    }
}

impl<A: FromJs, B: FromJs> FromJs for (A, B) {
    fn from_js(value: &JsValue) -> Option<Self> {
        let pair = value.dyn_ref::<Array>()?;
        Some((A::from_js(&pair.get(0))?, B::from_js(&pair.get(1))?))
    }
}

structs! {
    Problem { kind = "type", title, status, detail, code, request_id, fields }
    FieldFault { field, problem, text }
    ShopView { id, name, sandbox, simulator }
    OperatorView { id, name, shops, csrf }
    ProductView { id, name, price, tax_percent, on_sale, amazon_pay, subscription }
    SubscriptionOffer { cycles, price, first_price, deliveries }
    OrderRow {
        id, number, placed_at, buyer_name, total, order_status, payment_status, method, icon, beside,
        payment_since, reason, request_id, may_capture, expiry_warning, disputed, version,
    }
    OrderPage { orders, next }
    OrderListPage { orders, next, bounded }
    UnwritableView { characters, affected, orders, checked, next }
    FilterCount { query, count, more }
    OrderCounts { chips }
    SavedView { id, name, query, shared, mine }
    SavedViews { views }
    DashboardView { tiles, last_notification_at, days, declines, to_do }
    Tile { kind, count, more, query }
    DayDecisions { day, authorized, declined }
    DeclineCount { reason, count }
    TimelineEntry { at, actor, text_ja, text_en, request_id }
    OrderView {
        row, lines, products, totals, address, gaps, area_not_served, buyer_mail, charge_permission_id, charge_id, timeline,
        desk,
    }
    BulkSteps { reauthorize, capture, status, cancel_reason, send_mail }
    BulkItem { order_id, number, amount, state, problem, mail, since, goes_on }
    BulkRunView { run_id, steps, items, finished }
    ItemCount { state, orders }
    BulkRunSummary { run_id, by, started_at, recent, finished, counts }
    BulkRuns { runs }
    EffectFigure { effect, orders, amount }
    MailFigure { kind, count }
    MailFigures { kinds, no_template, no_address, no_server }
    BulkPreview { items, included, total, effects, mail }
    LiveHint { order_id, version }
    SubscriptionHint { subscription_id, version }
    ActionView { action, refused }
    PersonView { original, name, proposed, phone, postal_code }
    MethodBlocker { in_delivery_address, gap }
    IdentityView { delivery, profile, is_member, profile_version, blockers }
    LedgerLine { at, by, field, subject, old, new, reason }
    RefundView { refund_id, amount, progress, reason, note, refused, by, asked_at, ended_at }
    RemedyView { remedy, amount, note, by, at }
    PaymentLinkView { url, expires_at, mailed_to, no_mail }
    LinkedOrder { id, number }
    LinkedSubscription { id, period, date }
    CorrectionView { id, order, kind, amount, cause, since, done }
    CorrectionList { corrections, next }
    DisputeView { id, order, received_at, answer_by, answered, note }
    DisputeList { disputes, next }
    CancelErrorView { row, still_charged, since, remedies }
    CancelErrorList { orders, next }
    DeskView {
        actions, expiry_warning, expires_at, refundable, ledger, refunds, remedies, corrections, identity,
        left_amazon_pay, replaces, replaced_by, subscription, link_open_until, disputes, mail_server, bundle,
        mails,
    }
    OrderMail { id, kind, state, created_at, sent_at }
    AmazonObject { kind, id, state, reasons, amount, second_amount, created_at, updated_at, expires_at }
    RefetchView { order, amazon }
    SmtpView { host, port, tls, user, from_name, from_address }
    MailSettingsView { smtp, registration_number, version }
    MailTemplateView { kind, language, subject, body, standard }
    MailTemplatesView { templates }
    OutboxRow {
        id, kind, order_id, order_number, recipient, subject, state, attempts, answer_code, created_at, due_at,
        sent_at,
    }
    OutboxPage { mails, next }
    SubscriptionRow {
        id, number, buyer_name, product_name, quantity, total, cycle, state, since, next_delivery, next_charge,
        waits_for_cap, last, permission, month, created_at, version,
    }
    LastResult { order_id, order_number, placed_at, icon, reason, tries }
    SubscriptionCounts { chips }
    SubscriptionView {
        row, product_id, unit_price, shipping_fee, told_price, told_at, buyer_mail, buyer_phone, charge_permission_id,
        payment_text, delivered, limit, calendar, following, months, buyer_month, periods, addresses, timeline, actions,
        earliest, to_acknowledge, address_message, buyer_messages,
    }
    DeliveryOverview { days, incomplete_from }
    DeliveryDay { date, count, ordered, total, unfit }
    ForecastDelivery { delivery, charge, fit }
    MeterView { month, reserved }
    PeriodView { period, date, outcome, reason, order }
    AddressHistory { from, at, source, address, current }
    ReadyMessage { to, subject, body }
    BuyerMessage { action, message }
    PaymentSettingsView { reauthorize_automatically, can_handle_pending_authorization, ask_name, version }
    SubscriptionSettingsView {
        first_delivery_days, lead_days, monthly_cap, buyer_monthly_cap, at_cap, free_first, at_amazon_end, retry_days,
        notice_days, version,
    }
}

impl ToJs for AtCap {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(match self {
            Self::Defer => "defer",
            Self::Drop => "drop",
        })
    }
}

impl ToJs for AtAmazonEnd {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(match self {
            Self::End => "end",
            Self::AskAgain => "ask_again",
        })
    }
}

impl FromJs for Beside {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "kind")?.as_str() {
            "nothing" => Self::Nothing,
            "days_left" => Self::DaysLeft { days: field(value, "days")? },
            "since" => Self::Since { at_ms: field(value, "at_ms")? },
            "amount" => Self::Amount { amount: field(value, "amount")? },
            _ => return None,
        })
    }
}

impl FromJs for TestMailView {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "outcome")?.as_str() {
            "sent" => Self::Sent,
            "refused" => Self::Refused { code: field(value, "code")? },
            "sign_in_failed" => Self::SignInFailed,
            "unreachable" => Self::Unreachable,
            "not_public" => Self::NotPublic,
            "unconfirmed" => Self::Unconfirmed,
            "recipient_invalid" => Self::RecipientInvalid,
            _ => return None,
        })
    }
}

impl FromJs for TemplateFault {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "fault")?.as_str() {
            "empty" => Self::Empty,
            "too_long" => Self::TooLong,
            "line_break" => Self::LineBreak,
            "unclosed" => Self::Unclosed,
            "unknown" => Self::Unknown { name: field(value, "name")? },
            "not_here" => Self::NotHere { placeholder: field(value, "placeholder")? },
            "missing" => Self::Missing { placeholder: field(value, "placeholder")? },
            _ => return None,
        })
    }
}

impl FromJs for TemplateError {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self {
            place: field(value, "place")?,
            line: field(value, "line")?,
            column: field(value, "column")?,
            fault: TemplateFault::from_js(value)?,
        })
    }
}

impl FromJs for MailPreview {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(match field::<String>(value, "result")?.as_str() {
            "mail" => Self::Mail {
                subject: field(value, "subject")?,
                text: field(value, "text")?,
                html: field(value, "html")?,
            },
            "faults" => Self::Faults { faults: field(value, "faults")? },
            _ => return None,
        })
    }
}

impl FromJs for OutboxMail {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self {
            row: OutboxRow::from_js(value)?,
            message_id: field(value, "message_id")?,
            text: field(value, "text")?,
            html: field(value, "html")?,
        })
    }
}

written! {
    PaymentSettingsView { reauthorize_automatically, can_handle_pending_authorization, ask_name, version }
    SubscriptionSettingsView {
        first_delivery_days, lead_days, monthly_cap, buyer_monthly_cap, at_cap, free_first, at_amazon_end, retry_days,
        notice_days, version
    }
    FirstOperatorRequest { token, name, mail, password }
    SignInRequest { mail, password }
    ChosenOrder { id, version }
    BulkSteps { reauthorize, capture, status, cancel_reason, send_mail }
    BulkRunRequest { run_id, steps, orders }
    LetGoRequest { order_id }
    SaveViewRequest { name, query, shared }
    VersionRequest { version }
    CancelRequest { version, reason, note, send_mail }
    RefundRequest { version, amount, reason, note }
    RemedyRequest { version, remedy, amount, note }
    QuantityChange { line, quantity }
    AmountChange { quantities, shipping_fee, handling_fees, points_used, coupon_discount }
    AmountChangeRequest { version, change, reason }
    SwapItemRequest { version, line, product, quantity, reason }
    ChangeMethodRequest { version, method }
    BundleRequest { version, with }
    SetStatusRequest { version, status, reason, send_mail }
    PersonEdit { name, phone, postal_code }
    AddressEdit { name, postal_code, prefecture, lines, phone }
    EditBuyerRequest { version, address, delivery, profile, profile_version, mail }
    EnteredBuyer { name, parts, mail, phone, postal_code }
    EnteredLine { product, quantity }
    EnterOrderRequest { order_id, method, lines, buyer, address, recipient, replaces, total }
    EnteredQuoteRequest { lines }
    CorrectionRequest { done }
    AnswerDisputeRequest { note }
    SmtpView { host, port, tls, user, from_name, from_address }
    PutMailSettings { version, smtp, password, registration_number }
    TestMailRequest { recipient }
    PutMailTemplate { subject, body }
    MailPreviewRequest { kind, language, subject, body, order }
}
