//! What each problem says.

use crate::api::{Code, Language};
use crate::id::OrderNumber;

/// Title (what happened) and detail (what is safe, what to do next) of a problem.
pub const fn problem(code: Code, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Ja => ja(code),
        Language::En => en(code),
    }
}

/// Under which number the order was placed; stands behind the detail.
pub fn placed_as(number: &OrderNumber, language: Language) -> String {
    match language {
        Language::Ja => ["ご注文番号は ", number.as_str(), " です。"].concat(),
        Language::En => [" The order number is ", number.as_str(), "."].concat(),
    }
}

const fn ja(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::BadRequest => (
            "送られた内容を読み取れませんでした。",
            "何も変更されていません。入力内容を確かめて、もう一度お試しください。",
        ),
        Code::NotJson => (
            "送信形式が正しくありません。",
            "何も変更されていません。content-type を application/json にして送ってください。",
        ),
        Code::BodyTooLarge => (
            "送られた内容が大きすぎます。",
            "何も変更されていません。内容を減らして、もう一度お試しください。",
        ),
        Code::NotFound => {
            ("見つかりませんでした。", "アドレスを確かめるか、一覧からもう一度お選びください。")
        }
        Code::MethodNotAllowed => (
            "この操作はできません。",
            "何も変更されていません。画面を再読み込みして、もう一度お試しください。",
        ),
        Code::UnknownProduct => (
            "商品が見つかりませんでした。",
            "ご請求はありません。ショップのページで商品をお選びなおしください。",
        ),
        Code::ProductNotOnSale => {
            ("この商品は現在販売していません。", "ご請求はありません。ほかの商品をお選びください。")
        }
        Code::QuantityOutOfRange => {
            ("個数が正しくありません。", "ご請求はありません。1から999までの個数でお試しください。")
        }
        Code::CartEmpty => {
            ("カートに商品がありません。", "ご請求はありません。商品をカートに入れてからお進みください。")
        }
        Code::CartTooLarge => (
            "一度にご注文いただける範囲を超えています。",
            "ご請求はありません。商品を減らして、もう一度お試しください。",
        ),
        Code::DiscountExceedsTotal => (
            "ポイントとクーポンが合計金額を超えています。",
            "ご請求はありません。ご利用額を減らして、もう一度お試しください。",
        ),
        Code::ZeroTotal => (
            "お支払い金額が0円のため、Amazon Payはご利用いただけません。",
            "ご請求はありません。ほかのお支払い方法をお選びください。",
        ),
        Code::AmazonPayNotOffered => (
            "このご注文にはAmazon Payをご利用いただけません。",
            "ご請求はありません。ほかのお支払い方法をお選びください。",
        ),
        Code::SubscriptionNotSold => (
            "この商品は定期購入ではお求めいただけません。",
            "ご請求はありません。商品のページから、お求めの方法をもう一度お選びください。",
        ),
        Code::CycleNotOffered => (
            "このお届け周期はお選びいただけません。",
            "ご請求はありません。商品のページから、お届け周期をもう一度お選びください。",
        ),
        Code::DearerThanCap => (
            "1回のお届けの金額がAmazon Payの1か月の上限を超えるため、この定期購入にはご利用いただけません。",
            "ご請求はありません。数量を減らすか、ほかのお支払い方法をお選びください。",
        ),
        Code::MonthlyCapReached => (
            "Amazon Payの定期購入の、今月の上限額に達します。",
            "ご請求はありません。翌月以降に改めてお試しください。",
        ),
        Code::SignedCartForged => (
            "カートの内容を確認できませんでした。",
            "ご請求はありません。ショップのカートからもう一度お進みください。",
        ),
        Code::SignedCartExpired => (
            "カートの有効期限が過ぎました。",
            "ご請求はありません。ショップのカートからもう一度お進みください。",
        ),
        Code::SignedCartForeign => {
            ("別のショップのカートです。", "ご請求はありません。ショップのカートからもう一度お進みください。")
        }
        Code::CartAlreadyOrdered => (
            "このカートはすでにご注文済みか、確認中です。",
            "二重に請求されることはありません。ご注文の結果をお待ちください。",
        ),
        Code::OrderPlacedAlready => (
            "このご注文は、すでにあらためてお手続きいただいています。",
            "二重に請求されることはありません。もう一度お手続きいただく必要はありません。",
        ),
        Code::OriginNotAllowed => (
            "このサイトからはご利用いただけません。",
            "ご請求はありません。ショップの運営者は、このサイトの許可をNorenの管理者にご依頼ください。",
        ),
        Code::ReturnUrlNotAllowed => (
            "戻り先のページが登録されていません。",
            "ご請求はありません。ショップの運営者は、戻り先の登録をNorenの管理者にご依頼ください。",
        ),
        Code::CheckoutTokenInvalid => (
            "このご注文の画面を開く権限を確認できませんでした。",
            "ご請求はありません。カートはそのままです。ショップのページからもう一度お進みください。",
        ),
        Code::SessionMismatch => (
            "Amazonのお手続きとご注文が一致しませんでした。",
            "ご請求はありません。カートはそのままです。ショップのページからもう一度お進みください。",
        ),
        Code::CheckoutEnded => (
            "このご注文のお手続きは終了しています。",
            "カートはそのままです。ショップのページからもう一度お進みください。",
        ),
        Code::AreaNotServed => (
            "このお届け先には配送できません。",
            "ご請求はありません。「変更」から別のお届け先をお選びください。",
        ),
        Code::ConsentMissing => (
            "ご確認いただく項目が残っています。",
            "ご請求はありません。チェックを入れてから、もう一度お進みください。",
        ),
        Code::NameInvalid => (
            "お名前の入力内容をご確認ください。",
            "ご請求はありません。印のある欄を直すか、すべて空にして、もう一度お進みください。",
        ),
        Code::PaymentInProgress => (
            "このご注文のお支払いを処理しています。",
            "二重に処理されることはありません。少し待ってから、画面を再読み込みしてください。",
        ),
        Code::AmazonUnavailable => (
            "Amazon Payに接続できませんでした。",
            "ご請求はありません。少し待ってから、もう一度お試しください。",
        ),
        Code::AmazonRefused => (
            "Amazon Payが手続きを受け付けませんでした。",
            "ご請求はありません。少し待ってからもう一度お試しいただくか、ほかのお支払い方法をお選びください。",
        ),
        Code::BuyerTokenInvalid => (
            "Amazonのログイン情報の有効期限が過ぎました。",
            "何も変更されていません。もう一度Amazonアカウントでログインしてください。",
        ),
        Code::NotSignedIn => {
            ("ログインが必要です。", "何も変更されていません。ログインしてから、もう一度お試しください。")
        }
        Code::SignInFailed => {
            ("メールアドレスまたはパスワードが違います。", "入力内容を確かめて、もう一度お試しください。")
        }
        Code::TooManyRequests => (
            "短い時間に操作が多すぎます。",
            "何も変更されていません。1分ほど待ってから、もう一度お試しください。",
        ),
        Code::LinkInvalid => (
            "このリンクは使用済みか、無効です。",
            "ログイン画面からお進みください。お困りの場合は管理者にご連絡ください。",
        ),
        Code::PasswordTooWeak => (
            "パスワードは12文字以上200文字以内で入力してください。",
            "何も変更されていません。長いパスワードにして、もう一度お試しください。",
        ),
        Code::OperatorInvalid => (
            "名前またはメールアドレスが正しくありません。",
            "何も変更されていません。入力内容を確かめて、もう一度お試しください。",
        ),
        Code::CsrfFailed => (
            "画面の有効期限が切れました。",
            "何も変更されていません。画面を再読み込みして、もう一度お試しください。",
        ),
        Code::NotAllowed => {
            ("この操作の権限がありません。", "何も変更されていません。権限のある方にご依頼ください。")
        }
        Code::OrderChanged => (
            "画面を開いたあとに、この受注が変更されました。",
            "何も実行していません。最新の内容を確かめて、もう一度お試しください。",
        ),
        Code::SettingsChanged => (
            "画面を開いたあとに、この設定が変更されました。",
            "入力した内容は保存されていません。いまの設定はそのままです。画面を再読み込みして最新の設定を確かめ、もう一度変更してください。",
        ),
        Code::CaptureNotAllowed => (
            "この受注は決済済に変更できません。",
            "この操作による請求は行われていません。決済の状態と有効期限を確かめてください。",
        ),
        Code::AlreadyCaptured => (
            "この受注は、すでに決済済です。",
            "二重に請求されることはありません。この操作では何も変更されていません。受注の内容を確かめてください。",
        ),
        Code::CaptureRefused => (
            "Amazon Payが売上請求を受け付けませんでした。",
            "請求は行われていません。理由を確かめて、もう一度実行するか、お客様にご連絡ください。",
        ),
        Code::Unconfirmed => (
            "Amazon Payからの返答を確認しています。",
            "二重に請求されることはありません。結果が分かりしだい表示します。",
        ),
        Code::OrderCanceled => (
            "この受注はキャンセル済みです。",
            "何も変更されていません。キャンセルは取り消せません。必要な場合は新しい受注を作成してください。",
        ),
        Code::AmountLocked => (
            "決済を実行したため、金額と商品は変更できません。",
            "何も変更されていません。決済済みの受注は一部返金をご利用ください。",
        ),
        Code::PaymentState => (
            "現在の決済状態では、この操作はできません。",
            "何も変更されていません。決済の状態を確かめてください。",
        ),
        Code::AuthorizationExpired => (
            "与信の有効期限が切れています。",
            "請求は行われていません。再与信を実行してから、もう一度お試しください。",
        ),
        Code::PermissionEnded => (
            "この受注の支払い許可は終了しています。",
            "請求は行われていません。再決済のご案内で、お客様に新しくお支払いいただいてください。",
        ),
        Code::NotCaptured => (
            "決済済になっていない受注です。",
            "発送済には変更していません。決済済にするか、発送する理由を記録してください。",
        ),
        Code::AmazonPayExcluded => (
            "Amazon Payの受注では、この操作はできません。",
            "何も変更されていません。別のお支払い方法の受注でご利用ください。",
        ),
        Code::ParcelsDiffer => (
            "お届け先が異なる受注は、同梱できません。",
            "何も変更されていません。お届け先のお名前と住所が同じ受注を選んでください。",
        ),
        Code::TotalChanged => (
            "商品価格か送料が変わったため、合計が変わりました。",
            "何も登録されていません。新しい合計を確かめて、もう一度登録してください。",
        ),
        Code::NotAmazonPay => {
            ("Amazon Payの受注ではありません。", "何も変更されていません。お支払い方法を確かめてください。")
        }
        Code::OrderShipped => (
            "この受注は発送済みです。",
            "何も変更されていません。返品の場合は、返金またはキャンセルをご利用ください。",
        ),
        Code::LaterStepsStopped => (
            "前の手順がAmazonで処理中だったため、後の手順は行っていません。",
            "受注ステータスは変わらず、メールも送られていません。前の手順の結果が出てから、この受注だけもう一度実行してください。済んだ手順は繰り返さないため、二重に請求されることはありません。",
        ),
        Code::LaterStepsLetGo => (
            "残りの手順は、ご自身で行うことになっています。",
            "受注ステータスは変わらず、メールも送られていません。決済の結果は受注に表示されます。確かめてから手順を行ってください。",
        ),
        Code::NothingToDo => {
            ("変更する内容がありません。", "何も変更されていません。内容を確かめてください。")
        }
        Code::OrderReplaced => (
            "購入者が同じ内容を注文し直したか、その手続き中です。",
            "二重請求を防ぐため、再与信は行っていません。新しい受注を確かめてください。手続きが取りやめになれば再与信できます。",
        ),
        Code::AmountIncrease => (
            "合計金額が増える変更はできません。",
            "何も変更されていません。減額する内容にするか、新しい受注を作成してください。商品の切り替えは合計が下がる場合だけできます。",
        ),
        Code::AmountZero => (
            "合計金額を0円以下にはできません。",
            "何も変更されていません。全額の場合はキャンセルをご利用ください。",
        ),
        Code::LineUnknown => (
            "商品の行または個数が正しくありません。",
            "何も変更されていません。最新の内容を確かめて、もう一度お試しください。",
        ),
        Code::RefundTooMuch => (
            "返金できる金額ではありません。",
            "返金は行われていません。1円から、まだ返金していない金額までを入力してください。",
        ),
        Code::ReasonMissing => (
            "理由を入力してください。",
            "何も変更されていません。500文字以内で理由を入力して、もう一度お試しください。",
        ),
        Code::IdentityMissing => (
            "お客様の情報が足りないため、この決済方法は選べません。",
            "何も変更されていません。お届け先と会員情報(ゲストの場合は購入者情報)の苗字、フリガナ、電話番号、郵便番号を入力してください。",
        ),
        Code::BuyerInvalid => (
            "入力された情報を読み取れませんでした。",
            "何も変更されていません。氏名、フリガナ(全角カタカナ)、電話番号、郵便番号、都道府県を確かめてください。",
        ),
        Code::PaymentLinkInvalid => (
            "このお支払いのご案内は、使用済みか期限切れです。",
            "ご請求はありません。お手数ですが、ショップにお問い合わせください。",
        ),
        Code::NotificationForged => {
            ("通知の署名を確認できませんでした。", "何も変更されていません。送信元の設定を確かめてください。")
        }
        Code::MailTemplateInvalid => (
            "テンプレートに使えない書き方があります。",
            "保存されていません。示された箇所を直してから、もう一度保存してください。",
        ),
        Code::MailSettingsInvalid => (
            "メールの設定を保存できませんでした。",
            "何も変更されていません。サーバー名・ポート・差出人・登録番号を確かめてください。",
        ),
        Code::MailNotConfigured => (
            "メールサーバーが設定されていません。",
            "何も送信されていません。設定の「メール」でサーバーを登録してください。",
        ),
        Code::MailNotResendable => (
            "このメールは再送できません。",
            "何も送信されていません。送信済みか、送信の途中です。画面を読み直してください。",
        ),
        Code::SubscriptionChanged => (
            "画面を開いたあとに、この定期購入が変更されました。",
            "何も変更していません。最新の内容を確かめて、もう一度お試しください。",
        ),
        Code::SubscriptionEnded => (
            "この定期購入は終了しています。",
            "何も変更されていません。続けてご利用になる場合は、商品のページから新しくお申し込みください。",
        ),
        Code::SubscriptionState => (
            "現在の状態では、この操作はできません。",
            "何も変更されていません。定期購入の状態を確かめてください。",
        ),
        Code::DeliveryDate => {
            ("このお届け日はお選びいただけません。", "何も変更されていません。別の日付をお選びください。")
        }
        Code::SubscriptionQuantity => {
            ("個数が正しくありません。", "何も変更されていません。1から99までの個数でお試しください。")
        }
        Code::ShopperOnly => (
            "この変更は、お客様ご本人だけが行えます。",
            "何も変更されていません。お届け先、個数を増やす変更、お届けを早める変更、お客様が休止した定期購入の再開は、お客様がマイページで行います。お客様へご案内ください。",
        ),
        Code::SubscriptionSettingsInvalid => (
            "定期購入の設定を保存できませんでした。",
            "何も変更されていません。初回お届けまで0〜60日、課金0〜30日前、上限は1円以上、再請求は10回まで各1〜30日、金額変更の案内1〜60日前です。",
        ),
        Code::DeliveryDearerThanCap => (
            "1回のお届けの金額が、Amazon Payの1か月の上限を超えます。",
            "何も変更されていません。個数を減らすか、超える分はほかのお支払い方法でご注文ください。",
        ),
        Code::AddressNotFromAmazon => (
            "Amazonからお届け先を受け取れませんでした。",
            "お届け先は変更されていません。ログイン中のAmazonアカウントで、もう一度お選びください。",
        ),
        Code::AddressInvalid => (
            "お届け先を読み取れませんでした。",
            "お届け先は変更されていません。入力内容を確かめて、もう一度お試しください。",
        ),
        Code::Busy => {
            ("ただいま混み合っています。", "何も変更されていません。少し待ってから、もう一度お試しください。")
        }
        Code::Internal => (
            "システムの内部で問題が起きました。",
            "二重に請求されることはありません。少し待ってから、もう一度お試しください。",
        ),
    }
}

const fn en(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::BadRequest => {
            ("The request could not be read.", "Nothing was changed. Check what was entered and try again.")
        }
        Code::NotJson => {
            ("The request is not JSON.", "Nothing was changed. Send it with content-type application/json.")
        }
        Code::BodyTooLarge => {
            ("The request is too large.", "Nothing was changed. Make it smaller and try again.")
        }
        Code::NotFound => ("Not found.", "Check the address, or choose again from the list."),
        Code::MethodNotAllowed => {
            ("This operation does not exist here.", "Nothing was changed. Reload the page and try again.")
        }
        Code::UnknownProduct => (
            "The product was not found.",
            "You have not been charged. Please choose again on the shop's page.",
        ),
        Code::ProductNotOnSale => {
            ("This product is not on sale now.", "You have not been charged. Please choose another product.")
        }
        Code::QuantityOutOfRange => {
            ("The quantity is not possible.", "You have not been charged. Choose a quantity from 1 to 999.")
        }
        Code::CartEmpty => {
            ("The cart is empty.", "You have not been charged. Put something into the cart first.")
        }
        Code::CartTooLarge => (
            "The cart is too large for one order.",
            "You have not been charged. Take something out and try again.",
        ),
        Code::DiscountExceedsTotal => (
            "Points and coupons exceed the total.",
            "You have not been charged. Use fewer of them and try again.",
        ),
        Code::ZeroTotal => (
            "Amazon Pay cannot be used for a total of zero yen.",
            "You have not been charged. Please choose another way to pay.",
        ),
        Code::AmazonPayNotOffered => (
            "Amazon Pay is not offered for this order.",
            "You have not been charged. Please choose another way to pay.",
        ),
        Code::SubscriptionNotSold => (
            "This product is not sold as a subscription.",
            "You have not been charged. Please choose again on the product's page.",
        ),
        Code::CycleNotOffered => (
            "Deliveries are not offered that often.",
            "You have not been charged. Please choose again on the product's page.",
        ),
        Code::DearerThanCap => (
            "One delivery costs more than Amazon Pay may charge in a month, so it is not offered for this subscription.",
            "You have not been charged. Take fewer pieces, or choose another way to pay.",
        ),
        Code::MonthlyCapReached => (
            "The monthly limit for subscriptions with Amazon Pay would be passed.",
            "Nothing has been charged. Please try again next month or later.",
        ),
        Code::SignedCartForged => (
            "The cart could not be verified.",
            "You have not been charged. Please go again from the shop's cart.",
        ),
        Code::SignedCartExpired => {
            ("The cart has expired.", "You have not been charged. Please go again from the shop's cart.")
        }
        Code::SignedCartForeign => (
            "The cart belongs to another shop.",
            "You have not been charged. Please go again from the shop's cart.",
        ),
        Code::CartAlreadyOrdered => (
            "This cart has been ordered already, or is being confirmed.",
            "You will not be charged twice. Please wait for the result of the order.",
        ),
        Code::OrderPlacedAlready => (
            "This order has been placed again already.",
            "You will not be charged twice. There is nothing more for you to do.",
        ),
        Code::OriginNotAllowed => (
            "This site is not allowed to use the shop.",
            "You have not been charged. The shop's operator should check the allowed origins in the settings.",
        ),
        Code::ReturnUrlNotAllowed => (
            "The page to return to is not registered.",
            "You have not been charged. The shop's operator should check the return addresses in the settings.",
        ),
        Code::CheckoutTokenInvalid => (
            "This browser is not the one that began the order.",
            "You have not been charged and the cart is kept. Please go again from the shop's page.",
        ),
        Code::SessionMismatch => (
            "Amazon's session does not belong to this order.",
            "You have not been charged and the cart is kept. Please go again from the shop's page.",
        ),
        Code::CheckoutEnded => {
            ("This checkout has ended.", "The cart is kept. Please go again from the shop's page.")
        }
        Code::AreaNotServed => (
            "Delivery to this address is not offered.",
            "You have not been charged. Please choose another address with Change.",
        ),
        Code::ConsentMissing => {
            ("A confirmation is missing.", "You have not been charged. Tick the boxes and go on.")
        }
        Code::NameInvalid => (
            "Please check the name.",
            "You have not been charged. Correct the marked fields, or empty them all, and go on.",
        ),
        Code::PaymentInProgress => (
            "A payment action on this order is under way.",
            "Nothing is done twice. Wait a moment and reload the page.",
        ),
        Code::AmazonUnavailable => {
            ("Amazon Pay could not be reached.", "You have not been charged. Wait a moment and try again.")
        }
        Code::AmazonRefused => (
            "Amazon Pay did not accept the request.",
            "You have not been charged. Try again later, or choose another way to pay.",
        ),
        Code::BuyerTokenInvalid => {
            ("The Amazon sign-in has expired.", "Nothing was changed. Please sign in with Amazon again.")
        }
        Code::NotSignedIn => ("Please sign in.", "Nothing was changed. Sign in and try again."),
        Code::SignInFailed => ("The mail address or password is wrong.", "Check both and try again."),
        Code::TooManyRequests => {
            ("Too many requests in a short time.", "Nothing was changed. Wait a minute and try again.")
        }
        Code::LinkInvalid => (
            "This link has been used or is not valid.",
            "Please go to the sign-in page, or ask whoever runs this installation.",
        ),
        Code::PasswordTooWeak => (
            "The password must have 12 to 200 characters.",
            "Nothing was changed. Choose a longer one and try again.",
        ),
        Code::OperatorInvalid => {
            ("The name or mail address is not valid.", "Nothing was changed. Check both and try again.")
        }
        Code::CsrfFailed => ("The page has expired.", "Nothing was changed. Reload the page and try again."),
        Code::NotAllowed => {
            ("You do not have the right to do this.", "Nothing was changed. Ask somebody who has it.")
        }
        Code::OrderChanged => (
            "The order was changed since the page showed it.",
            "Nothing was done. Look at it again and retry.",
        ),
        Code::SettingsChanged => (
            "This setting was changed since the page showed it.",
            "Nothing was saved, and the setting is as it was changed. Reload the page, look at it again and retry.",
        ),
        Code::CaptureNotAllowed => (
            "This order cannot be captured now.",
            "Nothing was charged. Check its payment and the days left.",
        ),
        Code::AlreadyCaptured => (
            "This order is captured already.",
            "Nothing is charged twice, and this action changed nothing. Look at the order.",
        ),
        Code::CaptureRefused => (
            "Amazon Pay refused the capture.",
            "Nothing was charged. Read the reason, retry, or contact the buyer.",
        ),
        Code::Unconfirmed => (
            "The answer of Amazon Pay is being confirmed.",
            "Nothing is charged twice. The result is shown as soon as it is known.",
        ),
        Code::OrderCanceled => (
            "This order is canceled.",
            "Nothing was changed. A cancel stays; enter a new order if one is needed.",
        ),
        Code::AmountLocked => (
            "Amounts and items are locked since the capture was asked.",
            "Nothing was changed. Use a partial refund for a captured order.",
        ),
        Code::PaymentState => (
            "The payment's state does not allow this.",
            "Nothing was changed. Check the state of the payment.",
        ),
        Code::AuthorizationExpired => {
            ("The authorization has expired.", "Nothing was charged. Authorize it anew and try again.")
        }
        Code::PermissionEnded => (
            "The charge permission of this order has ended.",
            "Nothing was charged. Send the buyer a link to pay again.",
        ),
        Code::NotCaptured => (
            "This order is not captured.",
            "It was not marked as shipped. Capture it, or record a reason for shipping.",
        ),
        Code::AmazonPayExcluded => (
            "This cannot be done with Amazon Pay.",
            "Nothing was changed. It is for orders paid another way.",
        ),
        Code::ParcelsDiffer => (
            "These orders go to different addresses.",
            "Nothing was changed. Choose orders to the same recipient at the same address.",
        ),
        Code::TotalChanged => (
            "Prices or fees have changed, and so has the total.",
            "Nothing was entered. Look at the new total and enter the order again.",
        ),
        Code::NotAmazonPay => {
            ("This is not an Amazon Pay order.", "Nothing was changed. Check how the order is paid.")
        }
        Code::OrderShipped => {
            ("This order has been shipped.", "Nothing was changed. Use a refund or a cancel for a return.")
        }
        Code::LaterStepsStopped => (
            "Amazon was still working on an earlier step, so the later ones were not begun.",
            "The order's status is unchanged and no mail was sent. Once the earlier step has its result, run this order again: what is done is not repeated, and nothing is charged twice.",
        ),
        Code::LaterStepsLetGo => (
            "You took the remaining steps upon yourself.",
            "The order's status is unchanged and no mail was sent. The order shows its payment as soon as it is known.",
        ),
        Code::NothingToDo => ("There is nothing to change.", "Nothing was changed. Check what was entered."),
        Code::OrderReplaced => (
            "The buyer has ordered the same again, or is about to.",
            "Nothing was authorized, so nobody is charged twice. Check the new order; if the buyer gives it up, try again.",
        ),
        Code::AmountIncrease => (
            "The total may only fall.",
            "Nothing was changed. Lower the amounts, or enter a new order; a swap has to lower the total.",
        ),
        Code::AmountZero => {
            ("The total cannot become zero or less.", "Nothing was changed. Cancel the order instead.")
        }
        Code::LineUnknown => (
            "The line or quantity is not possible.",
            "Nothing was changed. Look at the order again and retry.",
        ),
        Code::RefundTooMuch => (
            "This amount cannot be refunded.",
            "Nothing was refunded. Enter at least one yen and at most what has not been given back.",
        ),
        Code::ReasonMissing => (
            "Please give a reason.",
            "Nothing was changed. Enter a reason of at most 500 characters and try again.",
        ),
        Code::IdentityMissing => (
            "The buyer's data is incomplete for this way to pay.",
            "Nothing was changed. Fill in family name, kana, phone and postal code in the delivery address and in the member profile or buyer data.",
        ),
        Code::BuyerInvalid => (
            "What was entered could not be read.",
            "Nothing was changed. Check name, kana (full-width katakana), phone, postal code and prefecture.",
        ),
        Code::PaymentLinkInvalid => (
            "This payment link was used or has ended.",
            "You have not been charged. Please contact the shop.",
        ),
        Code::NotificationForged => {
            ("The notification could not be verified.", "Nothing was changed. Check the sender's settings.")
        }
        Code::MailTemplateInvalid => (
            "The template contains something that cannot be used.",
            "It was not saved. Correct the places shown and save again.",
        ),
        Code::MailSettingsInvalid => (
            "The mail settings could not be saved.",
            "Nothing was changed. Check server, port, sender and registration number.",
        ),
        Code::MailNotConfigured => {
            ("No mail server is set.", "Nothing was sent. Enter one under Settings, Mail.")
        }
        Code::MailNotResendable => (
            "This mail cannot be sent again.",
            "Nothing was sent. It was sent already or is on its way. Reload the page.",
        ),
        Code::SubscriptionChanged => (
            "The subscription was changed since the page showed it.",
            "Nothing was changed now. Look at it again and retry.",
        ),
        Code::SubscriptionEnded => (
            "The subscription has ended.",
            "Nothing was changed. Subscribe anew on the product's page if you want to go on.",
        ),
        Code::SubscriptionState => (
            "The subscription's state does not allow this.",
            "Nothing was changed. Check whether it is paused.",
        ),
        Code::DeliveryDate => {
            ("This date cannot be chosen.", "Nothing was changed. Please choose another date.")
        }
        Code::SubscriptionQuantity => {
            ("The quantity is not possible.", "Nothing was changed. Choose a quantity from 1 to 99.")
        }
        Code::ShopperOnly => (
            "Only the buyer can make this change.",
            "Nothing was changed. Another address, more pieces, an earlier delivery and going on after the buyer's own pause are the buyer's to choose on my page. Please tell the buyer so.",
        ),
        Code::SubscriptionSettingsInvalid => (
            "The subscription settings could not be saved.",
            "Nothing was changed. First delivery 0 to 60 days, charged 0 to 30 days ahead, caps from ¥1, up to 10 retries 1 to 30 days apart, notice 1 to 60 days ahead.",
        ),
        Code::DeliveryDearerThanCap => (
            "One delivery would cost more than Amazon Pay may charge in a month.",
            "Nothing was changed. Take fewer pieces, or order the rest with another way to pay.",
        ),
        Code::AddressNotFromAmazon => (
            "No address came from Amazon.",
            "The address was not changed. Choose one again with the Amazon account you are signed in with.",
        ),
        Code::AddressInvalid => (
            "The address could not be read.",
            "The address was not changed. Check what was entered and try again.",
        ),
        Code::Busy => ("The service is busy.", "Nothing was changed. Wait a moment and try again."),
        Code::Internal => {
            ("Something went wrong on our side.", "Nothing is charged twice. Wait a moment and try again.")
        }
    }
}
