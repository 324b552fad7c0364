//! Words of the mails about subscriptions: the templates a shop starts with, and why something happened.

use super::Language;
use crate::mail::{MailKind, Reason};
use crate::subscription::{DropReason, EndReason};

/// Subject and body in both languages.
pub struct Words {
    ja: (&'static str, &'static str),
    en: (&'static str, &'static str),
}

impl Words {
    /// Subject and body.
    pub const fn pick(&self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::Ja => self.ja,
            Language::En => self.en,
        }
    }
}

/// R26: the order of a later delivery, with what was agreed to.
pub const CONFIRMATION: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入のご注文を承りました(注文番号 {{order_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\n次のお届け分のご注文を承りました。\n\n注文番号: {{order_number}}\n定期購入番号: {{subscription_number}}\nお届け予定日: {{delivery_date}}\n\n■ ご注文内容\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\n■ お支払い\n\n{{payment_state}}\n\n■ お届け先\n\n{{delivery_address}}\n\n■ 請求明細\n\n{{invoice}}\n\nご不明な点は、このメールへの返信でお問い合わせください。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] Your subscription: order {{order_number}}",
        "Dear {{buyer_name}},\n\nThank you for your subscription at {{shop_name}}. We have placed the order of your next delivery.\n\nOrder number: {{order_number}}\nSubscription number: {{subscription_number}}\nDelivery: {{delivery_date}}\n\nYour order\n\n{{order_lines}}\n\n{{totals}}\n\n{{subscription}}\n\nPayment\n\n{{payment_state}}\n\nDelivery address\n\n{{delivery_address}}\n\nInvoice details\n\n{{invoice}}\n\nIf you have any questions, simply reply to this mail.\n\n{{shop_name}}\n",
    ),
};

/// R19: the month has no room.
pub const DEFERRED: Words = Words {
    ja: (
        "【{{shop_name}}】次回のお届けは翌月以降になります(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\nAmazon Payの1か月の上限額に達するため、{{delivery_date}}お届け予定分は今月お支払いいただけません。翌月以降に改めてお試しください。\nこの定期購入では、{{date}}以降に当店から改めてお支払いの手続きを行い、その後お届けします。お客様のお手続きは必要ありません。このお届け分の代金は請求されていません。\n\n{{following}}\n\n今月のご利用額: {{used}}\n今月の残り: {{remaining}}\nこのお届け分のお支払い: {{amount}}\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] Your next delivery waits for next month (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nThank you for your subscription at {{shop_name}}. The delivery of {{delivery_date}} cannot be paid this month, because Amazon Pay's monthly limit would be passed. Please try again next month or later.\nFor this subscription we will do so ourselves, on {{date}} or after, and deliver after that: there is nothing for you to do. Nothing has been charged for this delivery.\n\n{{following}}\n\nUsed this month: {{used}}\nLeft this month: {{remaining}}\nThis delivery costs: {{amount}}\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
};

/// R25: declined, tried again on a later day.
pub const DECLINED: Words = Words {
    ja: (
        "【{{shop_name}}】お支払いを確認できませんでした(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\n恐れ入りますが、次のお届け分のお支払いをAmazon Payで確認できませんでした。代金は請求されていません。\n{{date}}に、当店から改めてお支払いの手続きを行います。お客様のお手続きは必要ありません。\n\n商品: {{product}}\nお届け予定日: {{delivery_date}}\nお支払い: {{amount}}\n定期購入番号: {{subscription_number}}\n\nお支払い方法を変更される場合は、次のAmazonのページからお願いいたします。\n\n{{link}}\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] A payment was not confirmed (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nUnfortunately Amazon Pay could not confirm the payment for your next delivery. Nothing has been charged.\nWe will try again on {{date}}. There is nothing for you to do.\n\nProduct: {{product}}\nDelivery: {{delivery_date}}\nAmount: {{amount}}\nSubscription number: {{subscription_number}}\n\nIf you would like to change your payment method, please do so on this page of Amazon's.\n\n{{link}}\n\n{{shop_name}}\n",
    ),
};

/// R25: nothing is charged until the buyer changes the payment method at Amazon.
pub const PAYMENT_NEEDED: Words = Words {
    ja: (
        "【{{shop_name}}】お支払い方法の変更をお願いいたします(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\n恐れ入りますが、ご登録のお支払い方法では、Amazon Payでのお支払いができなくなっています。代金は請求されていません。\n\nお手数ですが、次のAmazonのページでお支払い方法を変更してください。変更が確認できましたら、定期購入は自動で再開します。\n\n{{link}}\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] Please change your payment method (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nUnfortunately Amazon Pay can no longer charge the payment method of your subscription. Nothing has been charged.\n\nPlease change the payment method on this page of Amazon's. Your subscription goes on by itself as soon as that is done.\n\n{{link}}\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
};

/// R24: the agreement was ended at Amazon, and the shop asks to agree again.
pub const AGREEMENT_NEEDED: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入を続けるお手続きのお願い(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\nAmazonのページで、この定期購入のお支払いの設定が解除されました。現在、お届けとご請求は止まっています。\n\n続けてご利用になる場合は、次のページからもう一度お手続きください。新しい定期購入として始まり、その1回目のお届けから続きます。\n\n{{link}}\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n続けてご利用にならない場合は、お手続きは必要ありません。30日後に定期購入は終了し、代金が請求されることはありません。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] To go on with your subscription ({{subscription_number}})",
        "Dear {{buyer_name}},\n\nThe payment agreement of this subscription was ended on Amazon's pages. Nothing is delivered or charged at present.\n\nIf you would like to go on, please agree again on this page. It begins as a new subscription, with its first delivery.\n\n{{link}}\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nIf you do not want to go on, there is nothing for you to do: the subscription ends in 30 days, and nothing will be charged.\n\n{{shop_name}}\n",
    ),
};

/// R25: all is well again.
pub const RESUMED: Words = Words {
    ja: (
        "【{{shop_name}}】お支払いを確認できました(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\nご心配をおかけしました。定期購入のお支払いを、Amazon Payで問題なく行えることを確認しました。\n今後も予定どおりお届けします。お客様のお手続きは必要ありません。\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] Your payment is confirmed (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nAll is well again: Amazon Pay charges your subscription, and your deliveries go on as planned. There is nothing for you to do.\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
};

/// R15, R19: a delivery is left out.
pub const DROPPED: Words = Words {
    ja: (
        "【{{shop_name}}】今回のお届けは見送りとなりました(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\n恐れ入りますが、{{delivery_date}}お届け予定分は見送りとなりました。このお届け分の代金は請求されません。\n\n理由: {{reason}}\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n定期購入は続いています。ご不明な点は、このメールへの返信でお問い合わせください。\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] A delivery is left out (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nUnfortunately the delivery of {{delivery_date}} is left out. Nothing is charged for it.\n\nReason: {{reason}}\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nYour subscription goes on. If you have any questions, simply reply to this mail.\n\n{{subscription}}\n\n{{shop_name}}\n",
    ),
};

/// R24: it has ended.
pub const ENDED: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入が終了しました(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございました。\n次の定期購入が終了しました。今後の新しいお届けとご請求はありません。お支払いの済んだご注文は、予定どおりお届けします。\n\n理由: {{reason}}\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n続けてご利用になる場合は、当店のページから改めてお申し込みください。ご不明な点は、このメールへの返信でお問い合わせください。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] Your subscription has ended (subscription {{subscription_number}})",
        "Dear {{buyer_name}},\n\nThis subscription at {{shop_name}} has ended. There will be no new deliveries and no new charges; orders that are paid will be delivered as planned.\n\nReason: {{reason}}\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nIf you would like to go on, please subscribe again on our pages. If you have any questions, simply reply to this mail.\n\n{{shop_name}}\n",
    ),
};

/// R21, R22: another delivery address.
pub const ADDRESS_CHANGED: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入のお届け先が変更されました(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n定期購入のお届け先の変更を承りました。{{date}}以降にお届け予定の分から、次のお届け先へお届けします。\n\n■ 新しいお届け先\n\n{{delivery_address}}\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\n決済または発送の済んだご注文のお届け先は変わりません。\n\n{{address_notes}}\n\nお心当たりのない場合は、すぐにこのメールへの返信でお知らせください。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] The address of your subscription has been changed ({{subscription_number}})",
        "Dear {{buyer_name}},\n\nThe delivery address of your subscription has been changed. It holds for deliveries from {{date}} on.\n\nNew delivery address\n\n{{delivery_address}}\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nOrders that are charged or shipped keep their address.\n\n{{address_notes}}\n\nIf this was not you, please reply to this mail at once.\n\n{{shop_name}}\n",
    ),
};

/// R22: another mail address; to the one known before, and without either.
pub const MAIL_CHANGED: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入のご連絡先が変更されました(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\nこの定期購入のご連絡先のメールアドレスが、Amazonアカウントでのサインインにより変更されました。今後のお知らせは、新しいメールアドレスへお送りします。\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\nご自身で変更された場合は、お手続きは必要ありません。\nお心当たりのない場合は、すぐにAmazonアカウントのパスワードを変更し、このメールへの返信でお知らせください。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] The mail address of your subscription has been changed ({{subscription_number}})",
        "Dear {{buyer_name}},\n\nThe mail address of your subscription at {{shop_name}} has been changed by a sign-in with your Amazon account. From now on our mails go to the new address.\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nIf this was you, there is nothing for you to do.\nIf this was not you, please change the password of your Amazon account at once and reply to this mail.\n\n{{shop_name}}\n",
    ),
};

/// R26: ahead of another amount.
pub const AMOUNT_CHANGED: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入のお支払い額が変わります(定期購入番号 {{subscription_number}})",
        "{{buyer_name}} 様\n\n{{shop_name}}の定期購入をご利用いただき、誠にありがとうございます。\n{{date}}以降のお届けから、1回のお支払い額が次のとおり変わります。それまでのお届けは、変更前の金額です。\n\n変更前: {{amount}}\n変更後: {{new_amount}}\n\n商品: {{product}}\n定期購入番号: {{subscription_number}}\n\nお客様のお手続きは必要ありません。変更後のお届けをご希望にならない場合は、マイページ > 定期購入リスト から、いつでも休止または解約できます。\n\n{{shop_name}}\n",
    ),
    en: (
        "[{{shop_name}}] The amount of your subscription changes ({{subscription_number}})",
        "Dear {{buyer_name}},\n\nFrom the deliveries of {{date}} on, each delivery of your subscription at {{shop_name}} costs another amount. Deliveries before that cost what they did.\n\nUntil now: {{amount}}\nFrom then on: {{new_amount}}\n\nProduct: {{product}}\nSubscription number: {{subscription_number}}\n\nThere is nothing for you to do. If you do not want deliveries at the new amount, you can pause or end the subscription at any time on My page > Subscriptions.\n\n{{shop_name}}\n",
    ),
};

/// To the shop.
pub const SHOP_NOTICE: Words = Words {
    ja: (
        "【{{shop_name}}】定期購入のお知らせ(定期購入番号 {{subscription_number}})",
        "{{shop_name}} ご担当者 様\n\n{{news}}\nお客様のメールアドレスが分かる場合は、お客様にもメールでお知らせしています。\n\n定期購入番号: {{subscription_number}}\nお客様: {{buyer_name}}\n商品: {{product}}\nお届け予定日: {{delivery_date}}\nお支払い: {{amount}}\n理由: {{reason}}\n\n詳しい経過は、管理画面の定期購入でご覧いただけます。\n",
    ),
    en: (
        "[{{shop_name}}] About a subscription ({{subscription_number}})",
        "To {{shop_name}},\n\n{{news}}\nWhere the buyer's mail address is known, the buyer has been told by mail as well.\n\nSubscription number: {{subscription_number}}\nBuyer: {{buyer_name}}\nProduct: {{product}}\nDelivery: {{delivery_date}}\nAmount: {{amount}}\nReason: {{reason}}\n\nThe console shows everything that happened to the subscription.\n",
    ),
};

/// R19: the delivery after one that waited follows soon: both come, unless one is left out.
pub fn mail_following(next: jiff::civil::Date, language: Language) -> String {
    let next = super::day(next, language);
    match language {
        Language::Ja => [
            "その次の回は、これまでの予定どおり",
            &next,
            "にお届けします。お届けが続きますので、どちらかをご不要の場合は、マイページ > 定期購入リスト から、次回をお休みにするか、お届け日を変更してください。",
        ]
        .concat(),
        Language::En => [
            "The delivery after it comes on ",
            &next,
            " as planned, soon after. If you do not need both, leave the next one out or change its date on My page > Subscriptions.",
        ]
        .concat(),
    }
}

/// Why a delivery is left out, or a subscription has ended.
pub const fn news_reason(reason: Reason, language: Language) -> &'static str {
    match reason {
        Reason::Dropped(reason) => dropped(reason, language),
        Reason::Ended(reason) => ended(reason, language),
    }
}

const fn dropped(reason: DropReason, language: Language) -> &'static str {
    match reason {
        DropReason::DearerThanCap => language.pick(
            "1回のお届けの金額がAmazon Payの1か月の上限額を超えています。ほかのお支払い方法については、ショップへお問い合わせください。",
            "One delivery costs more than Amazon Pay may charge in a month. Please ask the shop about another payment method.",
        ),
        DropReason::OverCap => {
            language.pick("Amazon Payの今月の上限額に達しました。", "Amazon Pay's limit of this month is used up.")
        }
        DropReason::NotPaid => {
            language.pick("お支払いを確認できませんでした。", "The payment could not be confirmed.")
        }
        DropReason::NotOnSale => {
            language.pick("商品の販売が終了、または休止しています。", "The product is not sold at present.")
        }
        DropReason::NotActive => {
            language.pick("お届けの予定日に、定期購入が休止中でした。", "The subscription was paused on that day.")
        }
        DropReason::Overtaken => language.pick(
            "ショップの手続きの遅れにより、その次のお届けと重なりました。",
            "The shop was late, and the delivery after it has come up.",
        ),
        DropReason::AreaNotServed => {
            language.pick("お届け先が、お届けできる地域の外です。", "The shop does not deliver to the address.")
        }
    }
}

const fn ended(reason: EndReason, language: Language) -> &'static str {
    match reason {
        EndReason::Shopper => language.pick("お客様が解約されました。", "You ended it."),
        EndReason::Operator => language.pick("ショップが終了の手続きを行いました。", "The shop ended it."),
        EndReason::Amazon => language.pick(
            "Amazonのページで、この定期購入のお支払いの設定が解除されました。",
            "Its payment agreement was ended on Amazon's pages.",
        ),
        EndReason::Lapsed => language.pick(
            "長い間お支払いがなく、Amazonの契約の有効期限が切れました。お客様のお手続きによるものではありません。",
            "Nothing was paid for a long time, so the agreement at Amazon ran out. It was not ended by you.",
        ),
        EndReason::Completed => {
            language.pick("予定の回数のお届けがすべて終わりました。", "All deliveries have been made.")
        }
        EndReason::NotPaid => {
            language.pick("お支払いを確認できませんでした。", "The payments could not be confirmed.")
        }
    }
}

/// What happened, to the shop, by the kind of mail that the buyer got.
pub const fn shop_news(told: MailKind, language: Language) -> &'static str {
    match told {
        MailKind::RenewalDeferred => language.pick(
            "月次の上限金額に空きがないため、次のお届けのお支払いを翌月1日以降へ変更しました。",
            "The monthly cap has no room, so the next delivery is charged on or after the 1st of the next month.",
        ),
        MailKind::PaymentNeeded => language.pick(
            "Amazon Payでのお支払いができなくなり、お客様によるお支払い方法の変更を待っています。変更されると自動で再開します。",
            "Amazon Pay charges nothing until the buyer changes the payment method. It goes on by itself after that.",
        ),
        MailKind::AgreementNeeded => language.pick(
            "お客様がAmazonのページでお支払いの設定を解除したため、お届けを止め、もう一度お手続きいただくようお願いしています。30日以内にお手続きがなければ終了します。",
            "The buyer ended the agreement at Amazon. Deliveries have stopped, and the buyer is asked to agree again; without that it ends in 30 days.",
        ),
        MailKind::AmountChanged => language.pick(
            "お支払い額の変更のお知らせがお客様に届かなかったため、もう一度お送りします。届いて所定の日数が過ぎるまでは、これまでの金額でお届けします。宛先をご確認のうえ、必要に応じてお客様へご連絡ください。",
            "The notice of a changed amount did not reach the buyer, so it is sent again. Until it has arrived and its days have passed, deliveries cost what they did. Please check the mail address, and contact the buyer if necessary.",
        ),
        MailKind::DeliveryDropped => {
            language.pick("お届けを1回見送りました。代金は請求されません。", "A delivery is left out. Nothing is charged for it.")
        }
        MailKind::SubscriptionEnded => {
            language.pick("定期購入が終了しました。", "A subscription has ended.")
        }
        _ => language.pick("定期購入に変化がありました。", "Something happened to a subscription."),
    }
}
