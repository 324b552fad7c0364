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
    /// The optional question for the buyer's name.
    question_heading = "ご注文者のお名前(任意)", "Your name (optional)";
    /// What it is for.
    question_hint = "お届けやご連絡のためにショップが使います。フリガナはカタカナかひらがなで入力してください。", "The shop uses it for delivery and contact. Please enter the kana in katakana or hiragana.";
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
    /// Result: an order exists, its authorization is still being decided.
    pending_heading = "ご注文を受け付けました。お支払いを確認しています", "Order received; your payment is being confirmed";
    /// Result: authorization pending.
    pending_promise = "ご注文は受け付けました。Amazonがお支払いを確認しており、結果はメールでお知らせします(最大24時間)。", "Your order has been received. Amazon is confirming the payment; we mail you the result within 24 hours.";
    /// Result: authorization pending, in a shop that sends no mails.
    pending_promise_unmailed = "ご注文は受け付けました。Amazonがお支払いを確認しています(最大24時間)。もう一度お支払いいただく必要はありません。ご注文番号をお控えのうえ、結果はショップにお問い合わせください。", "Your order has been received. Amazon is confirming the payment, within 24 hours. Please do not pay again; note the order number and ask the shop for the result.";
    /// Result: an order of a shop that sends no mails.
    completed_unmailed = "ショップからの確認メールはありません。ご注文番号をお控えください。", "The shop sends no confirmation by mail. Please note the order number.";
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
    /// A page opened by another browser: why.
    elsewhere_detail = "お客様の情報を守るため、ほかのブラウザには内容を表示しません。ご請求はありません。カートはそのままです。", "To protect the buyer, nothing is shown in another browser. You have not been charged and the cart is kept.";
    /// Nothing to review or report here.
    nothing_here_heading = "お手続き中のご注文が見つかりません", "There is no order in progress here";
    /// Nothing to review or report here: what to do.
    nothing_here_detail = "ご請求はありません。ショップのページからもう一度お進みください。", "You have not been charged. Please start again on the shop's page.";
    /// Lapsed: what is safe.
    lapsed_detail = "ご請求はありません。カートはそのままです。もう一度お進みください。", "You have not been charged and the cart is kept. Please start again.";
    /// Result page of an order that was not placed.
    open_heading = "ご注文はまだ確定していません", "Your order is not placed yet";
    /// Result page of an order that was not placed: what to do.
    open_detail = "ご請求はありません。内容をご確認のうえ「注文する」を押してください。", "You have not been charged. Please check it and press “Place order”.";
    /// Link to the review page.
    to_review = "ご注文内容の確認に戻る", "Back to the review";
    /// On the button before Amazon's own has come.
    pay_placeholder = "Amazonアカウントでお支払い", "Pay with your Amazon account";
    /// After the click.
    connecting = "Amazonに接続しています…", "Connecting to Amazon…";
    /// Link to the hosted page.
    continue_elsewhere = "お支払いのページで続ける", "Continue on the payment page";
    /// In-app browser: go on all the same.
    in_app_continue = "このまま続ける", "Continue here";
    /// In-app browser: leave it.
    open_in_browser = "ブラウザで開く", "Open in the browser";
    /// In-app browser: take the address along.
    copy_address = "アドレスをコピー", "Copy the address";
    /// Change link, for screen readers.
    change_address = "お届け先を変更", "Change the delivery address";
    /// Change link, for screen readers.
    change_payment = "お支払い方法を変更", "Change the payment method";
    /// Change links that cannot work.
    change_blocked = "Amazon Payの読み込みがブロックされたため、ここではお届け先とお支払い方法を変更できません。広告ブロックなどの設定をご確認ください。", "Amazon Pay was blocked from loading, so address and payment cannot be changed here. Please check content blockers.";
    /// Third step of the review.
    contents = "内容の確認", "Summary";
    /// After a buyer's name.
    honorific = " 様", "";
    /// No address was given.
    no_address = "お届け先が選ばれていません。", "No delivery address has been chosen.";
    /// No payment was given.
    no_payment = "お支払い方法が選ばれていません。", "No payment method has been chosen.";
    /// A consent is not ticked.
    consent_needed = "ご確認のうえ、チェックを入れてください。", "Please read this and tick the box.";
    /// Beside the link of a consent.
    read = "内容を読む", "Read";
    /// Link that opens elsewhere, for screen readers.
    new_tab = "(新しいタブで開きます)", " (opens in a new tab)";
    /// Tax at 8 %.
    tax_reduced = "うち消費税(8%)", "Tax included (8%)";
    /// Tax at 10 %.
    tax_standard = "うち消費税(10%)", "Tax included (10%)";
    /// Beside a line at the reduced rate.
    reduced_mark = "軽減税率8%", "8% tax";
    /// Confirming takes long.
    confirming_long = "お時間がかかっています。画面を閉じても確認は続き、結果はメールでもお知らせします。もう一度お支払いいただく必要はありません。", "This takes longer than usual. We go on even if you close this page, and mail you the result. Please do not pay again.";
    /// Confirming takes long, in a shop that sends no mails.
    confirming_long_unmailed = "お時間がかかっています。画面を閉じても確認は続きます。もう一度お支払いいただく必要はありません。", "This takes longer than usual. We go on even if you close this page. Please do not pay again.";
    /// Confirming: how long already, before the time.
    confirming_since = "確認中", "Confirming for";
    /// Sign-in under way.
    signing_in = "ログインしています…", "Signing in…";
    /// Amazon's script does not come, at the login.
    sign_in_blocked = "Amazonのログインの読み込みがブロックされました。広告ブロックなどの設定をご確認ください。", "Amazon's login was blocked from loading. Please check content blockers.";
    /// The sign-in was begun elsewhere, or left.
    sign_in_not_ours = "ログインを完了できませんでした。お手数ですが、もう一度お試しください。", "The sign-in was not completed. Please try again.";
    /// An element without `shop`: for whoever builds the page.
    shop_missing = "表示できません: shop属性がありません。", "Cannot be shown: the attribute “shop” is missing.";
    /// Simulator, in one word.
    simulator_chip = "シミュレーター", "Simulator";
    /// Sandbox, in one word.
    sandbox_chip = "テスト環境", "Test";
    /// On a hosted page, until the element is there.
    needs_script = "この画面を表示しています。表示されない場合は、ブラウザのJavaScriptを有効にして、再読み込みしてください。二重に請求されることはありません。", "This page is loading. If nothing appears, allow JavaScript in your browser and reload. You will not be charged twice.";
    /// Title of the hosted result page.
    result_title = "ご注文の結果", "Your order";
    /// Title of the hosted my page.
    my_page_title = "マイページ", "My page";
    /// Total label where shipping is in it.
    total_with_shipping = "合計(送料・税込)", "Total incl. shipping";
}
