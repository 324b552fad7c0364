//! The sandbox's test buyers, their address books and their cards.
//!
//! Every merchant sees another id of the same buyer. Start at [`buyers`] and [`CARDS`].

use super::address::Address;
use amazon_pay::signing::sha256_hex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A person who can pay.
#[derive(Debug)]
pub(crate) struct Buyer {
    /// Name for tests and addresses: `hanako`.
    pub key: &'static str,
    pub name: String,
    pub email: &'static str,
    pub phone: &'static str,
    pub addresses: Vec<Address>,
}

/// A card in every test buyer's wallet; its last digits decide what happens (reference, section 10.1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub digits: &'static str,
    pub brand: &'static str,
    pub outcome: CardOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CardOutcome {
    Approved,
    BuyerCanceled,
    Declined,
    PendingThenAuthorized,
    PendingThenDeclined,
}

const fn card(digits: &'static str, brand: &'static str, outcome: CardOutcome) -> Card {
    Card { digits, brand, outcome }
}

/// The wallet.
pub(crate) static CARDS: [Card; 10] = [
    card("1111", "Visa", CardOutcome::Approved),
    card("4444", "Mastercard", CardOutcome::Approved),
    card("0005", "American Express", CardOutcome::Approved),
    card("0000", "JCB", CardOutcome::Approved),
    card("9424", "Discover", CardOutcome::Approved),
    card("1212", "Diners Club", CardOutcome::Approved),
    card("3064", "Visa", CardOutcome::BuyerCanceled),
    card("3434", "Visa", CardOutcome::Declined),
    card("0701", "Visa", CardOutcome::PendingThenAuthorized),
    card("4354", "Visa", CardOutcome::PendingThenDeclined),
];

impl Card {
    pub fn find(digits: &str) -> Option<&'static Self> {
        CARDS.iter().find(|card| card.digits == digits)
    }

    /// What a shop may show: `Visa ****1111 (Amazon Pay)`.
    pub fn descriptor(&self) -> String {
        format!("{} ****{} (Amazon Pay)", self.brand, self.digits)
    }
}

impl Buyer {
    pub fn find(key: &str) -> Option<&'static Self> {
        buyers().iter().find(|buyer| buyer.key == key)
    }

    /// The id that `merchant_id` sees.
    pub fn id_for(&self, merchant_id: &str) -> String {
        let hash = sha256_hex(format!("{merchant_id}\n{}", self.key).as_bytes()).to_uppercase();
        format!("amzn1.account.AE{}", &hash[..26])
    }

    /// The `buyer` member of sessions and permissions; what was not asked for is null.
    pub fn view(&self, merchant_id: &str, scopes: Option<&[String]>) -> Value {
        let asked = |scope: &str| scopes.is_none_or(|scopes| scopes.iter().any(|given| given == scope));
        json!({
            "buyerId": self.id_for(merchant_id),
            "name": asked("name").then_some(&self.name),
            "email": asked("email").then_some(self.email),
            "phoneNumber": asked("phoneNumber").then_some(self.phone),
            "primeMembershipTypes": null,
        })
    }
}

/// A buyer is written as its key.
impl Serialize for Buyer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key)
    }
}

impl<'de> Deserialize<'de> for &'static Buyer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Buyer::find(&key).ok_or_else(|| D::Error::custom("unknown buyer"))
    }
}

/// A card is written as its digits.
impl Serialize for Card {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.digits)
    }
}

impl<'de> Deserialize<'de> for &'static Card {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Card::find(&digits).ok_or_else(|| D::Error::custom("unknown card"))
    }
}

/// All test buyers.
pub(crate) fn buyers() -> &'static [Buyer] {
    static BUYERS: LazyLock<Vec<Buyer>> = LazyLock::new(make_buyers);
    &BUYERS
}

fn address(name: &str, lines: [Option<&str>; 3], state: &str, postal_code: &str, phone: &str) -> Address {
    let own = |line: Option<&str>| line.map(str::to_owned);
    Address {
        name: name.to_owned(),
        line1: lines[0].unwrap_or_default().to_owned(),
        line2: own(lines[1]),
        line3: own(lines[2]),
        state_or_region: state.to_owned(),
        postal_code: postal_code.to_owned(),
        phone: Some(phone.to_owned()),
    }
}

/// Addresses with the oddities that real ones have: no hyphen, `Tokyo`, a full-width phone number, direction
/// marks, 180 characters in a line, the company in line 3 while line 2 is null. The last one is somebody else's.
fn odd_addresses(name: &str) -> Vec<Address> {
    let long: String =
        "東京都千代田区見本町一丁目二番三号見本の長い建物名".chars().cycle().take(180).collect();
    vec![
        address(
            name,
            [Some("千代田区見本町1-2-3"), Some("見本ビル4F"), None],
            "東京都",
            "100-0001",
            "03-1234-5678",
        ),
        address(name, [Some("Meguro-ku Mihoncho 4-5-6"), None, None], "Tokyo", "1530064", "+81312345678"),
        address(
            name,
            [Some("大阪市北区見本1-1"), None, Some("株式会社見本商事")],
            "大阪府",
            "530-0001",
            "０６－１２３４－５６７８",
        ),
        address(
            name,
            [Some("札幌市中央区見本条1丁目"), Some("101"), None],
            "北海道",
            "0600001",
            "\u{202a}011-123-4567\u{202c}",
        ),
        address(
            name,
            [Some(&long), Some("見本タワー"), Some("見本部")],
            "東京都",
            "１００－０００１",
            "0312345678",
        ),
        address(name, [Some("那覇市見本3-2-1"), None, None], "沖縄県", "900-0001", "098-123-4567"),
        address("贈答 梅", [Some("京都市中京区見本4-3-2"), None, None], "京都府", "6040001", "075-123-4567"),
    ]
}

fn make_buyers() -> Vec<Buyer> {
    let buyer = |key: &'static str, name: &str, email: &'static str, phone: &'static str| Buyer {
        key,
        name: name.to_owned(),
        email,
        phone,
        addresses: odd_addresses(name),
    };
    let longest: String = "寿限無寿限無五劫の擦り切れ海砂利水魚の".chars().cycle().take(50).collect();
    vec![
        buyer("hanako", "試験 花子", "hanako@example.jp", "0312345678"),
        buyer("taro", "見本太郎", "taro@example.jp", "090-1234-5678"),
        buyer("taro2", "ﾐﾎﾝ ﾀﾛｳ", "taro2@example.jp", "０９０１２３４５６７８"),
        buyer("anna", "Anna Example-Müller", "anna@example.com", "+81 90 1234 5678"),
        buyer("long", &longest, "long@example.jp", "0312345678"),
        buyer("attacker", "<img src=x onerror=alert(1)>\u{202e}", "attacker@example.jp", "0312345678"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wallet_and_the_address_book_hold_what_the_reference_lists() {
        for digits in ["1111", "4444", "0005", "0000", "9424", "1212", "3064", "3434", "0701", "4354"] {
            assert!(Card::find(digits).is_some(), "{digits}");
        }
        let book = &buyers()[0].addresses;
        assert!(book.iter().any(|a| !a.postal_code.contains('-')));
        assert!(book.iter().any(|a| a.state_or_region == "Tokyo"));
        assert!(book.iter().any(|a| a.phone.as_deref().unwrap().contains('６')));
        assert!(book.iter().any(|a| a.phone.as_deref().unwrap().contains('\u{202a}')));
        assert!(book.iter().any(|a| a.line1.chars().count() == 180));
        assert!(book.iter().any(|a| a.line2.is_none() && a.line3.is_some()));
        for buyer in buyers() {
            assert!(buyer.name.chars().count() <= 50, "{}", buyer.key);
        }
    }

    #[test]
    fn a_buyer_has_another_id_for_every_merchant() {
        let hanako = Buyer::find("hanako").unwrap();
        assert_ne!(hanako.id_for("A1"), hanako.id_for("A2"));
        assert_eq!(hanako.id_for("A1"), hanako.id_for("A1"));
    }
}
