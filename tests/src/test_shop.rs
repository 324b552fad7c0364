//! One shop per test: its own database, simulator, backend and clock.

use crate::{Buyer, Operator, postgres};
use amazon_pay::signing::SigningKey;
use backend::config::{MasterKeySource, Origin, Settings};
use backend::serve::{self, Running, StartError};
use base64::Engine;
use simulator::control::Control;
use simulator::{MerchantKey, Options, Simulator};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// Where the shop's pages are, as far as the backend knows.
pub const SHOP_ORIGIN: &str = "http://shop.localhost:9";

/// Secret of the shop's signed carts, as its own server holds it.
pub const CART_SECRET: [u8; 32] = [7; 32];

const MERCHANT: &str = "A1TESTMERCHANT1";
const STORE: &str = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";
const KEY_ID: &str = "SANDBOX-AETESTKEY0123456789ABCDE";
const NOTIFICATION_KEY: &str = "n0t1f1cat10n";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A database of its own in the run's cluster.
    Postgres,
}

/// A running shop.
pub struct TestShop {
    /// Amazon.
    pub simulator: Simulator,
    /// Amazon's switches.
    pub control: Control,
    /// Ours; taken while it is stopped.
    pub running: Option<Running>,
    /// Talks to the backend.
    pub http: reqwest::Client,
    settings: Settings,
    offset: i64,
    clock_file: PathBuf,
    first_operator: Option<String>,
    _folder: TempDir,
}

/// The merchant's key, made once per run: making one takes a while.
fn key() -> &'static (Arc<SigningKey>, String, String) {
    static KEY: OnceLock<(Arc<SigningKey>, String, String)> = OnceLock::new();
    KEY.get_or_init(|| {
        let made = SigningKey::generate().expect("a key");
        let (private, public) = (made.private_pem.expose().to_owned(), made.public_pem.clone());
        (Arc::new(made.key), private, public)
    })
}

impl TestShop {
    /// A shop on the given database.
    pub async fn on(database: Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// A shop whose settings were changed before the start.
    pub async fn with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (_, private_pem, public_pem) = key();
        let clock_file = folder.path().join("clock");
        let offset = first_offset();
        std::fs::write(&clock_file, offset.to_string()).expect("a clock file");
        std::fs::write(folder.path().join("key.pem"), private_pem).expect("a key file");
        std::fs::write(folder.path().join("seed.toml"), seed()).expect("a seed file");

        let merchant = |notification_url| MerchantKey {
            public_key_id: KEY_ID.to_owned(),
            public_key_pem: public_pem.clone(),
            merchant_id: MERCHANT.to_owned(),
            store_id: STORE.to_owned(),
            notification_url,
        };
        let simulator = Simulator::start(Options {
            public_url: Some("http://amazon.localhost:0".to_owned()),
            clock: simulator::Clock::offset_file(clock_file.clone()),
            keys: vec![merchant(None)],
            ..Options::default()
        })
        .await
        .expect("the simulator");

        let mut settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: Origin::new("http://noren.localhost:0").expect("an origin"),
            database: match database {
                Database::Sqlite => format!("sqlite:{}", folder.path().join("noren.db").display()),
                Database::Postgres => postgres::fresh_database().await,
            },
            pages_dir: folder.path().join("dist"),
            clock_file: Some(clock_file.clone()),
            seed: Some(folder.path().join("seed.toml")),
            master_key: MasterKeySource::File(folder.path().join("master.key")),
            ..Settings::default()
        };
        settings.amazon_pay.simulator = Some(Origin::new(simulator.base_url()).expect("an origin"));
        settings.amazon_pay.answer_timeout = Duration::from_secs(5);
        settings.amazon_pay.retries = 0;
        change(&mut settings);
        let running = serve::start(settings.clone()).await.expect("the backend");
        // From now on the same port, so that a restart is found again.
        settings.listen = running.address;
        settings.public_url = running.app.settings.public_url.clone();
        let notification_url = format!("http://{}/notifications/demo/{NOTIFICATION_KEY}", running.address);
        let control = simulator.control();
        control.add_key(&merchant(Some(notification_url))).await.expect("the simulator takes the key");
        Self {
            control,
            simulator,
            http: amazon_pay::http_client::builder().build().expect("a client"),
            first_operator: running.first_operator_url.clone(),
            settings,
            running: Some(running),
            offset,
            clock_file,
            _folder: folder,
        }
    }

    /// Our own origin.
    pub fn public_url(&self) -> &str {
        self.settings.public_url.as_str()
    }

    /// The backend's parts, for reading the database.
    ///
    /// # Panics
    /// While the backend is stopped.
    pub fn app(&self) -> &backend::app::App {
        &self.running.as_ref().expect("the backend runs").app
    }

    /// A shopper.
    pub fn buyer(&self) -> Buyer<'_> {
        Buyer::new(self)
    }

    /// The first operator, by the one-time link.
    pub async fn operator(&mut self) -> Operator {
        let link = self.first_operator.take().expect("the link for the first operator");
        Operator::first(self.http.clone(), self.public_url(), &link).await
    }

    /// Moves the clock of all processes forward.
    pub fn advances(&mut self, by: Duration) {
        self.offset += i64::try_from(by.as_millis()).expect("a span");
        // Replaced, not rewritten: a reader never sees half a number.
        let next = self.clock_file.with_extension("next");
        std::fs::write(&next, self.offset.to_string()).expect("a clock file");
        std::fs::rename(&next, &self.clock_file).expect("a clock file");
    }

    /// Stops the backend as a signal would.
    pub async fn stops(&mut self) {
        self.running.take().expect("the backend runs").stop().await;
    }

    /// Starts the backend again on the same database and address; another program may have its port for a moment.
    pub async fn starts_again(&mut self) {
        let running =
            eventually("the port is free again", async || match serve::start(self.settings.clone()).await {
                Err(StartError::Listen { .. }) => None,
                started => Some(started.expect("the backend starts again")),
            })
            .await;
        self.running = Some(running);
    }

    /// Stops everything and fails the test if money was left hanging: an open intent or a buried job.
    pub async fn ends(mut self) {
        let app = self.app().clone();
        eventually("every intent is closed", async || {
            let reader = app.store.reader().await.ok()?;
            let open = reader.rows("select subject from open_intent", Vec::new()).await.ok()?;
            open.is_empty().then_some(())
        })
        .await;
        let reader = app.store.reader().await.expect("a reader");
        let buried = reader
            .rows("select kind, last_error from job where job_state = 'buried'", Vec::new())
            .await
            .expect("jobs");
        assert!(buried.is_empty(), "a job was given up");
        drop(reader);
        self.stops().await;
        self.simulator.stop().await;
    }

    /// How many rows `sql` (`select count(*) as n …`) counts.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let reader = self.app().store.reader().await.expect("a reader");
        let row = reader.row(sql, Vec::new()).await.expect("a count").expect("a row");
        row.int("n").expect("a number")
    }

    /// A cart signed as the shop's server would, from its claims.
    pub fn signed_cart(claims: &serde_json::Value, secret: &[u8]) -> String {
        let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let header = encode(br#"{"alg":"HS256","kid":"k1"}"#);
        let body = encode(claims.to_string().as_bytes());
        let signed = format!("{header}.{body}");
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
        format!("{signed}.{}", encode(tag.as_ref()))
    }
}

/// Milliseconds from the machine's time to the moment at which a shop begins: `NOREN_TEST_NOW`
/// (`2027-01-31T23:55:00+09:00`), so that the suites can be run on the days that calendars are odd on; else now, but
/// not in the last ten minutes of a day in Japan, so that no day ends under a test that did not ask for it.
fn first_offset() -> i64 {
    const DAY: i64 = 24 * 3_600_000;
    const JAPAN: i64 = 9 * 3_600_000;
    #[expect(clippy::disallowed_methods, reason = "here is made what the shop's clocks add to the machine's")]
    let machine = jiff::Timestamp::now().as_millisecond();
    if let Ok(begin) = std::env::var("NOREN_TEST_NOW") {
        let begin: jiff::Timestamp = begin.parse().expect("NOREN_TEST_NOW is a moment");
        return begin.as_millisecond() - machine;
    }
    let left = DAY - (machine + JAPAN).rem_euclid(DAY);
    if left < 600_000 { left + 1_000 } else { 0 }
}

/// Waits until `look` finds something, at most 45 seconds of real time.
///
/// # Panics
/// When it never does; `what` says what was waited for.
pub async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begin = tokio::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(45), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn seed() -> String {
    let shop = |id: &str, key_id: &str| {
        format!(
            r#"
[[shops]]
id = "{id}"
name = "珈琲 暖簾"
notification_key = "{NOTIFICATION_KEY}"
[shops.settings]
origins = ["{SHOP_ORIGIN}"]
back_url = "{SHOP_ORIGIN}/cart"
shipping_fee = 550
refused_prefectures = [47]
card_brands = ["visa", "mastercard", "american_express", "jcb"]
other_methods = ["bank_transfer", "cash_on_delivery"]
can_handle_pending_authorization = true
[shops.settings.pages]
review = "{SHOP_ORIGIN}/review"
result = "{SHOP_ORIGIN}/result"
[[shops.settings.consents]]
key = "terms"
label_ja = "利用規約に同意します"
label_en = "I agree to the terms"
link = "{SHOP_ORIGIN}/terms"
[shops.amazon_pay]
merchant_id = "{MERCHANT}"
store_id = "{STORE}"
public_key_id = "{key_id}"
private_key_file = "key.pem"
[[shops.cart_secrets]]
kid = "k1"
secret = "{secret}"
"#,
            secret = base64::engine::general_purpose::STANDARD.encode(CART_SECRET),
        )
    };
    let products = [
        ("coffee", "深煎り珈琲豆 200g", 1480, 8, true, true),
        ("cup", "白磁のカップ", 2200, 10, true, true),
        ("gone", "販売終了の品", 900, 8, false, true),
        ("transfer-only", "お取り寄せ品", 5000, 10, true, false),
        ("dear", "業務用焙煎機", 12_000_000, 10, true, true),
    ];
    let products: String = products
        .iter()
        .map(|(id, name, price, tax, on_sale, amazon_pay)| {
            format!(
                "[[shops.products]]\nid = \"{id}\"\nname = \"{name}\"\nprice = {price}\ntax = {tax}\non_sale = {on_sale}\namazon_pay = {amazon_pay}\n"
            )
        })
        .collect();
    let subscriptions = r#"
[[shops.products]]
id = "coffee-club"
name = "珈琲定期便"
price = 1480
tax = 8
on_sale = true
amazon_pay = true
subscription = { cycles = [{ unit = "month", every = 1 }, { unit = "week", every = 2 }], price = 1332, first_price = 980 }
[[shops.products]]
id = "tea-club"
name = "お茶の定期便"
price = 2000
tax = 8
on_sale = true
amazon_pay = true
subscription = { cycles = [{ unit = "week", every = 4 }], deliveries = 6 }
[[shops.products]]
id = "machine-club"
name = "焙煎機の定期便"
price = 99450
tax = 10
on_sale = true
amazon_pay = true
subscription = { cycles = [{ unit = "month", every = 1 }], first_price = 100 }
[[shops.products]]
id = "gone-club"
name = "終了した定期便"
price = 1000
tax = 8
on_sale = false
amazon_pay = true
subscription = { cycles = [{ unit = "month", every = 1 }] }
"#;
    let products = [&products, subscriptions].concat();
    format!("{}{products}{}{products}", shop("demo", KEY_ID), shop("other", KEY_ID))
}
