//! A shop after a busy year, written straight through the store's batches: a thousand rows of everything that a list of
//! the console shows, for looking at these lists. What they hold follows from their number. Start at [`fill`].

use crate::{many_orders, many_subscriptions};
use backend::secret::timed_id;
use backend::service::date_in_japan;
use backend::store::bulk::BulkItemRow;
use backend::store::mails::{MailRow, Progress, Words};
use backend::store::refunds::{RefundNews, RefundRow};
use backend::store::remedies::RemedyRow;
use backend::store::{
    Batch, Statement, Store, StoreError, bulk, corrections, daily_totals, disputes, jobs, mails, refunds,
    remedies, values,
};
use backend::worker::kind;
use jiff::{Timestamp, ToSpan};
use shared::api::{
    CancelReason, Code, CorrectionKind, ItemState, Language, MailState, RefundProgress, Remedy,
};
use shared::bulk_plan::BulkSteps;
use shared::id::{BulkRunId, JobId, OperatorId, OrderId, OrderNumber, RefundId, ShopId};
use shared::mail::{MailKind, Rendered};
use shared::order::OrderStatus;
use shared::payment::{Payment, PaymentEvent, Reason};
use shared::payment_method::PaymentMethod;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Rows of one batch.
const AT_ONCE: usize = 400;
/// Most orders of a run, of which one has all.
const RUN: u64 = 480;
/// Runs; the list shows the newest of them.
const RUNS: u64 = 60;

/// Where and by whom.
struct Filled<'a> {
    store: &'a Store,
    shop: ShopId,
    operator: OperatorId,
    /// Rows of each list.
    count: u64,
    /// Unix ms.
    now: i64,
}

/// Fills a shop without orders with `count` rows of each list, all older than `now`; what somebody did was `operator`.
///
/// # Errors
/// The database's.
pub async fn fill(
    store: &Store,
    shop: &ShopId,
    operator: &OperatorId,
    count: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let at = now.as_millisecond();
    many_orders::add(store, shop.as_str(), count, at).await?;
    let subscriptions = i64::try_from(count).unwrap_or(i64::MAX);
    many_subscriptions::add(store, shop.as_str(), subscriptions, now).await?;
    let filled = Filled { store, shop: shop.clone(), operator: operator.clone(), count, now: at };
    filled.followed_later().await?;
    filled.rows(Filled::refund_pending).await?;
    filled.rows(Filled::cancel_error).await?;
    filled.rows(Filled::correction).await?;
    filled.rows(Filled::dispute).await?;
    filled.rows(Filled::mail).await?;
    for run in 0..RUNS {
        store.write(filled.run(run)).await?;
    }
    store.write(filled.decisions(now)).await.map(drop)
}

impl Filled<'_> {
    /// Writes what `row` says of every number below the count.
    async fn rows(&self, row: fn(&Self, u64) -> Vec<Statement>) -> Result<(), StoreError> {
        let statements: Vec<Statement> = (0..self.count).flat_map(|number| row(self, number)).collect();
        let mut statements = statements.into_iter().peekable();
        while statements.peek().is_some() {
            self.store.write(statements.by_ref().take(AT_ONCE).collect::<Batch>()).await?;
        }
        Ok(())
    }

    /// Amazon knows none of these orders, so nobody asks it for them: whoever is in doubt has a job for next year.
    async fn followed_later(&self) -> Result<(), StoreError> {
        self.rows(|filled, number| vec![filled.follow(number)]).await
    }

    fn follow(&self, number: u64) -> Statement {
        jobs::enqueue_once(&jobs::NewJob {
            shop_id: &self.shop,
            job_id: &JobId::new(timed_id(self.moment(self.now))).expect("a timed id is an id"),
            kind: kind::FOLLOW_ORDER,
            subject: &many_orders::id_of(number),
            payload: "{}",
            due_at: self.now + 365 * DAY,
            now: self.now,
        })
    }

    /// 審査中: the oldest for nine days.
    fn refund_pending(&self, place: u64) -> Vec<Statement> {
        let (number, since) = (self.count + place, self.before(place, 13 * MINUTE));
        let (yen, at) = (many_orders::yen_of(number), self.moment(since));
        let payment = Payment::authorized(yen, at)
            .apply(PaymentEvent::Captured { amount: yen, at })
            .and_then(|payment| payment.apply(PaymentEvent::RefundStarted { amount: yen, at }))
            .expect("a life of a payment");
        let mut statements = self.order(number, since - 2 * DAY, &payment);
        statements.extend(self.refund(number, since, RefundProgress::Pending, None));
        statements.push(self.follow(number));
        statements
    }

    /// キャンセルエラー of both kinds; every third has a remedy.
    fn cancel_error(&self, place: u64) -> Vec<Statement> {
        let (number, since) = (2 * self.count + place, self.before(place, 37 * MINUTE));
        let (yen, at) = (many_orders::yen_of(number), self.moment(since));
        let authorized = Payment::authorized(yen, at);
        let is_charged = !place.is_multiple_of(4);
        let payment = if is_charged {
            authorized
                .apply(PaymentEvent::Captured { amount: yen, at })
                .and_then(|payment| payment.apply(PaymentEvent::RefundStarted { amount: yen, at }))
                .and_then(|payment| {
                    let reason = Reason::new("AmazonRejected");
                    payment.apply(PaymentEvent::RefundRefused { amount: yen, reason, at })
                })
        } else {
            authorized.apply(PaymentEvent::CancelRefused { reason: Reason::new("ProcessingFailure"), at })
        };
        let mut statements = self.order(number, since - DAY, &payment.expect("a life of a payment"));
        if is_charged {
            let refused = Some("AmazonRejected");
            statements.extend(self.refund(number, since, RefundProgress::Declined, refused));
        }
        if place.is_multiple_of(3) {
            let remedy = [Remedy::Points, Remedy::Transfer, Remedy::Other];
            let row = RemedyRow {
                remedy: remedy[usize::try_from(place / 3).unwrap_or(0) % 3],
                amount: yen,
                note: place.is_multiple_of(2).then(|| "お電話でご了承をいただきました。".to_owned()),
                operator: self.operator.clone(),
                at: since + 20 * MINUTE,
            };
            statements.push(remedies::add(&self.shop, &order_id(number), &timed_id(at), &row));
        }
        statements
    }

    fn order(&self, number: u64, placed_at: i64, payment: &Payment) -> Vec<Statement> {
        let (method, status) = (PaymentMethod::AmazonPay, OrderStatus::Canceled);
        many_orders::with_payment(self.shop.as_str(), number, placed_at, method, payment, status).into()
    }

    fn refund(
        &self,
        number: u64,
        asked_at: i64,
        progress: RefundProgress,
        refused: Option<&str>,
    ) -> [Statement; 2] {
        let order = order_id(number);
        let row = RefundRow {
            order_id: order.clone(),
            number: 1,
            amazon_id: None,
            amount: many_orders::yen_of(number),
            progress: RefundProgress::Asked,
            cause: CancelReason::ALL[usize::try_from(number).unwrap_or(0) % 3],
            note: None,
            refused: None,
            operator: self.operator.clone(),
            asked_at,
            ended_at: None,
        };
        let amazon_id = RefundId::new(format!("S03-{number:07}-{number:07}-R000001")).expect("an id");
        let ended_at = (progress != RefundProgress::Pending).then_some(asked_at + 10 * MINUTE);
        let news = RefundNews { amazon_id: Some(&amazon_id), progress, refused, ended_at };
        [refunds::insert(&self.shop, &row), refunds::record(&self.shop, &order, 1, &news)]
    }

    /// ポイント・クーポンの補正; every tenth is made.
    fn correction(&self, place: u64) -> Vec<Statement> {
        let (since, id) = (self.before(place, 17 * MINUTE), format!("{:032x}", place + 1));
        let kind = if place.is_multiple_of(2) { CorrectionKind::Points } else { CorrectionKind::Coupon };
        let yen = i64::try_from(place % 23 * 50 + 50).unwrap_or(50);
        let cause = ["amount_change", "cancel", "replaced", "compensation"];
        let cause = cause[usize::try_from(place).unwrap_or(0) % 4];
        let yen = if cause == "replaced" { -yen } else { yen };
        let add = corrections::add(&self.shop, &order_id(place), &id, kind, yen, cause, since);
        let done = Some((since + HOUR, &self.operator));
        let made = place.is_multiple_of(10).then(|| corrections::mark(&self.shop, &id, done));
        [Some(add), made].into_iter().flatten().collect()
    }

    /// 異議申立て: a few are open, and of these a few are urgent.
    fn dispute(&self, place: u64) -> Vec<Statement> {
        let received_at = self.before(place, 2 * HOUR);
        let (id, order) = (format!("S03-{place:07}-0000000-D000001"), order_id(place));
        // Amazon's object can come before its order is known.
        let known = (!place.is_multiple_of(50)).then_some(&order);
        let receive = disputes::receive(&self.shop, &id, known, received_at, received_at + 11 * DAY - HOUR);
        if place < 90 {
            let flag = "update orders set disputed = 1 where shop_id = $1 and order_id = $2";
            return vec![receive, Statement::new(flag, values![&self.shop, known])];
        }
        let note = place.is_multiple_of(2).then_some("配送記録と受領のサインを提出しました。");
        vec![receive, disputes::answer(&self.shop, &id, &self.operator, note, received_at + DAY)]
    }

    /// The outbox: most are sent, a few are refused or nobody knows.
    fn mail(&self, place: u64) -> Vec<Statement> {
        let at = self.before(place, 3 * MINUTE);
        let (state, answer_code) = match place % 25 {
            1 => (MailState::Failed, Some(550)),
            4 => (MailState::Unconfirmed, None),
            9 => (MailState::Failed, Some(0)),
            11 => (MailState::Skipped, None),
            _ => (MailState::Sent, None),
        };
        let kinds = [
            MailKind::OrderConfirmation,
            MailKind::OrderPreparing,
            MailKind::OrderShipped,
            MailKind::PayAgain,
        ];
        let kind = kinds[usize::try_from(place).unwrap_or(0) % 4];
        let (name, number) = (many_orders::name_of(place), many_orders::number_of(place));
        let row = MailRow {
            shop_id: self.shop.clone(),
            id: timed_id(self.moment(at)),
            order_id: order_id(place),
            news: None,
            kind,
            recipient: format!("buyer{place}@example.jp"),
            link: (kind == MailKind::PayAgain).then(|| "https://shop.example/pay".to_owned()),
            waits_for: None,
            message_id: format!("<{place}@noren.example>"),
            words: None,
            state: MailState::Queued,
            attempts: 0,
            answer_code: None,
            due_at: at,
            created_at: at,
            sent_at: None,
            version: 1,
        };
        let subject = match kind {
            MailKind::OrderPreparing => format!("【喫茶のれん】商品の出荷準備を始めました({number})"),
            MailKind::OrderShipped => format!("【喫茶のれん】商品を発送しました({number})"),
            MailKind::PayAgain => format!("【喫茶のれん】お支払い方法のご確認のお願い({number})"),
            _ => format!("【喫茶のれん】ご注文ありがとうございます({number})"),
        };
        let text = format!("{name}様\n\nご注文番号: {number}\n");
        let html = format!("<p>{name}様</p><p>ご注文番号: {number}</p>");
        let rendered = Rendered { subject, text, html };
        let words = Words { language: Language::Ja, rendered, tells_pending: false, composed_at: at };
        let sent_at = (state == MailState::Sent).then_some(at + 2_000);
        let progress = Progress { state, attempts: 1, answer_code, due_at: at, sent_at };
        // Each change is one of the version before it.
        let composed = MailRow { version: 2, ..row.clone() };
        vec![mails::insert(&row), mails::compose(&row, &words), mails::progress(&composed, progress)]
    }

    /// A run of 一括処理 that is over: the newest is the largest, and in each a few were refused or left out.
    fn run(&self, run: u64) -> Batch {
        let started_at = self.before(run, 27 * MINUTE) - 5 * MINUTE;
        let orders = if run == 0 { RUN.min(self.count) } else { (1 + run * 7 % 40).min(self.count) };
        let items: Vec<BulkItemRow> = (0..orders)
            .map(|place| {
                let number = (run * 61 + place) % self.count;
                let (state, problem) = match (place + run) % 37 {
                    5 => (ItemState::Failed, Some(Code::CaptureRefused)),
                    12 => (ItemState::Failed, Some(Code::AuthorizationExpired)),
                    20 => (ItemState::LeftOut, Some(Code::OrderChanged)),
                    29 => (ItemState::LeftOut, Some(Code::AlreadyCaptured)),
                    _ => (ItemState::Done, None),
                };
                BulkItemRow {
                    item_number: i64::try_from(place).unwrap_or(0),
                    order_id: order_id(number),
                    order_number: OrderNumber::new(many_orders::number_of(number)).expect("a number"),
                    order_version: 1,
                    amount: many_orders::yen_of(number),
                    state,
                    problem,
                    asked: None,
                    mail: None,
                    doubt: None,
                }
            })
            .collect();
        let id = BulkRunId::new(format!("filled-{run}")).expect("an id");
        bulk::start(&self.shop, &id, &self.operator, &BulkSteps::CAPTURE, &items, started_at)
    }

    /// Thirty days of Amazon's decisions.
    fn decisions(&self, now: Timestamp) -> Batch {
        let today = date_in_japan(now);
        let day = |ago: i64| {
            let date = today.saturating_sub(ago.days());
            let (accepted, declined) = (31 + ago * 17 % 29, ago * 5 % 7);
            [
                (daily_totals::AUTHORIZED.to_owned(), accepted),
                (daily_totals::DECLINED.to_owned(), declined),
                (format!("{}HardDeclined", daily_totals::DECLINED_BECAUSE), declined / 2),
                (format!("{}AmazonRejected", daily_totals::DECLINED_BECAUSE), declined - declined / 2),
            ]
            .map(|(name, by)| daily_totals::raise(&self.shop, date, &name, by))
        };
        (0..30).flat_map(day).collect()
    }

    /// So many steps before now.
    fn before(&self, place: u64, step: i64) -> i64 {
        self.now - i64::try_from(place).unwrap_or(0) * step - MINUTE
    }

    fn moment(&self, at: i64) -> Timestamp {
        Timestamp::from_millisecond(at).expect("a moment")
    }
}

fn order_id(number: u64) -> OrderId {
    OrderId::new(many_orders::id_of(number)).expect("an id")
}
