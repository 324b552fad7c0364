//! 新規受注の作成: an order an operator enters, never paid by Amazon Pay, perhaps in place of a canceled one (R38, R43).
//!
//! The order's id is made with the screen, so that sending twice, or again after a lost answer, finds the first.

use super::desk_fields::{Kind, area, bound, count, filled, radios, said_line};
use super::desk_state::needed;
use super::failure::{act, failure_notice};
use super::frame::frame;
use super::order_parts::sums;
use super::pieces::{button, said, said_in, submit, typed, while_true};
use super::postal_code::filled_in;
use super::route::{Route, parameter};
use super::timer::spawn;
use super::{Sentence, live, use_console};
use crate::api::operator::Failure;
use crate::api::{desk as api, operator};
use crate::ui::el::{El, Row, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{
    AddressEdit, Code, EnterOrderRequest, EnteredBuyer, EnteredLine, EnteredQuoteRequest, Language,
    OrderView, ProductView,
};
use shared::cart::Totals;
use shared::id::{OrderId, ProductId, ShopId};
use shared::identity::{PersonName, blockers, is_same_name};
use shared::money::Yen;
use shared::order::OrderStatus;
use shared::order_action::{MethodBlocker, needs_identity};
use shared::payment_method::PaymentMethod;
use shared::text::{self, desk_words, enter_words as words, words as common};
use web_sys::Event;

/// Every way to pay but Amazon Pay.
const METHODS: [PaymentMethod; 3] =
    [PaymentMethod::BankTransfer, PaymentMethod::CashOnDelivery, PaymentMethod::Deferred];
/// Longest address, in characters.
const LONGEST: u32 = 500;
/// Most lines of an order.
const MOST: usize = 100;

/// A line under edit.
#[derive(Clone, Copy)]
struct Line {
    key: u32,
    product: RwSignal<String>,
    quantity: RwSignal<String>,
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    lines: RwSignal<Vec<Line>>,
    next_key: StoredValue<u32>,
    method: RwSignal<Option<PaymentMethod>>,
    name: [RwSignal<String>; 4],
    mail: RwSignal<String>,
    recipient: RwSignal<String>,
    recipient_name: [RwSignal<String>; 4],
    own_phone: RwSignal<String>,
    own_postal_code: RwSignal<String>,
    postal_code: RwSignal<String>,
    prefecture: RwSignal<String>,
    street: RwSignal<String>,
    phone: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        let blank = || RwSignal::new(String::new());
        Self {
            lines: RwSignal::new(Vec::new()),
            next_key: StoredValue::new(0),
            method: RwSignal::new(None),
            name: [blank(), blank(), blank(), blank()],
            mail: blank(),
            recipient: blank(),
            recipient_name: [blank(), blank(), blank(), blank()],
            own_phone: blank(),
            own_postal_code: blank(),
            postal_code: blank(),
            prefecture: blank(),
            street: blank(),
            phone: blank(),
        }
    }

    fn add(self, product: &str, quantity: u32) {
        self.next_key.update_value(|key| *key += 1);
        let line = Line {
            key: self.next_key.get_value(),
            product: RwSignal::new(product.to_owned()),
            quantity: RwSignal::new(quantity.to_string()),
        };
        self.lines.update(|lines| lines.push(line));
    }

    /// Takes over what the canceled order has.
    fn take(self, order: &OrderView) {
        let identity = &order.desk.identity;
        for (parts, person) in [(self.name, &identity.profile), (self.recipient_name, &identity.delivery)] {
            let PersonName { family, given, family_kana, given_kana } = person.name.clone();
            for (part, value) in parts.into_iter().zip([family, given, family_kana, given_kana]) {
                part.set(value);
            }
        }
        self.own_phone.set(identity.profile.phone.clone().unwrap_or_default());
        self.own_postal_code.set(identity.profile.postal_code.clone().unwrap_or_default());
        self.mail.set(order.buyer_mail.clone().unwrap_or_default());
        if let Some(address) = &order.address {
            self.recipient.set(address.name.clone());
            self.postal_code.set(address.postal_code.clone().unwrap_or_default());
            self.prefecture.set(address.prefecture.clone().unwrap_or_default());
            self.street.set(address.lines.join("\n"));
            self.phone.set(address.phone.clone().unwrap_or_default());
        }
        self.lines.set(Vec::new());
        for (line, product) in order.lines.iter().zip(&order.products) {
            self.add(product.as_str(), line.quantity);
        }
    }

    /// The lines, if every one can be read.
    fn read_lines(self) -> Option<Vec<EnteredLine>> {
        let read = |line: &Line| {
            let quantity = count(&line.quantity.get()).filter(|count| (1..=999).contains(count))?;
            Some(EnteredLine { product: ProductId::new(line.product.get()).ok()?, quantity })
        };
        let lines: Vec<_> = self.lines.with(|lines| lines.iter().map(read).collect::<Option<_>>())?;
        (!lines.is_empty()).then_some(lines)
    }

    /// Whether the parcel goes to somebody else than the buyer.
    fn is_for_another(self) -> bool {
        let [family, given, ..] = self.name;
        self.recipient.with(|recipient| {
            family.with(|family| {
                given.with(|given| {
                    let told = [recipient, family, given].into_iter().all(|text| !text.trim().is_empty());
                    told && !is_same_name(recipient, &[family.as_str(), given].concat())
                })
            })
        })
    }

    /// The request, or what is missing.
    fn read(
        self,
        order_id: OrderId,
        replaces: Option<OrderId>,
        total: Option<Yen>,
    ) -> Result<EnterOrderRequest, Sentence> {
        let lines = self.read_lines().ok_or(words::items_missing as Sentence)?;
        let text = |signal: RwSignal<String>| signal.with(|text| filled(text));
        let parts_of = |parts: [RwSignal<String>; 4]| {
            let [family, given, family_kana, given_kana] = parts.map(|part| text(part).unwrap_or_default());
            PersonName { family, given, family_kana, given_kana }
        };
        let parts = parts_of(self.name);
        if parts.family.is_empty() || parts.given.is_empty() {
            return Err(words::name_missing);
        }
        let is_for_another = self.is_for_another();
        let recipient = is_for_another.then(|| parts_of(self.recipient_name));
        if !parts.is_plausible() || recipient.as_ref().is_some_and(|parts| !parts.is_plausible()) {
            return Err(desk_words::kana_wrong);
        }
        let name = [parts.family.as_str(), " ", &parts.given].concat();
        let missing = words::address_missing as Sentence;
        let Some(phone) = text(self.phone) else { return Err(missing) };
        let (Some(postal_code), Some(prefecture), Some(street)) =
            (text(self.postal_code), text(self.prefecture), text(self.street))
        else {
            return Err(missing);
        };
        let address = AddressEdit {
            name: text(self.recipient).unwrap_or_else(|| name.clone()),
            postal_code,
            prefecture,
            lines: street.lines().filter_map(filled).collect(),
            phone: phone.clone(),
        };
        let Some(method) = self.method.get() else { return Err(words::method_missing) };
        let own = |signal| if is_for_another { text(signal) } else { None };
        let buyer = EnteredBuyer {
            name,
            parts: Some(parts),
            mail: text(self.mail),
            phone: if is_for_another { own(self.own_phone) } else { Some(phone) },
            postal_code: own(self.own_postal_code),
        };
        Ok(EnterOrderRequest { order_id, method, lines, buyer, address, recipient, replaces, total })
    }
}

/// What 後払い still needs (R44).
fn gaps(request: &EnterOrderRequest) -> Vec<MethodBlocker> {
    if !needs_identity(request.method) {
        return Vec::new();
    }
    let (delivery, buyer) = request.persons();
    blockers(&delivery, &buyer)
}

/// The screen; `?replaces=ID` names the canceled order in whose place it comes.
pub fn enter_order(shop: ShopId) -> El {
    let console = use_console();
    let spoken = console.spoken;
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let id = StoredValue::new(new_order_id());
    let draft = Draft::new();
    let products = RwSignal::new(Vec::<ProductView>::new());
    // Why the catalogue, or the order in whose place it comes, is not there; and why the sum is not.
    let (reading, unread) = (RwSignal::new(true), RwSignal::new(None::<Failure>));
    let uncounted = RwSignal::new(None::<Failure>);
    let before = RwSignal::new(None::<OrderView>);
    let failure = RwSignal::new(None::<Failure>);
    let missing = RwSignal::new(None::<Sentence>);
    let busy = RwSignal::new(false);

    draft.add("", 1);
    let place = StoredValue::new(shop);
    let replaces = StoredValue::new(parameter("replaces").and_then(|id| OrderId::new(id).ok()));
    let load = move || {
        reading.set(true);
        unread.set(None);
        let (shop, replaces) = (place.get_value(), replaces.get_value());
        spawn(async move {
            let answer = read_catalogue(&shop, replaces.as_ref(), products, console.language()).await;
            if reading.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(Some(order)) => {
                    draft.take(&order);
                    before.set(Some(order));
                }
                Ok(None) => {}
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => unread.set(Some(problem)),
            }
        });
    };
    load();

    // The server adds up: what is shown is what it will store. An answer for lines that were changed since is dropped.
    let totals = RwSignal::new(None::<Totals>);
    let round = StoredValue::new(0_u32);
    let count_up = move |lines: Option<Vec<EnteredLine>>| {
        totals.set(None);
        uncounted.set(None);
        round.update_value(|round| *round = round.wrapping_add(1));
        let (Some(lines), Some(csrf)) = (lines, console.csrf()) else { return };
        let (asked, shop) = (round.get_value(), place.get_value());
        spawn(async move {
            let answer =
                api::entered_quote(&shop, &EnteredQuoteRequest { lines }, &csrf, console.language()).await;
            if round.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(counted) => totals.set(Some(counted)),
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => uncounted.set(Some(problem)),
            }
        });
    };
    Effect::new(move || count_up(draft.read_lines()));
    let send = move |event: Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let replaced = before.with_untracked(|order| order.as_ref().map(|order| order.row.id.clone()));
        let total = totals.with_untracked(|totals| totals.as_ref().map(|totals| totals.total));
        let request = match untrack(|| draft.read(id.get_value(), replaced, total)) {
            // `told` names it.
            Ok(request) if !gaps(&request).is_empty() => return missing.set(Some(desk_words::blocked_title)),
            Ok(request) if request.total.is_some() => request,
            Ok(request) => {
                failure.set(None);
                count_up(Some(request.lines));
                return missing.set(Some(words::total_pending));
            }
            Err(why) => return missing.set(Some(why)),
        };
        missing.set(None);
        failure.set(None);
        busy.set(true);
        let shop = place.get_value();
        spawn(async move {
            let answer = console
                .with_csrf(async |csrf| api::enter_order(&shop, &request, &csrf, console.language()).await)
                .await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    console.announce(words::entered(console.language()).to_owned());
                    console.router.go(Route::Orders { shop, order: Some(view.row.id) });
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    if problem.code() == Some(Code::TotalChanged) {
                        count_up(untrack(|| draft.read_lines()));
                    }
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let told = move || {
        let why = missing.get().map(|why| {
            let language = spoken.get();
            let request = untrack(|| draft.read(id.get_value(), None, None));
            let gaps = request.map(|request| gaps(&request)).unwrap_or_default();
            if gaps.is_empty() {
                classed("p", "sheet-blocked").set("role", "alert").child(why(language))
            } else {
                el("div").set("role", "alert").child(needed(&gaps, false, language))
            }
        });
        group().child(why).child(failure.get().map(|failure| failure_notice(failure, None, None)))
    };
    let there = move || match unread.get() {
        Some(problem) => Some(failure_notice(problem, act(load), None)),
        None => reading.get().then(|| said("p", desk_words::loading_products).set("role", "status")),
    };
    let count_again = move |()| count_up(untrack(|| draft.read_lines()));
    let foot = classed("div", "enter-foot").child(
        submit("")
            .follow_maybe("aria-disabled", move || while_true(busy.get()))
            .live(move || if busy.get() { desk_words::sending } else { words::run }(spoken.get())),
    );
    let form = classed("form", "enter-form sheet-body")
        .set("novalidate", "")
        .on("submit", send)
        // What was missing is looked at again when it is sent again.
        .on("input", move |_| missing.set(None))
        .live(move || before.get().map(|order| in_place_of(&order, spoken.get())))
        .live(there)
        .child(items(draft, products, totals, uncounted, Callback::new(count_again)))
        .child(people(draft))
        .child(radios(
            "method",
            words::method,
            METHODS.to_vec(),
            move |method| text::payment_method(method, spoken.get()),
            draft.method,
        ))
        .live(told)
        .child(foot);
    let screen = classed("div", "screen enter")
        .child(said("h1", words::heading).set("tabindex", "-1"))
        .child(said_in("p", "weak", words::lead))
        .child(form);
    frame(view, screen)
}

fn in_place_of(order: &OrderView, language: Language) -> El {
    let refused = order.row.order_status != OrderStatus::Canceled || order.desk.replaced_by.is_some();
    let class = if refused { "consequence missing" } else { "consequence" };
    classed("p", class)
        .child([words::in_place_of(language), " "].concat())
        .child(typed(order.row.number.as_str()))
        .child([" ", &order.row.total.to_string()].concat())
}

/// Reads the products on sale into `products`, then the order in whose place another comes.
async fn read_catalogue(
    shop: &ShopId,
    replaces: Option<&OrderId>,
    products: RwSignal<Vec<ProductView>>,
    language: Language,
) -> Result<Option<OrderView>, Failure> {
    let list = api::products(shop, language).await?;
    products.try_set(list.into_iter().filter(|one| one.on_sale).collect());
    match replaces {
        Some(old) => operator::order(shop, old, language).await.map(Some),
        None => Ok(None),
    }
}

/// `uncounted`: why there is no sum; `again` asks for it once more.
fn items(
    draft: Draft,
    products: RwSignal<Vec<ProductView>>,
    totals: RwSignal<Option<Totals>>,
    uncounted: RwSignal<Option<Failure>>,
    again: Callback<()>,
) -> El {
    let counted = move || match (totals.get(), uncounted.get()) {
        (Some(totals), _) => Some(classed("dl", "totals").child(sums(totals))),
        (None, Some(problem)) => Some(failure_notice(problem, Some(again), None)),
        (None, None) => draft.read_lines().map(|_| said("p", words::counting)),
    };
    let rows = move || {
        let lines = draft.lines.get();
        lines
            .into_iter()
            .map(|line| -> Row {
                (line.key.to_string(), Box::new(move || untrack(|| item(draft, products, line))))
            })
            .collect()
    };
    let may_add = move || draft.lines.with(Vec::len) < MOST;
    classed("fieldset", "group")
        .child(said("legend", words::items))
        .child(classed("div", "enter-lines").each(rows))
        .live_while(may_add, move || button("quiet compact enter-add", words::add, move |_| draft.add("", 1)))
        .child(classed("div", "enter-sum").set("role", "status").live(counted))
        .child(said_in("p", "field-hint", words::goods_hint))
}

fn item(draft: Draft, products: RwSignal<Vec<ProductView>>, line: Line) -> El {
    let spoken = use_console().spoken;
    let id = ["enter-item-", &line.key.to_string()].concat();
    let count = ["enter-count-", &line.key.to_string()].concat();
    let options = move || {
        let language = spoken.get();
        let chosen = line.product.get_untracked();
        products.with(|products| {
            let one = |product: &ProductView| {
                let label = desk_words::product_at(
                    &product.name,
                    product.price,
                    product.tax_percent,
                    product.id.as_str(),
                    language,
                );
                let option = el("option").set("value", product.id.as_str()).child(label);
                if product.id.as_str() == chosen { option.set("selected", "") } else { option }
            };
            products.iter().map(one).collect::<Vec<_>>()
        })
    };
    let choice = el("select")
        .set("id", &id)
        .on("change", move |event| line.product.set(event_target_value(&event)))
        .child(said("option", words::choose).set("value", ""))
        .live(options);
    let gone = move |_| draft.lines.update(|lines| lines.retain(|one| one.key != line.key));
    let number = el("input").set("id", &count).set("type", "text").set("inputmode", "numeric");
    classed("div", "enter-line")
        .child(classed("div", "field").child(said("label", words::product).set("for", &id)).child(choice))
        .child(
            classed("div", "field is-digits")
                .child(said("label", words::quantity).set("for", &count))
                .child(bound(number.set("autocomplete", "off"), line.quantity)),
        )
        .live_while(
            move || draft.lines.with(|lines| lines.len() > 1),
            move || button("quiet compact", words::remove, gone),
        )
}

fn people(draft: Draft) -> El {
    let field = |id: &str, label: Sentence, value| said_line(id, label, Kind::Text, value);
    let grid = || classed("div", "field-grid");
    let names = move |id: &str, [family, given, family_kana, given_kana]: [RwSignal<String>; 4]| {
        let field = |part: &str, label: Sentence, value| field(&[id, part].concat(), label, value);
        grid()
            .child(field("-family", desk_words::family, family))
            .child(field("-given", desk_words::given, given))
            .child(field("-family-kana", desk_words::family_kana, family_kana))
            .child(field("-given-kana", desk_words::given_kana, given_kana))
    };
    let is_for_another = Memo::new(move |_| draft.is_for_another());
    let own = move || {
        classed("fieldset", "group").child(said("legend", words::own_contact)).child(
            grid().child(field("enter-own-phone", common::phone, draft.own_phone)).child(field(
                "enter-own-postal-code",
                desk_words::postal_code,
                draft.own_postal_code,
            )),
        )
    };
    let other = move || {
        classed("fieldset", "group")
            .child(said("legend", words::other_recipient))
            .child(names("enter-recipient", draft.recipient_name))
    };
    let buyer = classed("fieldset", "group")
        .child(said("legend", words::buyer))
        .child(names("enter", draft.name))
        .child(field("enter-mail", words::mail, draft.mail))
        .live_while(move || is_for_another.get(), own);
    let delivery = classed("fieldset", "group")
        .child(said("legend", words::delivery))
        .child(filled_in(
            grid()
                .child(field("enter-postal-code", desk_words::postal_code, draft.postal_code))
                .child(field("enter-prefecture", desk_words::prefecture, draft.prefecture)),
            draft.postal_code,
            draft.prefecture,
            draft.street,
        ))
        .child(area("enter-street", desk_words::street, None, LONGEST, draft.street))
        .child(grid().child(field("enter-phone", common::phone, draft.phone)).child(field(
            "enter-recipient",
            words::recipient,
            draft.recipient,
        )))
        .live_while(move || is_for_another.get(), other);
    group().child(buyer).child(delivery)
}

/// 128 random bits; where the browser has no source of randomness (none is known), there is no console.
fn new_order_id() -> OrderId {
    let mut bytes = [0_u8; 16];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .expect("every browser that runs WebAssembly draws random numbers");
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    OrderId::new(text).expect("hexadecimal digits are an id")
}
