//! Words of mails: the templates a shop starts with, labels of their blocks, and what the console says of them.

use super::{Language, renewal_mail};
use crate::api::MailState;
use crate::mail::{MailKind, PaymentWords, Placeholder, TemplateError, TemplateFault, TemplatePlace};
use crate::money::Yen;

sentences! {
    /// Label.
    mail_goods = "商品合計", "Goods";
    /// Label.
    mail_shipping_fee = "送料", "Shipping";
    /// Label.
    mail_handling_fees = "手数料", "Fees";
    /// Label.
    mail_points_used = "ポイント利用", "Points used";
    /// Label.
    mail_coupon_discount = "クーポン利用", "Coupon";
    /// Label.
    mail_total = "お支払い合計(税込)", "Total (tax included)";
    /// Where no address is known.
    mail_no_address = "お届け先はショップまでお問い合わせください。", "Please ask the shop about the delivery address.";
    /// Label of the invoice.
    mail_issuer = "発行者", "Issued by";
    /// Label of the invoice.
    mail_registration_number = "登録番号", "Registration number";
    /// Label of the invoice.
    mail_invoice_date = "取引年月日", "Date";
    /// Label of the invoice.
    mail_order_number = "注文番号", "Order number";
    /// Label of the invoice.
    mail_recipient = "宛名", "To";
    /// What the mark means.
    mail_reduced_note = "※は軽減税率(8%)の対象です。", "※ marks items at the reduced tax rate of 8%.";
    /// On the button.
    mail_link_label = "お支払いへ進む", "Continue to payment";
    /// On the button of a mail about a subscription.
    mail_link_payment_method = "お手続きへ進む", "Continue";
    /// Subject of the test mail.
    mail_test_subject = "テストメール", "Test mail";
    /// Body of the test mail.
    mail_test_body = "メールの設定は正しく動いています。このメールは管理画面の「テストメールを送信」から送られました。\n", "Your mail settings work. This mail was sent by “Send test mail” in the console.\n";
}

sentences! {
    /// In the navigation.
    mail_nav = "設定", "Settings";
    /// Heading.
    mail_heading = "設定: メール", "Settings: mail";
    /// Part of the screen.
    mail_tab_templates = "テンプレート", "Templates";
    /// Part of the screen.
    mail_tab_server = "送信サーバー", "Mail server";
    /// Part of the screen.
    mail_tab_outbox = "送信履歴", "Outbox";
    /// Label.
    mail_which = "メールの種類", "Kind of mail";
    /// Label.
    mail_language = "お客様の言語", "Buyer’s language";
    /// Label.
    mail_subject = "件名", "Subject";
    /// Label.
    mail_body = "本文", "Body";
    /// Legend of the placeholders.
    mail_insert = "差し込み項目(本文のカーソル位置に入ります)", "Placeholders (inserted where the cursor is)";
    /// The template is untouched.
    mail_is_standard = "標準の文面を使っています。", "The standard words are used.";
    /// The template is the shop's.
    mail_is_own = "このショップの文面を使っています。", "The shop’s own words are used.";
    /// Button.
    mail_save = "保存する", "Save";
    /// Button.
    mail_reset = "標準の文面に戻す", "Back to the standard words";
    /// After saving.
    mail_kept = "保存しました。", "Saved.";
    /// Typed, and not saved.
    mail_unkept = "保存していない変更があります。", "There are changes not saved yet.";
    /// After going back.
    mail_reset_done = "標準の文面に戻しました。", "The standard words are used again.";
    /// Heading.
    mail_preview = "プレビュー", "Preview";
    /// Button.
    mail_preview_real = "最新の受注で確認", "Use the newest order";
    /// What the preview shows.
    mail_preview_sample = "見本の受注で表示しています。入力に合わせて変わります。", "Shown with a sample order, as you type.";
    /// What the preview shows.
    mail_preview_newest = "最新の受注で表示しています。", "Shown with the newest order.";
    /// No order to preview with.
    mail_no_order = "受注がまだないため、見本で表示しています。", "There is no order yet, so the sample is shown.";
    /// Part of a mail.
    mail_part_html = "HTML", "HTML";
    /// Part of a mail.
    mail_part_text = "テキスト", "Text";
    /// Label.
    mail_host = "サーバー名", "Server name";
    /// Label.
    mail_port = "ポート番号", "Port";
    /// Under the field.
    mail_port_wrong = "1から65535までの番号を入力してください。", "Enter a number from 1 to 65535.";
    /// Label.
    mail_tls = "暗号化", "Encryption";
    /// Mode.
    mail_tls_starttls = "STARTTLS(通常は587番)", "STARTTLS (usually port 587)";
    /// Mode.
    mail_tls_implicit = "TLS(通常は465番)", "TLS (usually port 465)";
    /// Mode.
    mail_tls_none = "なし(このマシン内での試験用)", "None (tests on this machine only)";
    /// Label.
    mail_user = "ユーザー名", "User name";
    /// Under the label.
    mail_user_hint = "認証が不要なサーバーでは空欄にします。", "Leave empty for a server without sign-in.";
    /// Under the label.
    mail_password_hint = "空欄のまま保存すると、登録済みのパスワードを使います。サーバーやユーザー名を変えるときは入力してください。", "Left empty, the stored one stays. Needed when server or user name change.";
    /// Label.
    mail_from_name = "差出人名", "Sender’s name";
    /// Label.
    mail_from_address = "差出人メールアドレス", "Sender’s mail address";
    /// Under the label.
    mail_number_hint = "適格請求書発行事業者の登録番号です。Tと13桁の数字を入力します。空欄にもできます。", "Of a seller of qualified invoices: T and 13 digits. May be empty.";
    /// Under the field.
    mail_number_wrong = "Tと13桁の数字を半角で入力してください。", "Enter T and 13 digits.";
    /// Notice.
    mail_off_title = "メールは送信されていません。", "No mails are sent.";
    /// Notice.
    mail_off_detail = "送信サーバーを登録すると、以後のご注文からメールが送られます。", "Enter a mail server, and mails are sent from the next order on.";
    /// Lead.
    mail_test_lead = "保存済みの設定で、1通だけすぐに送信します。", "Sends one mail at once with the saved settings.";
    /// Label.
    mail_test_recipient = "送信先", "Recipient";
    /// Button.
    mail_test_send = "テストメールを送信", "Send test mail";
    /// Button, at work.
    mail_testing = "送信しています…", "Sending…";
    /// Label.
    mail_state_label = "状態", "State";
    /// Choice.
    mail_every_state = "すべて", "All";
    /// Button.
    mail_reload = "最新にする", "Reload";
    /// Label.
    mail_at = "作成日時", "Created";
    /// Label.
    mail_to = "宛先", "To";
    /// Button.
    mail_resend = "再送する", "Send again";
    /// Announced.
    mail_resent = "再送を受け付けました。", "It is being sent again.";
    /// Nothing there.
    mail_outbox_empty_title = "メールはありません", "No mails";
    /// Nothing there.
    mail_outbox_empty = "ご注文が入ると、送信したメールがここに並びます。送信サーバーの登録が必要です。", "Mails appear here once orders come in. A mail server has to be set.";
    /// Heading.
    mail_opened = "メールの内容", "Mail";
    /// No words yet.
    mail_not_composed = "このメールの文面は、送信の直前に作られます。", "Its words are made right before it is sent.";
}

/// What became of a test mail.
pub fn mail_test_outcome(outcome: crate::api::TestMailView, language: Language) -> String {
    use crate::api::TestMailView as T;
    match outcome {
        T::Sent => language.pick(
            "メールサーバーが受け付けました。受信箱を確認してください。",
            "The mail server accepted it. Look into the inbox.",
        ),
        T::Refused { code } => {
            return match language {
                Language::Ja => {
                    format!("メールサーバーに拒否されました(SMTP {code})。差出人と送信先を確かめてください。")
                }
                Language::En => {
                    format!("The mail server refused it (SMTP {code}). Check sender and recipient.")
                }
            };
        }
        T::SignInFailed => {
            language.pick("ユーザー名またはパスワードが違います。", "The user name or the password is wrong.")
        }
        T::Unreachable => language.pick(
            "メールサーバーに接続できません。サーバー名・ポート番号・暗号化を確かめてください。",
            "The mail server cannot be reached. Check name, port and encryption.",
        ),
        T::NotPublic => language.pick(
            "このサーバー名には接続できません。インターネット上のサーバーを、暗号化ありで登録してください。",
            "This server cannot be used. Enter one on the internet, with encryption.",
        ),
        T::Unconfirmed => language.pick(
            "送信の途中で接続が切れました。届いたかどうか分かりません。",
            "The connection was lost while sending. Nobody knows whether it arrived.",
        ),
        T::RecipientInvalid => language
            .pick("送信先のメールアドレスが正しくありません。", "The recipient’s mail address is not valid."),
    }
    .to_owned()
}

/// `2026年11月24日` or `24 Nov 2026`.
pub fn mail_date(at_ms: i64, language: Language) -> String {
    let moment = super::moment(at_ms, language);
    let end = if language == Language::Ja { ' ' } else { ',' };
    moment.split(end).next().unwrap_or_default().to_owned()
}

/// A sentence on how the payment stands.
pub fn mail_payment(payment: PaymentWords, language: Language) -> String {
    let pick = |ja: &'static str, en: &'static str| language.pick(ja, en).to_owned();
    match payment {
        PaymentWords::Accepted => pick("お支払い方法: Amazon Pay", "Payment: Amazon Pay"),
        PaymentWords::Pending => pick(
            "お支払い方法: Amazon Pay(お支払いを確認しています。結果は改めてメールでお知らせします。もう一度お支払いいただく必要はありません。)",
            "Payment: Amazon Pay (your payment is being confirmed; we will mail you the result. There is no need to pay again.)",
        ),
        PaymentWords::Renewing => pick(
            "お支払い方法: Amazon Pay(お手続きは必要ありません。お支払いを確認できなかった場合にだけ、改めてメールでお知らせします。)",
            "Payment: Amazon Pay (there is nothing for you to do; we will write again only if the payment cannot be confirmed.)",
        ),
        PaymentWords::Declined => pick(
            "お支払い方法: Amazon Pay(お支払いは完了していません。代金の請求はありません。)",
            "Payment: Amazon Pay (the payment was not completed; nothing has been charged.)",
        ),
        PaymentWords::NoCharge => pick("お支払いはありません(0円)。", "There is nothing to pay (¥0)."),
        PaymentWords::Other => {
            pick("お支払い方法: ショップからのご案内をご覧ください。", "Payment: as told by the shop.")
        }
        PaymentWords::Released => pick(
            "お支払い方法: Amazon Pay(代金は請求されないか、お支払い方法へ返金されます。)",
            "Payment: Amazon Pay (nothing is charged, or the amount is returned to your payment method.)",
        ),
        PaymentWords::PartlyRefunded { amount, decided } => partly_refunded(amount, decided, language),
        PaymentWords::RefundChecked => pick(
            "お支払い方法: Amazon Pay(返金の手続きをショップが確認しています。)",
            "Payment: Amazon Pay (the shop is looking into the refund.)",
        ),
        PaymentWords::Settled => pick(
            "お支払い方法: Amazon Pay(返金に代わる対応を、ショップが行いました。)",
            "Payment: Amazon Pay (the shop has made good for the refund in another way.)",
        ),
    }
}

fn partly_refunded(amount: Yen, decided: bool, language: Language) -> String {
    match (language, decided) {
        (Language::Ja, true) => format!("お支払い方法: Amazon Pay(一部返金 {amount})"),
        (Language::Ja, false) => {
            format!("お支払い方法: Amazon Pay(一部返金 {amount}、手続き中のものを含みます)")
        }
        (Language::En, true) => format!("Payment: Amazon Pay (partly refunded: {amount})"),
        (Language::En, false) => {
            format!("Payment: Amazon Pay (partly refunded: {amount}, part of it under way)")
        }
    }
}

/// Subject and body of [`MailKind::PayAgain`] where there is no page to lead to: the shop is to be asked.
pub const fn mail_pay_again_without_link(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Ja => (
            "【{{shop_name}}】お支払いが完了していません(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n{{shop_name}}をご利用いただき、誠にありがとうございます。\n恐れ入りますが、次のご注文のお支払いをAmazon Payで確認できませんでした。代金の請求はありません。\n\n注文番号: {{order_number}}\nお支払い合計: {{total}}\n\n引き続きご購入をご希望の場合は、このメールへの返信で当店までご連絡ください。お支払いの方法をご案内いたします。ご連絡がない限り、代金が請求されることはありません。\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n行き違いでお手続きがお済みの場合は、ご容赦ください。\n\n{{shop_name}}\n",
        ),
        Language::En => (
            "[{{shop_name}}] Your payment for order {{order_number}} was not completed",
            "Dear {{buyer_name}},\n\nThank you for shopping at {{shop_name}}. Unfortunately Amazon Pay could not confirm the payment for this order. Nothing has been charged.\n\nOrder number: {{order_number}}\nTotal: {{total}}\n\nIf you still wish to buy these items, please contact us by replying to this mail. We will tell you how you can pay. Nothing will be charged unless you do.\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\nIf you have already paid, please ignore this mail.\n\n{{shop_name}}\n",
        ),
    }
}

/// Subject and body a shop starts with.
pub const fn mail_template(kind: MailKind, language: Language) -> (&'static str, &'static str) {
    let ja = matches!(language, Language::Ja);
    match kind {
        MailKind::OrderConfirmation if ja => (
            "【{{shop_name}}】ご注文ありがとうございます(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\nこのたびは{{shop_name}}をご利用いただき、誠にありがとうございます。\n次のご注文を承りました。\n\n注文番号: {{order_number}}\nご注文日時: {{ordered_at}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\n■ お支払い\n\n{{payment_state}}\n\n■ お届け先\n\n{{delivery_address}}\n\n■ 請求明細\n\n{{invoice}}\n\n代金が請求される際には、Amazonからもメールが届きます。\nご不明な点は、このメールへの返信でお問い合わせください。\n\n{{shop_name}}\n",
        ),
        MailKind::OrderConfirmation => (
            "[{{shop_name}}] Thank you for your order {{order_number}}",
            "Dear {{buyer_name}},\n\nThank you for shopping at {{shop_name}}. We have received your order.\n\nOrder number: {{order_number}}\nOrdered: {{ordered_at}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\nPayment\n\n{{payment_state}}\n\nDelivery address\n\n{{delivery_address}}\n\nInvoice details\n\n{{invoice}}\n\nAmazon will also mail you when the amount is charged.\nIf you have any questions, simply reply to this mail.\n\n{{shop_name}}\n",
        ),
        MailKind::LateConfirmation if ja => (
            "【{{shop_name}}】ご注文が確定しました(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n{{shop_name}}をご利用いただき、誠にありがとうございます。\nAmazonでのお手続きのあと、当店の完了画面が表示されませんでしたが、ご注文は正常に承っております。もう一度ご注文いただく必要はありません。\n\n注文番号: {{order_number}}\nご注文日時: {{ordered_at}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\n■ お支払い\n\n{{payment_state}}\n\n■ お届け先\n\n{{delivery_address}}\n\n■ 請求明細\n\n{{invoice}}\n\nお心当たりのない場合や取り消しをご希望の場合は、このメールへの返信でお知らせください。\n\n{{shop_name}}\n",
        ),
        MailKind::LateConfirmation => (
            "[{{shop_name}}] Your order {{order_number}} is confirmed",
            "Dear {{buyer_name}},\n\nThank you for shopping at {{shop_name}}. After your visit to Amazon our last page was not shown, but your order has been placed. There is no need to order again.\n\nOrder number: {{order_number}}\nOrdered: {{ordered_at}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\nPayment\n\n{{payment_state}}\n\nDelivery address\n\n{{delivery_address}}\n\nInvoice details\n\n{{invoice}}\n\nIf you did not mean to order, please reply to this mail.\n\n{{shop_name}}\n",
        ),
        MailKind::AuthorizationResult if ja => (
            "【{{shop_name}}】お支払いの確認が完了しました(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\nお待たせいたしました。ご注文のお支払いを確認できました。\n商品の準備に進みます。お客様のお手続きは必要ありません。\n\n注文番号: {{order_number}}\nお支払い合計: {{total}}\n\n{{shop_name}}\n",
        ),
        MailKind::AuthorizationResult => (
            "[{{shop_name}}] Your payment for order {{order_number}} is confirmed",
            "Dear {{buyer_name}},\n\nThank you for waiting. Your payment has been confirmed and we are preparing your order. There is nothing for you to do.\n\nOrder number: {{order_number}}\nTotal: {{total}}\n\n{{shop_name}}\n",
        ),
        MailKind::PayAgain if ja => (
            "【{{shop_name}}】お支払いが完了していません(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n{{shop_name}}をご利用いただき、誠にありがとうございます。\n恐れ入りますが、次のご注文のお支払いをAmazon Payで確認できませんでした。代金の請求はありません。\n\n注文番号: {{order_number}}\nお支払い合計: {{total}}\n\nお手数ですが、次のページから、別のお支払い方法でもう一度お手続きをお願いいたします。カートの内容は保存されています。\n\n{{link}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n行き違いでお手続きがお済みの場合は、ご容赦ください。\n\n{{shop_name}}\n",
        ),
        MailKind::PayAgain => (
            "[{{shop_name}}] Your payment for order {{order_number}} was not completed",
            "Dear {{buyer_name}},\n\nThank you for shopping at {{shop_name}}. Unfortunately Amazon Pay could not confirm the payment for this order. Nothing has been charged.\n\nOrder number: {{order_number}}\nTotal: {{total}}\n\nPlease pay again with another payment method on this page. Your cart has been kept.\n\n{{link}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\nIf you have already paid, please ignore this mail.\n\n{{shop_name}}\n",
        ),
        MailKind::PaymentLink if ja => (
            "【{{shop_name}}】お支払いのお願い(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n{{shop_name}}をご利用いただき、誠にありがとうございます。\n次のご注文のお支払いページをご用意しました。お手数ですが、次のページからお手続きをお願いいたします。\n\n{{link}}\n\n注文番号: {{order_number}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n{{shop_name}}\n",
        ),
        MailKind::PaymentLink => (
            "[{{shop_name}}] Please pay for your order {{order_number}}",
            "Dear {{buyer_name}},\n\nThank you for shopping at {{shop_name}}. We have prepared a page on which you can pay for this order.\n\n{{link}}\n\nOrder number: {{order_number}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\n{{shop_name}}\n",
        ),
        MailKind::OrderPreparing if ja => (
            "【{{shop_name}}】商品の発送準備を始めました(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n{{shop_name}}をご利用いただき、誠にありがとうございます。\nご注文の商品の発送準備を始めました。発送しましたら、改めてお知らせいたします。\n\n注文番号: {{order_number}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n■ お届け先\n\n{{delivery_address}}\n\n{{shop_name}}\n",
        ),
        MailKind::OrderPreparing => (
            "[{{shop_name}}] We are preparing your order {{order_number}}",
            "Dear {{buyer_name}},\n\nWe have begun to prepare your order for shipping and will write to you again when it is on its way.\n\nOrder number: {{order_number}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\nDelivery address\n\n{{delivery_address}}\n\n{{shop_name}}\n",
        ),
        MailKind::OrderShipped if ja => (
            "【{{shop_name}}】商品を発送しました(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\nお待たせいたしました。ご注文の商品を発送しました。到着まで今しばらくお待ちください。\n\n注文番号: {{order_number}}\n\n■ お届け先\n\n{{delivery_address}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n■ 請求明細\n\n{{invoice}}\n\n{{shop_name}}\n",
        ),
        MailKind::OrderShipped => (
            "[{{shop_name}}] Your order {{order_number}} has been shipped",
            "Dear {{buyer_name}},\n\nThank you for waiting. Your order is on its way.\n\nOrder number: {{order_number}}\n\nDelivery address\n\n{{delivery_address}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\nInvoice details\n\n{{invoice}}\n\n{{shop_name}}\n",
        ),
        MailKind::OrderCanceled if ja => (
            "【{{shop_name}}】ご注文のキャンセルを承りました(注文番号 {{order_number}})",
            "{{buyer_name}} 様\n\n次のご注文のキャンセルを承りました。\n\n注文番号: {{order_number}}\nお支払い合計: {{total}}\n\nお支払いがお済みの場合は、ご利用のお支払い方法へ返金されます。返金の反映までに数日かかることがあります。\n\nまたのご利用を心よりお待ちしております。\n\n{{shop_name}}\n",
        ),
        MailKind::OrderCanceled => (
            "[{{shop_name}}] Your order {{order_number}} has been canceled",
            "Dear {{buyer_name}},\n\nThis order has been canceled.\n\nOrder number: {{order_number}}\nTotal: {{total}}\n\nIf you have already been charged, the amount is returned to your payment method. This may take a few days.\n\nWe hope to see you again.\n\n{{shop_name}}\n",
        ),
        MailKind::RenewalConfirmation => renewal_mail::CONFIRMATION.pick(language),
        MailKind::RenewalDeferred => renewal_mail::DEFERRED.pick(language),
        MailKind::RenewalDeclined => renewal_mail::DECLINED.pick(language),
        MailKind::PaymentNeeded => renewal_mail::PAYMENT_NEEDED.pick(language),
        MailKind::AgreementNeeded => renewal_mail::AGREEMENT_NEEDED.pick(language),
        MailKind::PaymentResumed => renewal_mail::RESUMED.pick(language),
        MailKind::DeliveryDropped => renewal_mail::DROPPED.pick(language),
        MailKind::SubscriptionEnded => renewal_mail::ENDED.pick(language),
        MailKind::AddressChanged => renewal_mail::ADDRESS_CHANGED.pick(language),
        MailKind::MailChanged => renewal_mail::MAIL_CHANGED.pick(language),
        MailKind::AmountChanged => renewal_mail::AMOUNT_CHANGED.pick(language),
        MailKind::ShopNotice => renewal_mail::SHOP_NOTICE.pick(language),
    }
}

/// Name of a kind, for the console.
pub const fn mail_kind(kind: MailKind, language: Language) -> &'static str {
    match kind {
        MailKind::OrderConfirmation => language.pick("注文確認", "Order confirmation"),
        MailKind::LateConfirmation => {
            language.pick("注文確認(画面を閉じたお客様)", "Order confirmation (page closed early)")
        }
        MailKind::AuthorizationResult => language.pick("お支払い確認完了", "Payment confirmed"),
        MailKind::PayAgain => language.pick("与信NG・再お支払いのお願い", "Declined: pay again"),
        MailKind::PaymentLink => language.pick("お支払いリンク", "Payment link"),
        MailKind::OrderPreparing => language.pick("受注ステータス: 出荷準備中", "Order status: preparing"),
        MailKind::OrderShipped => language.pick("受注ステータス: 発送済", "Order status: shipped"),
        MailKind::OrderCanceled => language.pick("受注ステータス: キャンセル", "Order status: canceled"),
        MailKind::RenewalConfirmation => {
            language.pick("定期購入: 注文確認", "Subscription: order confirmation")
        }
        MailKind::RenewalDeferred => language.pick("定期購入: 翌月以降へ変更", "Subscription: next month"),
        MailKind::RenewalDeclined => {
            language.pick("定期購入: お支払いの再手続き", "Subscription: declined, tried again")
        }
        MailKind::PaymentNeeded => {
            language.pick("定期購入: お支払い方法の変更", "Subscription: payment method needed")
        }
        MailKind::AgreementNeeded => language.pick("定期購入: 再同意のお願い", "Subscription: agree again"),
        MailKind::PaymentResumed => {
            language.pick("定期購入: お支払いの再開", "Subscription: payment resumed")
        }
        MailKind::DeliveryDropped => {
            language.pick("定期購入: お届けの見送り", "Subscription: delivery left out")
        }
        MailKind::SubscriptionEnded => language.pick("定期購入: 終了", "Subscription: ended"),
        MailKind::AddressChanged => language.pick("定期購入: お届け先変更", "Subscription: address changed"),
        MailKind::MailChanged => {
            language.pick("定期購入: メールアドレスの変更", "Subscription: mail address changed")
        }
        MailKind::AmountChanged => language.pick("定期購入: 金額の変更", "Subscription: amount changed"),
        MailKind::ShopNotice => {
            language.pick("定期購入: ショップへのお知らせ", "Subscription: notice to the shop")
        }
    }
}

/// Name of a placeholder, for the console.
pub const fn mail_placeholder(placeholder: Placeholder, language: Language) -> &'static str {
    match placeholder {
        Placeholder::BuyerName => language.pick("お客様のお名前", "Buyer’s name"),
        Placeholder::ShopName => language.pick("ショップ名", "Shop name"),
        Placeholder::OrderNumber => language.pick("注文番号", "Order number"),
        Placeholder::OrderedAt => language.pick("注文日時", "Time of the order"),
        Placeholder::Total => language.pick("お支払い合計", "Total"),
        Placeholder::PaymentState => language.pick("お支払いの状況", "Payment"),
        Placeholder::OrderLines => language.pick("注文内容の一覧", "Items"),
        Placeholder::Totals => language.pick("金額の内訳", "Totals"),
        Placeholder::Subscription => language.pick("定期購入の内容", "Subscription"),
        Placeholder::DeliveryAddress => language.pick("お届け先", "Delivery address"),
        Placeholder::Invoice => language.pick("請求明細(適格請求書)", "Invoice details"),
        Placeholder::Link => language.pick("リンク", "Link"),
        Placeholder::SubscriptionNumber => language.pick("定期購入番号", "Subscription number"),
        Placeholder::Product => language.pick("商品と個数", "Product and quantity"),
        Placeholder::DeliveryDate => language.pick("お届け予定日", "Delivery date"),
        Placeholder::Date => language.pick("日付(変更・再手続き)", "Date (from, or tried again)"),
        Placeholder::Amount => language.pick("お届け分のお支払い", "Amount of the delivery"),
        Placeholder::NewAmount => language.pick("変更後のお支払い", "New amount"),
        Placeholder::Used => language.pick("今月のご利用額", "Used this month"),
        Placeholder::Remaining => language.pick("今月の残り", "Left this month"),
        Placeholder::Reason => language.pick("理由", "Reason"),
        Placeholder::News => language.pick("お知らせの内容", "What happened"),
        Placeholder::AddressNotes => language.pick("お届け先についての注意", "Notes on the address"),
        Placeholder::Following => language.pick("続くお届けのご案内", "The delivery that follows soon"),
    }
}

/// Name of an outbox state, for the console.
pub const fn mail_state(state: MailState, language: Language) -> &'static str {
    match state {
        MailState::Queued => language.pick("送信待ち", "Waiting"),
        MailState::Sending => language.pick("送信中", "Being sent"),
        MailState::Sent => language.pick("送信済み", "Sent"),
        MailState::Unconfirmed => language.pick("要確認", "Unconfirmed"),
        MailState::Failed => language.pick("送信できませんでした", "Failed"),
        MailState::Skipped => language.pick("送信不要", "Not needed"),
    }
}

/// What a state means and what to do.
pub const fn mail_state_meaning(state: MailState, language: Language) -> &'static str {
    match state {
        MailState::Queued => language.pick("まもなく送信されます。", "It will be sent shortly."),
        MailState::Sending => language.pick("メールサーバーへ送っています。", "It is being handed to the mail server."),
        MailState::Sent => language.pick("メールサーバーが受け付けました。", "The mail server accepted it."),
        MailState::Unconfirmed => language.pick(
            "送信中に接続が切れたため、届いたかどうか分かりません。再送すると、お客様に2通届くことがあります。",
            "The connection was lost while sending, so nobody knows whether it arrived. Sent again, it may arrive twice.",
        ),
        MailState::Failed => language.pick(
            "メールサーバーが受け付けませんでした。宛先と設定を確認してから再送してください。",
            "The mail server refused it. Check the recipient and the settings, then send it again.",
        ),
        MailState::Skipped => language.pick("送る理由がなくなったため、送っていません。", "There was no longer a reason to send it."),
    }
}

/// What is wrong with a template and where.
pub fn mail_fault(error: &TemplateError, language: Language) -> String {
    let ja = language == Language::Ja;
    let place = match error.place {
        TemplatePlace::Subject => language.pick("件名", "Subject"),
        TemplatePlace::Body => language.pick("本文", "Body"),
    };
    let what = match &error.fault {
        TemplateFault::Empty => {
            language.pick("内容を入力してください。", "Please write something.").to_owned()
        }
        TemplateFault::TooLong => language.pick("長すぎます。", "It is too long.").to_owned(),
        TemplateFault::LineBreak => language
            .pick("改行や制御文字は使えません。", "Line breaks and control characters cannot be used.")
            .to_owned(),
        TemplateFault::Unclosed => {
            language.pick("「{{」が「}}」で閉じられていません。", "“{{” is not closed by “}}”.").to_owned()
        }
        TemplateFault::Unknown { name } if ja => format!("差し込み項目「{name}」はありません。"),
        TemplateFault::Unknown { name } => format!("There is no placeholder “{name}”."),
        TemplateFault::NotHere { placeholder } if ja => {
            format!("差し込み項目「{}」はここでは使えません。", placeholder.name())
        }
        TemplateFault::NotHere { placeholder } => {
            format!("The placeholder “{}” cannot be used here.", placeholder.name())
        }
        TemplateFault::Missing { placeholder } if ja => {
            format!("差し込み項目「{{{{{}}}}}」を入れてください。", placeholder.name())
        }
        TemplateFault::Missing { placeholder } => format!("Please add “{{{{{}}}}}”.", placeholder.name()),
    };
    match (&error.fault, ja) {
        (TemplateFault::Empty | TemplateFault::Missing { .. }, true) => format!("{place}: {what}"),
        (TemplateFault::Empty | TemplateFault::Missing { .. }, false) => format!("{place}: {what}"),
        (_, true) => format!("{place} {}行目{}文字目: {what}", error.line, error.column),
        (_, false) => format!("{place}, line {}, character {}: {what}", error.line, error.column),
    }
}
