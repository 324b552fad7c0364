//! Words of 設定 > 決済.

use crate::api::Language;

sentences! {
    /// Tab.
    tab = "決済", "Payments";
    /// Heading.
    heading = "設定: 決済", "Settings: payments";
    /// Switch.
    automatic = "与信が期限切れになったら、自動で再与信する", "Authorize anew by itself when an authorization expires";
    /// What it means and costs.
    automatic_hint =
        "オンにすると、受注の与信が期限切れになるたびに、合計金額を同じお支払い方法であらためて確保します。\
        請求はしませんが、お客様の利用枠を再び使います。結果が与信NGになることもあります。1回のご購入では180日以内、\
        定期購入ではAmazonの契約が有効な間に限ります。期限切れになった時点でだけ働きます(Amazonに接続できないときは3日間\
        試みます)。オンにする前に期限切れになった受注は、受注ごとに再与信してください。オフのときは、担当者が受注ごとに再与信します。",
        "On: each time an order's authorization expires, its total is reserved anew on the same payment \
        method. Nothing is charged, but it takes of the buyer's available amount again, and may be \
        declined. For one-time purchases within 180 days, for subscriptions while the agreement at \
        Amazon is in force. It acts only when an authorization expires (for three days where Amazon cannot \
        be reached). Orders that expired before it was switched on, and all orders while it is off, are \
        authorized anew by operators, order by order.";
    /// Switch.
    pending = "与信保留を受け付ける", "Accept pending authorizations";
    /// What it means and costs.
    pending_hint =
        "オンにすると、Amazonがその場で承認できないお支払いも受注になります。結果が出るまで(24時間以内)は与信保留で、\
        お客様には確認中とお伝えします。与信NGで終わったときは、もう一度お支払いいただくためのリンクをメールでお送りし、\
        カートは残ります。定期購入のご請求は、つねに結果を待ちます。オフのときは結果をその場で受け取りますが、確認に\
        時間のかかるお支払いは断られ、受注になりません。",
        "On: payments that Amazon cannot approve at once become orders, too. Until it has decided (within \
        24 hours) they are pending, and the buyer is told that the payment is being confirmed. If it is \
        declined, the buyer is mailed a link to pay again, and the cart is kept. Charges of \
        subscriptions always wait for the result. Off: the result is there at once, but payments that \
        take time to confirm are refused and become no orders.";
    /// Switch.
    ask_name = "ご注文内容の確認画面で、姓名とフリガナをたずねる", "Ask for the name in parts and kana in the review";
    /// What it means and costs.
    ask_name_hint =
        "Amazonからは、姓と名に分かれていないお名前だけが届き、フリガナは届きません。オンにすると、ご注文内容の確認画面に\
        姓・名・セイ・メイの欄が出ます。入力は任意で、空のままでもご注文いただけます。お届け先のお名前がご注文者と同じときは、\
        お届け先にも使います。フリガナまで登録済みの会員にはたずねません。オフのときは、担当者が受注ごとに入力します。",
        "Amazon tells the name as one text, and no kana. On: the review has fields for family and given name \
        and their kana. Answering is optional. Where the recipient bears the buyer's name, the answer \
        holds for the delivery, too. Members whose kana are known are not asked. Off: operators enter \
        them, order by order.";
}
