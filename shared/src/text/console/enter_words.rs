//! Words of the screen where an operator enters an order (R38, R43).

use crate::api::Language;

sentences! {
    /// The screen, and what opens it.
    heading = "新規受注の作成", "Enter an order";
    /// What it is for, and why Amazon Pay is not offered.
    lead = "電話などで受けた注文を登録します。Amazon Payはお客様ご自身の操作が必要なため、ここでは選べません。", "For orders taken by telephone and the like. Amazon Pay needs the buyer's own consent, so it is not offered here.";
    /// On a canceled order: opens the screen.
    replace = "別の決済方法で受注を作る", "Enter with another method";
    /// In whose place.
    in_place_of = "次のキャンセル済み受注の代わりに登録し、両方を関連づけます。", "Takes the place of this canceled order; the two are linked.";
    /// Part: what is bought.
    items = "商品", "Items";
    /// Chooses a product.
    product = "商品", "Item";
    /// Not chosen yet.
    choose = "選択してください", "Please choose";
    /// How many.
    quantity = "個数", "Quantity";
    /// One line more.
    add = "商品を追加", "Add an item";
    /// Takes a line away.
    remove = "この商品を外す", "Remove this item";
    /// What the sum stands for.
    goods_hint = "価格と送料は現在のものです。この合計で登録されます。", "Prices and shipping of now. The order is entered with this total.";
    /// The total is on its way.
    counting = "合計を計算しています…", "Adding up…";
    /// Sent before the total was there.
    total_pending = "合計を確かめています。表示されてから、もう一度登録してください。", "The total is being checked. Enter the order once it is shown.";
    /// Part: who buys.
    buyer = "購入者", "Buyer";
    /// Optional mail.
    mail = "メールアドレス(任意)", "Mail address (optional)";
    /// Part: where it goes.
    delivery = "お届け先", "Delivery address";
    /// Left blank, the buyer's name counts.
    recipient = "お届け先のお名前(購入者と違うとき)", "Recipient (if not the buyer)";
    /// The recipient is another person: who.
    other_recipient = "お届け先の方(後払いのときは必須)", "The recipient (needed for deferred payment)";
    /// The recipient is another person: how the buyer is reached.
    own_contact = "購入者の連絡先(後払いのときは必須)", "The buyer's own contact (needed for deferred payment)";
    /// Part: how it is paid.
    method = "決済方法", "Payment method";
    /// Sends it.
    run = "受注を登録する", "Enter the order";
    /// Done.
    entered = "受注を登録しました。", "The order was entered.";
    /// A line without an item, or a count that cannot be read.
    items_missing = "商品を選び、個数を1から999までで入力してください。", "Choose the items, with quantities from 1 to 999.";
    /// A name in parts is missing.
    name_missing = "購入者の姓と名を入力してください。", "Enter the buyer's family and given name.";
    /// The address is not complete.
    address_missing = "お届け先の郵便番号・都道府県・住所・電話番号を入力してください。", "Enter postal code, prefecture, street and phone of the address.";
    /// Nothing is chosen.
    method_missing = "決済方法を選んでください。", "Choose a payment method.";
}
