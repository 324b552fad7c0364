//! Starting and stopping: what is refused at the door, and that a stop loses nothing.

use crate::by_hand::hangs_up;
use backend::config::SettingsError;
use backend::serve::{StartError, start};
use backend::service::seed::SeedError;
use integration_tests::{Database, SHOP_ORIGIN, TestShop, eventually, on_both_databases};
use serde_json::json;
use simulator::FaultKind;
use std::time::Duration;

/// Real time enough for a test to do something while Amazon holds a call.
fn patient(settings: &mut backend::config::Settings) {
    settings.amazon_pay.answer_timeout = Duration::from_secs(20);
}

/// R81: a live key never meets the simulator: not by a seed, and not by a database made without it.
#[tokio::test]
async fn r81_a_live_key_beside_the_simulator_does_not_start() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let settings = shop.app().settings.clone();
    let seed = settings.seed.clone().unwrap();
    let live =
        std::fs::read_to_string(&seed).unwrap().replace("SANDBOX-", "LIVE-").replace("\"demo\"", "\"live\"");
    std::fs::write(&seed, live).unwrap();
    shop.stops().await;
    let refused = start(settings.clone()).await.err().expect("refused");
    assert!(matches!(refused, StartError::Seed(SeedError::LiveKey { .. })), "{refused:?}");

    // Without the simulator the same seed is fine; from then on the database is live.
    let mut real = settings.clone();
    real.amazon_pay.simulator = None;
    real.clock_file = None;
    let running = start(real).await.map_err(|error| error.to_string()).unwrap();
    running.stop().await;
    let mut without_seed = settings.clone();
    without_seed.seed = None;
    let refused = start(without_seed).await.err().expect("refused");
    assert!(matches!(refused, StartError::Seed(SeedError::LiveKey { .. })), "{refused:?}");
}

/// R81: settings that would open the door are refused at the start as well, however they were made.
#[tokio::test]
async fn r81_the_simulator_does_not_start_on_a_public_address() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let mut settings = shop.app().settings.clone();
    settings.public_url = "https://pay.example.jp".parse().unwrap();
    shop.stops().await;
    let refused = start(settings).await.err().expect("refused");
    assert!(matches!(refused, StartError::Settings(SettingsError::Invalid(_))), "{refused:?}");
}

/// R81: a taken port is told as such, and the running server is not disturbed.
#[tokio::test]
async fn r81_a_taken_port_is_a_clear_error() {
    let shop = TestShop::on(Database::Sqlite).await;
    let mut settings = shop.app().settings.clone();
    settings.listen = shop.running.as_ref().unwrap().address;
    let refused = start(settings).await.err().expect("refused");
    assert!(matches!(refused, StartError::Listen { .. }), "{refused:?}");
    assert!(refused.to_string().contains(&shop.running.as_ref().unwrap().address.to_string()));
    assert_eq!(
        shop.http.get(format!("{}/health/ready", shop.public_url())).send().await.unwrap().status(),
        200
    );
    shop.ends().await;
}

/// R81: what a seed says of a shop that exists changes nothing.
#[tokio::test]
async fn r81_a_seed_leaves_an_existing_shop_alone() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let seed = shop.app().settings.seed.clone().unwrap();
    let changed = std::fs::read_to_string(&seed).unwrap().replace("price = 1480", "price = 1");
    std::fs::write(&seed, changed).unwrap();
    shop.stops().await;
    shop.starts_again().await;
    assert_eq!(shop.count("select min(price) as n from product where product_id = 'coffee'").await, 1480);
    shop.ends().await;
}

/// R81: a seed that cannot be is refused with the name of what is wrong, never with a secret.
#[tokio::test]
async fn r81_a_wrong_seed_says_what_is_wrong() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let settings = shop.app().settings.clone();
    let seed = settings.seed.clone().unwrap();
    let fine = std::fs::read_to_string(&seed).unwrap().replace("\"demo\"", "\"third\"");
    shop.stops().await;
    for (from, to, word) in [
        ("tax = 8", "tax = 9", "tax"),
        (SHOP_ORIGIN, "ftp://shop", "http"),
        ("secret = \"", "secret = \"AA==\" #", "k1"),
        ("shipping_fee", "shiping_fee", "shiping_fee"),
        ("shipping_fee = 550", "shipping_fee = -1", "yen"),
    ] {
        std::fs::write(&seed, fine.replace(from, to)).unwrap();
        let error = start(settings.clone()).await.err().expect("refused");
        let mut told = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        assert!(told.contains(word), "{to}: {told}");
        assert!(!told.contains("PRIVATE KEY") && !told.contains("BwcHBw"), "{told}");
    }
}

on_both_databases! {
    /// R59: a stop waits for Amazon's answer and its record; the shopper who waits gets it, too.
    async fn a_stop_waits_for_a_call_under_way(database) {
        let mut shop = TestShop::with(database, patient).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HoldAfter, 1).await.unwrap();
        let url = format!("{}/api/shops/demo/checkouts/{}/complete", shop.public_url(), purchase.checkout);
        let request = shop.http.post(url).header("origin", SHOP_ORIGIN).bearer_auth(&purchase.token)
            .json(&json!({ "amazon_checkout_session_id": purchase.session }));
        let waiting = tokio::spawn(request.send());
        eventually("Amazon has the call", async || (shop.control.held().await.ok()? == 1).then_some(())).await;

        let running = shop.running.take().unwrap();
        let mut stopping = tokio::spawn(running.stop());
        let early = tokio::time::timeout(Duration::from_millis(200), &mut stopping).await;
        assert!(early.is_err(), "it did not wait");
        shop.control.release().await.unwrap();
        stopping.await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
        shop.starts_again().await;
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.ends().await;
    }

    /// R12, R59: a stop waits for the record even when the shopper has closed the tab meanwhile.
    async fn a_stop_waits_for_a_call_whose_client_has_gone(database) {
        let mut shop = TestShop::with(database, patient).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HoldAfter, 1).await.unwrap();
        hangs_up(&shop, &purchase).await;
        let running = shop.running.take().unwrap();
        let mut stopping = tokio::spawn(running.stop());
        let early = tokio::time::timeout(Duration::from_millis(200), &mut stopping).await;
        assert!(early.is_err(), "it did not wait");
        shop.control.release().await.unwrap();
        stopping.await.unwrap();
        shop.starts_again().await;
        assert_eq!(shop.count("select count(*) as n from orders").await, 1, "recorded before the end");
        shop.ends().await;
    }
}
