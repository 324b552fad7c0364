//! 受注のCSV: what a filter shows, page by page, so that a million orders need no more memory than a few.
//!
//! A file that a spreadsheet opens must not act: a cell that begins like a formula gets a `'` before it, and what turns
//! the direction of text is written out. Amazon gives no family name, so that column is blank until a person has
//! accepted a split (R45). Start at [`Export::new`].

use super::list_orders::{self, ListError};
use crate::app::App;
use crate::store::orders::Order;
use encoding_rs::{EncoderResult, SHIFT_JIS};
use shared::api::{CsvColumn, Language, UnwritableView};
use shared::id::ShopId;
use shared::order::OrderOrigin;
use shared::order_query::OrderFilter;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use shared::text;

/// Orders read at once.
const ROWS: i64 = 200;
/// So many times orders are read for one look at what cannot be written: a browser waits half a minute for an answer.
const READINGS: usize = 10;
/// Stands for a character that Shift_JIS does not have.
const GETA: &str = "〓";

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With a byte order mark, which Excel needs.
    Utf8,
    /// CP932, what Japanese programs call Shift_JIS.
    ShiftJis,
}

/// A file under way.
pub struct Export {
    app: App,
    shop: ShopId,
    filter: OrderFilter,
    columns: Vec<CsvColumn>,
    encoding: Encoding,
    language: Language,
    state: State,
    /// Characters that the encoding does not have, so far.
    pub unmappable: u64,
}

enum State {
    Heading,
    Rows(Option<String>),
    Done,
}

impl Export {
    /// The file of what `filter` shows in `shop`.
    pub const fn new(
        app: App,
        shop: ShopId,
        filter: OrderFilter,
        columns: Vec<CsvColumn>,
        encoding: Encoding,
        language: Language,
    ) -> Self {
        Self { app, shop, filter, columns, encoding, language, state: State::Heading, unmappable: 0 }
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ListError> {
        let (text, next) = match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Ok(None),
            State::Heading => {
                let cells = self.columns.iter().map(|column| heading(*column, self.language).to_owned());
                let mark = if self.encoding == Encoding::Utf8 { "\u{FEFF}" } else { "" };
                (format!("{mark}{}", line(cells)), State::Rows(None))
            }
            State::Rows(before) => {
                let now = self.app.clock.now();
                let reader = self.app.store.reader().await?;
                let found =
                    list_orders::find(&reader, &self.shop, &self.filter, before.as_deref(), ROWS, now)
                        .await?;
                drop(reader);
                let lines = found
                    .orders
                    .iter()
                    .map(|order| line(self.columns.iter().map(|column| cell(order, *column, self.language))));
                (lines.collect(), found.next.map_or(State::Done, |next| State::Rows(Some(next))))
            }
        };
        self.state = next;
        Ok(Some(match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::ShiftJis => {
                let (bytes, unmappable) = shift_jis(&text);
                self.unmappable += unmappable;
                bytes
            }
        }))
    }
}

/// What Shift_JIS cannot write of the next orders that `filter` shows, by the very conversion of the file; `before` is the
/// `next` of the look before. A browser is not shown the trailer of a file, so it asks for this.
///
/// # Errors
/// [`ListError`].
pub async fn unwritable(
    app: &App,
    shop: &ShopId,
    filter: &OrderFilter,
    columns: &[CsvColumn],
    language: Language,
    before: Option<&str>,
) -> Result<UnwritableView, ListError> {
    let now = app.clock.now();
    let mut view = UnwritableView { next: before.map(str::to_owned), ..UnwritableView::default() };
    for _ in 0..READINGS {
        let reader = app.store.reader().await?;
        let found = list_orders::find(&reader, shop, filter, view.next.as_deref(), ROWS, now).await?;
        drop(reader);
        for order in &found.orders {
            let line = line(columns.iter().map(|column| cell(order, *column, language)));
            let (_, unmappable) = shift_jis(&line);
            let characters = u32::try_from(unmappable).unwrap_or(u32::MAX);
            let affected = u32::from(characters > 0);
            let orders = (characters > 0).then(|| order.number.clone()).into_iter().collect();
            view.add(UnwritableView { characters, affected, orders, checked: 1, next: None });
        }
        view.next = found.next;
        if view.next.is_none() {
            break;
        }
    }
    Ok(view)
}

/// CP932, and how many characters it does not have; each of them became 〓.
fn shift_jis(text: &str) -> (Vec<u8>, u64) {
    // What Windows writes for these has another code point than what other systems type.
    let text: String = text
        .chars()
        .map(|c| match c {
            '\u{301C}' => '\u{FF5E}', // 〜
            '\u{2016}' => '\u{2225}', // ‖
            '\u{2014}' => '\u{2015}', // —
            '\u{2212}' => '\u{FF0D}', // −
            '\u{A2}' => '\u{FFE0}',
            '\u{A3}' => '\u{FFE1}',
            '\u{AC}' => '\u{FFE2}',
            '\u{A5}' => '\u{FFE5}', // ¥ would become a backslash
            other => other,
        })
        .collect();
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut bytes = Vec::with_capacity(text.len() + 16);
    let mut unmappable = 0;
    let mut rest = text.as_str();
    loop {
        bytes.reserve(rest.len() + 16);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or("");
        match result {
            EncoderResult::InputEmpty => return (bytes, unmappable),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => {
                unmappable += 1;
                let (geta, _, _) = SHIFT_JIS.encode(GETA);
                bytes.extend_from_slice(&geta);
            }
        }
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| format!("\"{}\"", harmless(&cell).replace('"', "\"\"")));
    let mut line = quoted.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// The text without power: what a spreadsheet would take for a formula is text, what cannot be seen is written out.
fn harmless(text: &str) -> String {
    let shown = text::visible(text);
    let begins = |first: char| "=+-@＝＋－＠".contains(first);
    if shown.trim_start().starts_with(begins) { format!("'{shown}") } else { shown.into_owned() }
}

fn heading(column: CsvColumn, language: Language) -> &'static str {
    text::csv_column(column, language)
}

fn cell(order: &Order, column: CsvColumn, language: Language) -> String {
    use CsvColumn as C;
    let address = order.address.as_ref();
    let (name, recipient) = (&order.desk.identity.buyer, &order.desk.identity.delivery);
    match column {
        C::Number => order.number.to_string(),
        C::PlacedAt => text::moment_machine(order.placed_at),
        C::OrderStatus => text::order_status(order.order_status, language).to_owned(),
        C::PaymentStatus => text::payment_status(order.payment.status(), language).to_owned(),
        C::Icon if order.method != PaymentMethod::AmazonPay => String::new(),
        C::Icon => match StatusIcon::of(&order.payment) {
            Some(icon) => text::icon_label(icon, language).to_owned(),
            None => text::cancel_finished(language).to_owned(),
        },
        C::Method => text::payment_method(order.method, language).to_owned(),
        C::Origin => text::order_kind(order.origin, order.subscription.is_some(), language).to_owned(),
        C::Total => order.total().get().to_string(),
        C::FamilyName => name.family.clone(),
        C::GivenName if name.family.is_empty() => order.buyer.name.clone(),
        C::GivenName => name.given.clone(),
        C::FamilyKana => name.family_kana.clone(),
        C::GivenKana => name.given_kana.clone(),
        C::RecipientFamilyName => recipient.family.clone(),
        C::RecipientGivenName if recipient.family.is_empty() => {
            address.map(|it| it.name.clone()).unwrap_or_default()
        }
        C::RecipientGivenName => recipient.given.clone(),
        C::RecipientFamilyKana => recipient.family_kana.clone(),
        C::RecipientGivenKana => recipient.given_kana.clone(),
        C::Mail => order.buyer.mail.clone().unwrap_or_default(),
        C::Phone => {
            address.and_then(|it| it.phone.clone()).or_else(|| order.buyer.phone.clone()).unwrap_or_default()
        }
        C::PostalCode => address.and_then(|it| it.postal_code_shown()).unwrap_or_default(),
        C::Prefecture => address
            .and_then(|it| it.prefecture)
            .map(|prefecture| prefecture.name().to_owned())
            .unwrap_or_default(),
        C::Address => address.map(|it| it.lines.join(" ")).unwrap_or_default(),
        C::Lines => {
            let lines = order.lines.iter().map(|line| format!("{} ×{}", line.name, line.quantity));
            lines.collect::<Vec<_>>().join(" / ")
        }
        C::ShippingFee => order.totals.shipping_fee.get().to_string(),
        C::HandlingFees => order.totals.handling_fees.get().to_string(),
        C::PointsUsed => order.totals.points_used.get().to_string(),
        C::CouponDiscount => order.totals.coupon_discount.get().to_string(),
        C::Disputed if order.desk.disputed => text::csv_column(C::Disputed, language).to_owned(),
        C::Disputed => String::new(),
        C::ExpiresAt => {
            order.payment.expires_at().map(|at| text::moment_machine(at.as_millisecond())).unwrap_or_default()
        }
        C::ChargePermissionId => order.charge_permission_id.clone().map(String::from).unwrap_or_default(),
        C::ChargeId => order.charge_id.clone().map(String::from).unwrap_or_default(),
    }
}

/// Every origin has words; the compiler asks for a new one's here.
const _: fn(OrderOrigin, bool, Language) -> &'static str = text::order_kind;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_a_cell_never_acts_in_a_spreadsheet() {
        for text in ["=1+1", "+81 90", "-1", "@SUM(A1)", " =1", "＝1", "\t=1"] {
            let cell = harmless(text);
            let first = cell.chars().next().unwrap();
            assert!(first == '\'' || first == '⟨', "{cell}");
        }
        assert_eq!(harmless("\u{202E}=evil"), "⟨U+202E⟩=evil");
        assert_eq!(line(["a\"b", "1480"].map(str::to_owned).into_iter()), "\"a\"\"b\",\"1480\"\r\n");
    }

    /// So the look at the orders alone tells of the whole file.
    #[test]
    fn r51_every_heading_can_be_written_in_shift_jis() {
        for column in CsvColumn::ALL {
            for language in [Language::Ja, Language::En] {
                assert_eq!(shift_jis(heading(column, language)).1, 0, "{}", column.name());
            }
        }
    }

    #[test]
    fn r51_shift_jis_is_what_windows_writes_and_says_what_it_cannot() {
        let (bytes, unmappable) = shift_jis("10〜12 髙橋﨑①¥−");
        let (back, _, _) = SHIFT_JIS.decode(&bytes);
        assert_eq!(back, "10～12 髙橋﨑①￥－");
        assert_eq!(unmappable, 0);
        let (bytes, unmappable) = shift_jis("𠮷野家🍵");
        let (back, _, _) = SHIFT_JIS.decode(&bytes);
        assert_eq!((back.as_ref(), unmappable), ("〓野家〓", 2));
    }
}
