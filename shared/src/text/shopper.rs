//! Sentences of the widget and the hosted pages.

use super::Language;

sentences! {
    /// Above the button.
    pay_easily = "Amazonアカウントで、かんたんにお支払い", "Pay easily with your Amazon account";
    /// Before the brands.
    brands = "ご利用いただけるカード", "Accepted cards";
    /// Total label.
    total = "合計(税込)", "Total (tax included)";
    /// Delivery address.
    delivery_address = "お届け先", "Delivery address";
    /// Payment.
    payment = "お支払い方法", "Payment";
    /// Review heading.
    review_heading = "ご注文内容の確認", "Review your order";
    /// The order's lines.
    order_lines = "ご注文の商品", "Your order";
    /// Change link.
    change = "変更", "Change";
    /// The order button.
    place_order = "注文する", "Place order";
    /// The order button while working.
    placing = "処理しています…", "Working…";
    /// Goods.
    goods = "商品合計", "Goods";
    /// 送料.
    shipping_fee = "送料", "Shipping";
    /// 手数料.
    handling_fees = "手数料", "Handling fees";
    /// ポイント.
    points = "ポイント利用", "Points used";
    /// クーポン.
    coupon = "クーポン利用", "Coupon";
    /// Tax note.
    tax_included = "うち消費税", "Tax included";
    /// After 注文する.
    then_amazon = "「注文する」を押すとAmazonのページでお支払いを確定し、このショップに戻ります。", "“Place order” takes you to Amazon to confirm the payment, then back to this shop.";
    /// Loading.
    loading = "読み込んでいます…", "Loading…";
    /// Result: done.
    completed_heading = "ご注文ありがとうございます", "Thank you for your order";
    /// Result: order number label.
    order_number = "ご注文番号", "Order number";
    /// Result: what comes next, 1.
    completed_mail = "ご注文の確認メールをショップからお送りします。", "The shop sends a confirmation by mail.";
    /// Result: what comes next, 2.
    completed_amazon_mail = "お支払いが確定すると、Amazonからもメールが届きます。", "Amazon mails you as well when the payment is taken.";
    /// Result: what comes next, 3.
    completed_ship = "商品は準備ができしだい発送します。", "The goods are sent as soon as they are ready.";
    /// Result: confirming.
    confirming_heading = "お支払いを確認しています", "We are confirming your payment";
    /// Result: confirming promise.
    confirming_promise = "このままお待ちください。画面を閉じても、二重に請求されることはありません。", "Please wait. Even if you close this page, you will not be charged twice.";
    /// Result: authorization pending.
    pending_promise = "ご注文は受け付けました。Amazonがお支払いを確認しており、結果はメールでお知らせします(最大24時間)。", "Your order has been received. Amazon is confirming the payment; we mail you the result within 24 hours.";
    /// Result: declined.
    declined_heading = "お支払いを完了できませんでした", "The payment could not be completed";
    /// Result: declined detail.
    declined_detail = "ご請求はありません。カートはそのままです。別のカードでもう一度お試しください。", "You have not been charged and the cart is kept. Please try again with another card.";
    /// Result: cancelled.
    cancelled_heading = "お支払いを中止しました", "The payment was cancelled";
    /// Result: cancelled detail.
    cancelled_detail = "ご請求はありません。カートはそのままです。", "You have not been charged and the cart is kept.";
    /// Result: lapsed.
    lapsed_heading = "お手続きの有効期限が過ぎました", "The checkout has expired";
    /// Back to the shop.
    back_to_shop = "ショップに戻る", "Back to the shop";
    /// Try again.
    try_again = "もう一度お支払いに進む", "Try to pay again";
    /// Retry loading.
    reload = "再読み込み", "Reload";
    /// Copy.
    copy = "コピー", "Copy";
    /// Copied.
    copied = "コピーしました", "Copied";
    /// Sign in.
    sign_in = "Amazonアカウントでログイン", "Sign in with Amazon";
    /// Signed in, before the name.
    signed_in_as = "ログイン中", "Signed in";
    /// No connection.
    offline_title = "接続できませんでした。", "No connection.";
    /// No connection, what to do.
    offline_detail = "ご請求はありません。通信環境を確かめて、もう一度お試しください。", "You have not been charged. Check the connection and try again.";
    /// Amazon's script does not come.
    script_blocked = "Amazon Payの読み込みがブロックされました。広告ブロックなどの設定を確かめるか、ほかのお支払い方法をご利用ください。", "Amazon Pay was blocked from loading. Check content blockers, or use another way to pay.";
    /// In-app browser.
    in_app_browser = "アプリ内ブラウザではお支払いを完了できないことがあります。SafariまたはChromeで開いてください。", "Payment may fail inside this app. Please open the page in Safari or Chrome.";
    /// Not offered.
    not_offered = "このご注文にはAmazon Payをご利用いただけません。次のお支払い方法をご利用ください。", "Amazon Pay is not available for this order. Please use one of these:";
    /// Zero total.
    not_offered_zero = "お支払い金額が0円のため、Amazon Payはご利用いただけません。次のお支払い方法をご利用ください。", "Amazon Pay cannot be used for ¥0. Please use one of these:";
    /// Simulator banner.
    simulator_banner = "シミュレーターで動作中(実際の請求は行われません)", "Running on a simulator: nobody is really charged";
    /// Sandbox banner.
    sandbox_banner = "テスト環境(Sandbox)です。実際の請求は行われません", "Sandbox: nobody is really charged";
    /// A page opened by another browser.
    elsewhere_heading = "このご注文の続きは、お手続きを始めたブラウザでご覧ください", "Please go on in the browser that began this order";
}
