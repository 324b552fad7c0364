//! The merchant's page: what Seller Central would show, and the levers of whoever tests.

use super::html::{Layout, esc, typed};
use super::{refused, see_other};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::world::{ChargeReason, Pending, World};
use axum::extract::{Form, Path, State};
use axum::response::{Html, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::charge::{ChargeState, DeclineReason, RefundState};
use std::fmt::Write as _;
use std::sync::Arc;

/// Rows of each table, newest first.
const ROWS: usize = 200;

/// `GET /merchant`.
pub(super) async fn get_merchant(State(app): State<Arc<App>>) -> Html<String> {
    let movable = app.clock.is_virtual();
    let tables = app.world(|world, now| {
        [
            switches(world, now, movable),
            section("charges", "売上請求", "Charges", CHARGE_HEAD, charges(world)),
            section("refunds", "返金", "Refunds", REFUND_HEAD, refunds(world)),
            section(
                "permissions",
                "お支払い契約",
                "Charge permissions",
                PERMISSION_HEAD,
                permissions(world, now),
            ),
            section("sessions", "チェックアウト", "Checkout sessions", SESSION_HEAD, sessions(world)),
            section("notifications", "通知", "Notifications", NOTIFICATION_HEAD, notifications(world)),
            section("mails", "お客様へのメール", "Mails to buyers", MAIL_HEAD, mails(world)),
        ]
        .concat()
    });
    let body = format!(r#"<h1>出店者のページ <small lang="en">Merchant</small></h1>{tables}"#);
    Layout::new("出店者のページ").wide().page(&body)
}

// A ¥ before a name marks a column of numbers.
const CHARGE_HEAD: &[&str] = &["番号", "状態", "¥金額", "¥売上", "¥返金済", "作成", "操作"];
const REFUND_HEAD: &[&str] = &["番号", "状態", "¥金額", "売上請求", "作成", "操作"];
const PERMISSION_HEAD: &[&str] = &["番号", "種類", "状態", "¥上限", "¥残り", "お客様", "期限"];
const SESSION_HEAD: &[&str] = &["番号", "状態", "¥金額", "お客様", "作成"];
const NOTIFICATION_HEAD: &[&str] = &["対象", "番号", "状態", "¥回数", "応答", "予定"];
const MAIL_HEAD: &[&str] = &["日時", "宛先", "件名", "本文"];

fn section(id: &str, japanese: &str, english: &str, head: &[&str], rows: Vec<String>) -> String {
    let count = rows.len();
    let head: String = head
        .iter()
        .map(|name| match name.strip_prefix('¥') {
            Some(name) => format!(r#"<th scope="col" class="yen">{name}</th>"#),
            None => format!(r#"<th scope="col">{name}</th>"#),
        })
        .collect();
    let rows = if rows.is_empty() {
        r#"<tr><td colspan="9">まだありません <small lang="en">None yet</small></td></tr>"#.to_owned()
    } else {
        rows.concat()
    };
    format!(
        r#"<section aria-labelledby="{id}"><h2 id="{id}">{japanese} <small lang="en">{english}</small> <small>{count}</small></h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="{id}"><table data-test="{id}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"#
    )
}

/// Newest first, at most [`ROWS`].
fn newest<T>(all: impl Iterator<Item = T>, time: impl Fn(&T) -> Timestamp) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_by_key(|item| std::cmp::Reverse(time(item)));
    all.truncate(ROWS);
    all
}

fn state(name: &str, reason: Option<&str>) -> String {
    let tone = match name {
        "Captured" | "Refunded" | "Completed" | "Authorized" | "Chargeable" | "delivered" => "good",
        "Declined" | "Canceled" | "Closed" | "NonChargeable" | "refused" | "givenUp" => "bad",
        _ => "open",
    };
    let reason = reason.map_or_else(String::new, |reason| format!("<br><small>{reason}</small>"));
    let japanese = in_japanese(name);
    format!(
        r#"<td><span class="state {tone}" data-test="state">{name}</span> <small>{japanese}</small>{reason}</td>"#
    )
}

const fn in_japanese(state: &str) -> &'static str {
    match state.as_bytes() {
        b"Open" => "手続き中",
        b"Completed" => "完了",
        b"Canceled" => "取消",
        b"Chargeable" => "有効",
        b"NonChargeable" => "請求できません",
        b"Closed" => "終了",
        b"AuthorizationInitiated" => "与信中",
        b"Authorized" => "与信済",
        b"CaptureInitiated" => "売上処理中",
        b"Captured" => "売上済",
        b"Declined" => "失敗",
        b"RefundInitiated" => "返金中",
        b"Refunded" => "返金済",
        b"waiting" => "送信待ち",
        b"held" => "保留中",
        b"delivered" => "送信済",
        b"refused" => "拒否されました",
        b"givenUp" => "断念",
        _ => "宛先なし",
    }
}

/// `11/24 12:04:05`, in Japan.
fn japan(at: Timestamp) -> String {
    let date = at.to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    date.strftime("%m/%d %H:%M:%S").to_string()
}

fn button(action: &str, test: &str, label: &str) -> String {
    format!(
        r#"<form method="post" action="{action}"><button class="small" data-test="{test}">{label}</button></form>"#
    )
}

fn charges(world: &World) -> Vec<String> {
    let row = |charge: &crate::world::Charge| {
        let id = esc(&charge.id);
        let act = |verb: &str, label: &str| button(&format!("/merchant/charges/{id}/{verb}"), verb, label);
        let actions = match charge.state {
            ChargeState::AuthorizationInitiated | ChargeState::CaptureInitiated => {
                act("approve", "成功させる") + &act("decline", "失敗させる")
            }
            ChargeState::Authorized => act("cancel", "Amazonが取り消す"),
            ChargeState::Captured => {
                act("dispute", charge.dispute.map_or("異議を申し立てる", |_| "異議を進める"))
            }
            _ => String::new(),
        };
        let dispute =
            charge.dispute.map_or_else(String::new, |dispute| format!("<small>{}</small>", dispute.name()));
        let yen =
            |amount: Option<shared::money::Yen>| amount.map_or_else(|| "—".to_owned(), |yen| yen.to_string());
        let captured = charge.captured.filter(|_| charge.state == ChargeState::Captured);
        format!(
            r#"<tr data-test="charge-{id}"><td><code>{id}</code><br><small>{}</small></td>{}<td class="yen" data-test="amount">{}</td><td class="yen" data-test="captured">{}</td><td class="yen">{}</td><td>{}</td><td>{actions}{dispute}</td></tr>"#,
            typed(charge.metadata.reference_id.as_deref().unwrap_or_default()),
            state(charge.state.name(), charge.reason.map(ChargeReason::name)),
            charge.amount,
            yen(captured),
            yen(charge.refunded),
            japan(charge.created),
        )
    };
    newest(world.charges.values(), |charge| charge.created).into_iter().map(row).collect()
}

fn refunds(world: &World) -> Vec<String> {
    let row = |refund: &crate::world::Refund| {
        let id = esc(&refund.id);
        let act = |verb: &str, label: &str| button(&format!("/merchant/refunds/{id}/{verb}"), verb, label);
        let actions = if refund.state == RefundState::RefundInitiated {
            act("approve", "返金を終える") + &act("decline", "返金を断る")
        } else {
            String::new()
        };
        format!(
            r#"<tr data-test="refund-{id}"><td><code>{id}</code></td>{}<td class="yen" data-test="amount">{}</td><td><code>{}</code></td><td>{}</td><td>{actions}</td></tr>"#,
            state(refund.state.name(), refund.reason.map(DeclineReason::name)),
            refund.amount,
            esc(&refund.charge_id),
            japan(refund.created),
        )
    };
    newest(world.refunds.values(), |refund| refund.created).into_iter().map(row).collect()
}

fn permissions(world: &World, now: Timestamp) -> Vec<String> {
    let row = |permission: &crate::world::Permission| {
        let id = esc(&permission.id);
        format!(
            r#"<tr data-test="permission-{id}"><td><code>{id}</code></td><td>{}</td>{}<td class="yen">{}</td><td class="yen">{}</td><td>{}</td><td>{}</td></tr>"#,
            permission.kind.name(),
            state(permission.state.name(), permission.reason.map(|reason| reason.name())),
            permission.limit,
            world.balance(permission, now),
            typed(&permission.buyer.name),
            japan(permission.expires),
        )
    };
    newest(world.permissions.values(), |permission| permission.created).into_iter().map(row).collect()
}

fn sessions(world: &World) -> Vec<String> {
    let row = |session: &crate::world::Session| {
        let id = esc(&session.id);
        format!(
            r#"<tr data-test="session-{id}"><td><code>{id}</code></td>{}<td class="yen">{}</td><td>{}</td><td>{}</td></tr>"#,
            state(session.state.name(), session.reason.map(|reason| reason.name())),
            session.payment.charge_amount.map_or_else(|| "—".to_owned(), |yen| yen.to_string()),
            typed(session.choice.buyer.map_or("", |buyer| &buyer.name)),
            japan(session.created),
        )
    };
    newest(world.sessions.values(), |session| session.created).into_iter().map(row).collect()
}

fn notifications(world: &World) -> Vec<String> {
    let row = |n: &crate::world::Notification| {
        format!(
            r#"<tr><td>{}</td><td><code>{}</code></td>{}<td class="yen">{}</td><td>{}</td><td>{}</td></tr>"#,
            esc(&n.change.object_type),
            esc(&n.change.object_id),
            state(n.state.name(), None),
            n.attempts,
            n.last_status.map_or_else(|| "—".to_owned(), |status| status.to_string()),
            japan(n.due),
        )
    };
    let mut all: Vec<_> = world.all_notifications().collect();
    all.reverse();
    all.into_iter().take(ROWS).map(row).collect()
}

fn mails(world: &World) -> Vec<String> {
    let row = |mail: &crate::world::Mail| {
        format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><pre>{}</pre></td></tr>",
            japan(mail.at),
            esc(&mail.to),
            esc(&mail.subject),
            typed(&mail.text)
        )
    };
    world.mails.iter().rev().take(ROWS).map(row).collect()
}

fn switches(world: &World, now: Timestamp, movable: bool) -> String {
    let settings = &world.settings;
    let mut text = format!(
        r#"<div class="card"><p>時刻 <b data-test="now">{}</b> <small lang="en">now, in Japan</small></p><div class="switches">"#,
        japan(now)
    );
    let mut switch = |name: &str, on: bool, japanese: &str, english: &str| {
        let (value, label) = if on { ("false", "切る") } else { ("true", "入れる") };
        let _ = write!(
            text,
            r#"<form method="post" action="/merchant/settings"><input type="hidden" name="name" value="{name}"><input type="hidden" name="value" value="{value}"><p>{japanese}: <b>{}</b> <small lang="en">{english}</small> <button class="small" data-test="switch-{name}">{label}</button></p></form>"#,
            if on { "入" } else { "切" }
        );
    };
    switch("holdNotifications", settings.hold_notifications, "通知を止める", "Hold notifications");
    switch(
        "synchronousNotifications",
        settings.synchronous_notifications,
        "応答で分かる変化も通知する",
        "Notify of synchronous results",
    );
    switch("declinePage", settings.decline_page, "失敗したら別の支払い方法を選ばせる", "Decline page");
    switch("throttling", settings.throttling, "呼び出し回数を制限する", "Throttling");
    text.push_str("</div>");
    if movable {
        text.push_str(r#"<div class="switches">"#);
        for (hours, label) in [(1, "1時間"), (24, "1日"), (24 * 8, "8日"), (24 * 31, "31日")] {
            let _ = write!(
                text,
                r#"<form method="post" action="/merchant/clock"><input type="hidden" name="value" value="{hours}"><button class="small" data-test="advance-{hours}">{label}進める</button></form>"#
            );
        }
        text.push_str("</div>");
    }
    text + "</div>"
}

#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    #[serde(default)]
    name: String,
    value: String,
}

/// `POST /merchant/settings`.
pub(super) async fn post_settings(State(app): State<Arc<App>>, Form(switch): Form<Switch>) -> Response {
    let on = switch.value == "true";
    app.world(|world, _| match switch.name.as_str() {
        "holdNotifications" => world.settings.hold_notifications = on,
        "synchronousNotifications" => world.settings.synchronous_notifications = on,
        "declinePage" => world.settings.decline_page = on,
        "throttling" => world.settings.throttling = on,
        _ => {}
    });
    back(&app, Ok(()))
}

/// `POST /merchant/clock`: hours.
pub(super) async fn post_clock(State(app): State<Arc<App>>, Form(switch): Form<Switch>) -> Response {
    let hours = switch.value.parse().unwrap_or(0);
    let moved = app.clock.advance(SignedDuration::from_hours(hours));
    back(&app, moved.map_err(|error| ApiError::new(409, "InvalidRequest", error.to_string())))
}

fn back(app: &App, result: ApiResult<()>) -> Response {
    app.notify_changes();
    match result {
        Ok(()) => see_other("/merchant"),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST /merchant/charges/{id}/{verb}`.
pub(super) async fn post_charge(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
) -> Response {
    let result = app.world(|world, now| {
        let charge = world.charges.get_mut(&id).ok_or_else(|| ApiError::not_found("Charge"))?;
        match verb.as_str() {
            "approve" | "decline" => {
                if let Some(pending) = &mut charge.pending {
                    *pending = outcome(&verb);
                }
                world.decide_charge(&id, now);
                Ok(())
            }
            "cancel" => {
                world.move_charge(&id, ChargeState::Canceled, Some(ChargeReason::AmazonCanceled), now)
            }
            "dispute" => world.dispute(&id, now),
            _ => Err(ApiError::not_found("action")),
        }
    });
    back(&app, result)
}

/// `POST /merchant/refunds/{id}/{verb}`.
pub(super) async fn post_refund(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
) -> Response {
    let result = app.world(|world, now| {
        let refund = world.refunds.get_mut(&id).ok_or_else(|| ApiError::not_found("Refund"))?;
        refund.pending = outcome(&verb);
        world.decide_refund(&id, now);
        Ok(())
    });
    back(&app, result)
}

fn outcome(verb: &str) -> Pending {
    if verb == "decline" { Pending::Declines(DeclineReason::ProcessingFailure) } else { Pending::Succeeds }
}
