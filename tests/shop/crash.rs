//! The real program, killed between any two of its writes: nothing is taken twice, nothing that was paid is lost.

use crate::by_hand::{at_rest, authorized, eventually_later};
use backend::config::{MasterKeySource, Settings};
use integration_tests::{Database, Purchase, SHOP_ORIGIN, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{ItemState, OrderRow, Outcome};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// The program in a process of its own; killed when dropped.
pub struct Program {
    child: Child,
    log: PathBuf,
}

/// `NOREN_BIN`, or what `cargo build -p backend --bin noren` makes beside this test.
fn program() -> PathBuf {
    if let Some(given) = std::env::var_os("NOREN_BIN") {
        return given.into();
    }
    let here = std::env::current_exe().expect("this test has a path");
    let beside = here.parent().and_then(|deps| deps.parent()).expect("target/debug").join("noren");
    static BUILT: std::sync::Once = std::sync::Once::new();
    BUILT.call_once(|| {
        let built =
            Command::new(env!("CARGO")).args(["build", "-q", "-p", "backend", "--bin", "noren"]).status();
        assert!(built.is_ok_and(|status| status.success()), "the program noren is built");
    });
    beside
}

impl Program {
    /// Starts the program on the shop's database and address; the shop's own server has to be stopped.
    async fn starts(shop: &TestShop, settings: &Settings) -> Self {
        let folder = settings.pages_dir.parent().expect("a folder").to_owned();
        let log = folder.join(format!("noren-{}.log", settings.listen.port()));
        let MasterKeySource::File(master_key) = &settings.master_key else { panic!("a key file") };
        let clock = settings.clock_file.as_ref().expect("a clock");
        let mut command = Command::new(program());
        command
            .arg("--listen")
            .arg(settings.listen.to_string())
            .arg("--public-url")
            .arg(settings.public_url.as_str())
            .arg("--database")
            .arg(&settings.database)
            .arg("--pages")
            .arg(&settings.pages_dir)
            .arg("--master-key")
            .arg(master_key)
            .arg("--clock")
            .arg(clock)
            .arg("--simulator")
            .arg(settings.amazon_pay.api_url())
            .args(["--amazon-answer-ms", "30000", "--amazon-retries", "0", "--log", "trace"])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).expect("a log file"));
        let child = command.spawn().expect("the program starts");
        let started = Mutex::new((command, Self { child, log }));
        let ready = format!("http://{}/health/ready", settings.listen);
        eventually("the program answers", async || {
            let answered =
                shop.http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success());
            let (command, this) = &mut *started.lock().expect("one task");
            let ended = this.child.try_wait().expect("a child").is_some();
            if ended {
                // Another program had its port for a moment; whoever answered was not this one.
                this.child = command.spawn().expect("the program starts");
            }
            (answered && !ended).then_some(())
        })
        .await;
        started.into_inner().expect("one task").1
    }

    /// `kill -9`.
    pub fn dies(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it has ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn held(shop: &TestShop) {
    eventually("Amazon holds the call", async || (shop.control.held().await.ok()? >= 1).then_some(())).await;
}

/// Sends a request whose answer never comes, because the program dies meanwhile.
async fn asks_in_vain(shop: &TestShop, purchase: &Purchase, what: &str, program: &mut Program) {
    let asking = async {
        let body = match what {
            "order" => json!({ "consents": ["terms"] }),
            _ => json!({ "amazon_checkout_session_id": purchase.session }),
        };
        let url = format!("{}/api/shops/demo/checkouts/{}/{what}", shop.public_url(), purchase.checkout);
        let request = shop.http.post(url).header("origin", SHOP_ORIGIN).bearer_auth(&purchase.token);
        request.json(&body).send().await
    };
    let dying = async {
        held(shop).await;
        program.dies();
    };
    let (answer, ()) = tokio::join!(asking, dying);
    assert!(answer.is_err(), "nobody answered");
}

/// The shop's own server stopped and the real program in its place.
pub async fn with_program(shop: &mut TestShop) -> Program {
    let (program, ..) = with_programs(shop, 1).await.remove(0);
    program
}

/// The shop's own server stopped and so many processes of the real program in its place; the first one has its address.
pub async fn with_programs(shop: &mut TestShop, count: usize) -> Vec<(Program, String)> {
    let mut settings = shop.app().settings.clone();
    settings.listen = shop.running.as_ref().expect("the backend runs").address;
    shop.stops().await;
    let mut programs = Vec::new();
    for _ in 0..count {
        let program = Program::starts(shop, &settings).await;
        programs.push((program, format!("http://{}", settings.listen)));
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        settings.listen = free.local_addr().expect("an address");
    }
    programs
}

on_both_databases! {
    /// R59, R63: killed while Amazon is told the amount: pressing again goes on.
    async fn killed_at_the_press(database) {
        for hold in [FaultKind::HoldBefore, FaultKind::HoldAfter] {
            let mut shop = TestShop::on(database).await;
            let mut program = with_program(&mut shop).await;
            let purchase = shop.buyer().goes_to_review("coffee", 1).await;
            shop.buyer().reviews(&purchase).await;
            shop.control.fail(Some("updateCheckoutSession"), hold, 1).await.unwrap();
            asks_in_vain(&shop, &purchase, "order", &mut program).await;
            shop.control.release().await.unwrap();
            shop.starts_again().await;
            shop.buyer().pays(&purchase).await;
            assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Completed);
            assert_eq!(shop.control.charges().await.unwrap().len(), 1);
            shop.ends().await;
        }
    }

    /// R54, R55, R63: killed before and after Amazon completed: one order, one charge, found without the shopper.
    async fn killed_during_complete(database) {
        for hold in [FaultKind::HoldBefore, FaultKind::HoldAfter] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let mut program = with_program(&mut shop).await;
            let purchase = shop.buyer().goes_to_review("coffee", 1).await;
            shop.buyer().pays(&purchase).await;
            shop.control.fail(Some("completeCheckoutSession"), hold, 1).await.unwrap();
            asks_in_vain(&shop, &purchase, "complete", &mut program).await;
            shop.control.release().await.unwrap();
            shop.starts_again().await;
            assert_eq!(shop.buyer().result(&purchase).await.outcome, Outcome::Confirming);
            shop.advances(Duration::from_secs(120));
            let number = eventually("the order", async || shop.buyer().result(&purchase).await.order_number).await;
            let row = at_rest(&operator, number.as_str()).await;
            assert!(!row.buyer_name.is_empty(), "the snapshot was kept");
            assert_eq!(shop.count("select count(*) as n from orders").await, 1);
            assert_eq!(shop.control.charges().await.unwrap().len(), 1);
            shop.ends().await;
        }
    }

    /// R55, R59, R63: killed in the second capture of a run of three; after the restart Amazon first asks for fewer calls,
    /// then is not there, then answers: each order is captured once, and nothing was taken back meanwhile.
    async fn killed_during_a_bulk_run(database) {
        for hold in [FaultKind::HoldBefore, FaultKind::HoldAfter] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let mut rows = Vec::new();
            for _ in 0..3 {
                rows.push(authorized(&shop, &operator).await);
            }
            let mut program = with_program(&mut shop).await;
            let unharmed = FaultKind::DelayBefore { delay_ms: 1 };
            shop.control.fail(Some("captureCharge"), unharmed, 1).await.unwrap();
            shop.control.fail(Some("captureCharge"), hold.clone(), 1).await.unwrap();
            let chosen: Vec<&OrderRow> = rows.iter().collect();
            assert_eq!(operator.starts_capture("run-1", &chosen).await.status, 200);
            held(&shop).await;
            program.dies();
            shop.control.clear_faults().await.unwrap();

            let throttled = FaultKind::Status { status: 429, reason_code: None };
            shop.control.fail(Some("captureCharge"), throttled, 1).await.unwrap();
            shop.control.fail(Some("captureCharge"), FaultKind::HangUpBefore, 1).await.unwrap();
            shop.starts_again().await;
            assert_eq!(shop.count("select count(*) as n from open_intent").await, 1);
            let closed = "select count(*) as n from intent where operation = 'capture' and outcome = 'not_sent'";
            eventually_later(&mut shop, "all are 決済済", Duration::from_secs(10), async |shop| {
                assert_eq!(shop.count(closed).await, 0, "nobody knows that it was not sent");
                let orders = operator.orders().await;
                orders.iter().all(|row| row.payment_status == PaymentStatus::Captured).then_some(())
            }).await;
            let run = operator.sees_run("run-1").await;
            assert!(run.items.iter().all(|item| item.state == ItemState::Done), "{:?}", run.items);
            let charges = shop.control.charges().await.unwrap();
            assert_eq!(charges.iter().filter(|charge| charge["captureAmount"]["amount"] == "2030").count(), 3);
            assert_eq!(charges.len(), 3);
            shop.ends().await;
        }
    }

    /// R55, R59, R63: killed after Amazon took a refund or a new authorization; after the restart Amazon asks for fewer
    /// calls, refuses the key, is not there: the money moves once, and nothing is taken for "not sent".
    async fn killed_during_a_refund_or_a_new_authorization(database) {
        for (operation, what) in [("createRefund", "refunds"), ("createCharge", "reauthorize")] {
            let mut shop = TestShop::on(database).await;
            let mut operator = shop.operator().await;
            let mut row = authorized(&shop, &operator).await;
            let number = row.number.to_string();
            let mut body = json!({});
            if what == "refunds" {
                operator.captures("run-1", &[&row]).await;
                row = operator.sees(&number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
                body = json!({ "amount": 500, "reason": "returned" });
            } else {
                shop.advances(Duration::from_secs(31 * 24 * 3600));
                operator = operator.signs_in_again().await;
                row = operator.sees(&number, "期限切れ", |row| row.icon == Some(StatusIcon::Expired)).await;
            }
            body["version"] = json!(row.version);
            let mut program = with_program(&mut shop).await;
            shop.control.fail(Some(operation), FaultKind::HoldAfter, 1).await.unwrap();
            let path = format!("/api/shops/demo/orders/{}/{what}", row.id);
            // Its answer never comes.
            let asking = tokio::spawn({
                let operator = operator.clone();
                async move { operator.sends(Method::POST, &path, Some(&body)).await.status }
            });
            held(&shop).await;
            program.dies();
            assert!(asking.await.is_err(), "nobody answered");
            shop.control.clear_faults().await.unwrap();

            let refused = |status, code: &str| FaultKind::Status { status, reason_code: Some(code.to_owned()) };
            for fault in [refused(429, "TooManyRequests"), refused(403, "InvalidAuthentication"), FaultKind::HangUpBefore] {
                shop.control.fail(Some(operation), fault, 1).await.unwrap();
            }
            shop.starts_again().await;
            eventually_later(&mut shop, "it is settled", Duration::from_secs(10), async |shop| {
                (shop.count("select count(*) as n from open_intent").await == 0).then_some(())
            }).await;
            let closed = "select count(*) as n from intent where outcome <> 'answered' and operation <> 'complete'";
            assert_eq!(shop.count(closed).await, 0, "{operation}");
            let (charges, refunds) = (shop.control.charges().await.unwrap().len(), shop.control.refunds().await.unwrap().len());
            assert_eq!((charges, refunds), if what == "refunds" { (1, 1) } else { (2, 0) });
            shop.ends().await;
        }
    }

    /// R58, R63: killed while it asks Amazon about a new order: asked again after the restart.
    async fn killed_while_following_an_order(database) {
        for operation in ["getCharge", "getChargePermission"] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let mut program = with_program(&mut shop).await;
            shop.control.fail(Some(operation), FaultKind::HoldBefore, 1).await.unwrap();
            let purchase = shop.buyer().goes_to_review("coffee", 1).await;
            shop.buyer().pays(&purchase).await;
            let number = shop.buyer().completes(&purchase).await.order_number.unwrap();
            held(&shop).await;
            program.dies();
            shop.control.clear_faults().await.unwrap();
            shop.starts_again().await;
            shop.advances(Duration::from_secs(600));
            at_rest(&operator, number.as_str()).await;
            let read = "select count(*) as n from orders where permission_read_at is not null";
            eventually("the permission is read", async || (shop.count(read).await == 1).then_some(())).await;
            shop.ends().await;
        }
    }
}

/// R83: whatever the program writes about a purchase, at its most talkative, holds nothing personal and no secret.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r83_the_log_of_a_purchase_holds_nothing_personal() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let operator = shop.operator().await;
    let mut program = with_program(&mut shop).await;
    let purchase = shop.buyer().goes_to_review("coffee", 1).await;
    let review = shop.buyer().reviews(&purchase).await;
    shop.buyer().pays(&purchase).await;
    // Failures are where logs talk most.
    shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpAfter, 1).await.unwrap();
    assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
    let number = eventually_later(&mut shop, "the order", Duration::from_secs(5), async |shop| {
        shop.buyer().result(&purchase).await.order_number
    })
    .await;
    let row = at_rest(&operator, number.as_str()).await;
    let garbage = FaultKind::Status { status: 200, reason_code: Some("Garbage".to_owned()) };
    shop.control.fail(Some("captureCharge"), garbage, 1).await.unwrap();
    operator.captures("run-1", &[&row]).await;
    let detail = operator.detail(row.id.as_str()).await;
    program.dies();

    let mut log = String::new();
    std::fs::File::open(&program.log).unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("Amazon Pay call") && log.len() > 1_000, "the program talks");
    let address = review.address.unwrap();
    let mut secrets =
        vec![purchase.token.clone(), row.buyer_name.clone(), address.name, detail.buyer_mail.unwrap()];
    secrets.extend(address.lines.into_iter().filter(|line| line.chars().count() > 3));
    secrets.extend(address.phone);
    secrets.extend(review.payment_text);
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
    }
    shop.starts_again().await;
    shop.ends().await;
}
