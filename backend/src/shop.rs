//! A shop as the server knows it: its settings are one JSON value, read whole.

use serde::{Deserialize, Serialize};
use shared::api::{Language, Pages, SmtpView};
use shared::id::{MerchantId, PublicKeyId, ShopId, StoreId};
use shared::mail::RegistrationNumber;
use shared::money::Yen;
use shared::monthly_cap::AMAZON_DEFAULT;
use shared::payment_method::{CardBrand, PaymentMethod};
use shared::prefecture::Prefecture;
pub use shared::subscription_settings::{AtAmazonEnd, AtCap};

/// A shop of this installation.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Its short name, part of every address.
    pub id: ShopId,
    /// Its name.
    pub name: String,
    /// All else.
    pub settings: ShopSettings,
    /// Rises with every change.
    pub version: i64,
}

/// What a shop has set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopSettings {
    /// Origins of the shop's pages (scheme, host, port); no other page may use the shop.
    pub origins: Vec<String>,
    /// The shop's own pages; only these addresses are ever signed into a payload.
    #[serde(default)]
    pub pages: ShopPages,
    /// Where "back to the shop" leads, with the cart kept.
    pub back_url: Option<String>,
    /// 送料 of a catalogue cart, in yen, tax included.
    #[serde(default)]
    pub shipping_fee: Yen,
    /// Prefectures the shop does not deliver to.
    #[serde(default)]
    pub refused_prefectures: Vec<Prefecture>,
    /// Brands shown at the button (R7).
    #[serde(default)]
    pub card_brands: Vec<CardBrand>,
    /// Named where Amazon Pay is not offered (R9).
    #[serde(default)]
    pub other_methods: Vec<PaymentMethod>,
    /// 与信保留 allowed (R89).
    #[serde(default)]
    pub can_handle_pending_authorization: bool,
    /// 再与信 by itself once an authorization has expired (R48).
    #[serde(default)]
    pub reauthorize_automatically: bool,
    /// To be ticked before 注文する.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// Whether the review asks the shopper for the name in parts and kana (R45).
    #[serde(default)]
    pub ask_name: bool,
    /// Amazon's ids.
    pub amazon_pay: AmazonPaySettings,
    /// Last part of the address Amazon's notifications come to; random.
    pub notification_key: String,
    /// The shop's mail server; without one no mail is sent.
    #[serde(default)]
    pub smtp: Option<SmtpView>,
    /// Where the shop is mailed what it should know of its subscriptions; the sender's address where absent.
    #[serde(default)]
    pub notices_to: Option<String>,
    /// 登録番号, shown in invoice data of mails.
    #[serde(default)]
    pub registration_number: Option<RegistrationNumber>,
    /// 定期購入.
    #[serde(default)]
    pub subscriptions: SubscriptionSettings,
}

impl ShopSettings {
    /// The shop's own mail address; nothing where no mail is sent.
    pub fn notices_to(&self) -> Option<&str> {
        let smtp = self.smtp.as_ref()?;
        Some(self.notices_to.as_deref().unwrap_or(&smtp.from_address))
    }
}

/// How a shop runs its subscriptions. Dates and hours are of Japan, which has one time zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SubscriptionSettings {
    /// From the first order to its delivery, in days.
    pub first_delivery_days: u8,
    /// How many days before a delivery its order is made and charged.
    pub lead_days: u8,
    /// The shop's own cap per permission and month, in yen; Amazon's limit governs where it is lower.
    pub monthly_cap: Option<Yen>,
    /// Cap per buyer and month over all permissions, in yen.
    pub buyer_monthly_cap: Option<Yen>,
    /// What becomes of a delivery that the cap has no room for.
    pub at_cap: AtCap,
    /// Whether a first delivery of ¥0 is taken with Amazon Pay: agreed to, and nothing charged (R27).
    pub free_first: bool,
    /// What becomes of a subscription whose agreement its buyer ended at Amazon (R24).
    pub at_amazon_end: AtAmazonEnd,
    /// Days after a softly declined charge on which it is tried again, each counted from the one before (R25).
    pub retry_days: Vec<u8>,
    /// How many days ahead of a delivery at another price the buyer is told (R26).
    pub notice_days: u8,
}

impl Default for SubscriptionSettings {
    fn default() -> Self {
        Self {
            first_delivery_days: 5,
            lead_days: 3,
            monthly_cap: None,
            buyer_monthly_cap: None,
            at_cap: AtCap::Defer,
            free_first: false,
            at_amazon_end: AtAmazonEnd::End,
            retry_days: vec![1, 2, 3],
            notice_days: 10,
        }
    }
}

impl SubscriptionSettings {
    /// What may be charged in a month under one permission, as far as is known before there is one: the lower of the
    /// shop's cap and Amazon's own (R16).
    pub fn cap(&self) -> Yen {
        self.monthly_cap.map_or(AMAZON_DEFAULT, |cap| cap.min(AMAZON_DEFAULT))
    }

    /// What a delivery may cost at most: [`Self::cap`], and the buyer's where that is lower.
    pub fn dearest(&self) -> Yen {
        self.buyer_monthly_cap.map_or(self.cap(), |cap| cap.min(self.cap()))
    }
}

/// Addresses of the shop's own pages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopPages {
    /// Holds `<noren-review>`.
    pub review: Option<String>,
    /// Holds `<noren-result>`.
    pub result: Option<String>,
    /// Holds `<noren-sign-in>`.
    pub mypage: Option<String>,
}

/// A sentence the shopper has to tick.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Sent back when ticked.
    pub key: String,
    /// In Japanese.
    pub label_ja: String,
    /// In English.
    pub label_en: String,
    /// Terms to read, http(s).
    pub link: Option<String>,
}

/// Amazon's names for the merchant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonPaySettings {
    /// 出品者ID.
    pub merchant_id: MerchantId,
    /// `amzn1.application-oa2-client.…`.
    pub store_id: StoreId,
    /// Begins with `SANDBOX-` or `LIVE-`.
    pub public_key_id: PublicKeyId,
}

impl AmazonPaySettings {
    /// Whether the key is a sandbox key; anything that is not plainly live is treated as sandbox.
    pub fn is_sandbox(&self) -> bool {
        !self.public_key_id.as_str().to_ascii_uppercase().starts_with("LIVE")
    }
}

/// The pages of a purchase a payload may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnPage {
    /// `checkoutReviewReturnUrl`.
    Review,
    /// `checkoutResultReturnUrl`.
    Result,
    /// `signInReturnUrl`.
    MyPage,
}

impl ReturnPage {
    const fn path(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Result => "result",
            Self::MyPage => "mypage",
        }
    }
}

/// The shop has no such page in its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shop's settings name no such page")]
pub struct NoSuchPage;

impl Shop {
    /// The address Amazon sends the shopper back to: ours, or the one in the shop's settings; never one a
    /// browser named. `query` (`noren=…`) is added.
    ///
    /// # Errors
    /// [`NoSuchPage`] where the shop has not set its own page.
    pub fn return_url(
        &self,
        public_url: &str,
        pages: Pages,
        page: ReturnPage,
        query: &str,
    ) -> Result<String, NoSuchPage> {
        let base = match pages {
            Pages::Hosted => format!("{public_url}/pay/{}/{}", self.id, page.path()),
            Pages::Shop => match page {
                ReturnPage::Review => self.settings.pages.review.clone(),
                ReturnPage::Result => self.settings.pages.result.clone(),
                ReturnPage::MyPage => self.settings.pages.mypage.clone(),
            }
            .ok_or(NoSuchPage)?,
        };
        let joint = if base.contains('?') { '&' } else { '?' };
        Ok(format!("{base}{joint}{query}"))
    }

    /// Whether the shop delivers there; an unreadable prefecture is not refused, a person will look (R60).
    pub fn serves(&self, prefecture: Option<Prefecture>) -> bool {
        prefecture.is_none_or(|there| !self.settings.refused_prefectures.contains(&there))
    }

    /// The consents in the shopper's language.
    pub fn consents(&self, language: Language) -> Vec<shared::api::ConsentView> {
        self.settings
            .consents
            .iter()
            .map(|consent| shared::api::ConsentView {
                key: consent.key.clone(),
                label: language.pick(&consent.label_ja, &consent.label_en).to_owned(),
                link: consent
                    .link
                    .clone()
                    .filter(|link| link.starts_with("https://") || link.starts_with("http://")),
            })
            .collect()
    }
}
