//! What each problem says.

use crate::api::{Code, Language};

/// Title (what happened) and detail (what is safe, what to do next) of a problem.
pub const fn problem(code: Code, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Ja => ja(code),
        Language::En => en(code),
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
        Code::OriginNotAllowed => (
            "このサイトからはご利用いただけません。",
            "ご請求はありません。ショップの運営者は、設定の許可オリジンをご確認ください。",
        ),
        Code::ReturnUrlNotAllowed => (
            "戻り先のページが登録されていません。",
            "ご請求はありません。ショップの運営者は、設定の戻り先をご確認ください。",
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
        Code::CaptureNotAllowed => (
            "この受注は決済済に変更できません。",
            "請求は行われていません。決済の状態と有効期限を確かめてください。",
        ),
        Code::CaptureRefused => (
            "Amazon Payが売上請求を受け付けませんでした。",
            "請求は行われていません。理由を確かめて、もう一度実行するか、お客様にご連絡ください。",
        ),
        Code::Unconfirmed => (
            "Amazon Payからの返答を確認しています。",
            "二重に請求されることはありません。結果が分かりしだい表示します。",
        ),
        Code::NotificationForged => {
            ("通知の署名を確認できませんでした。", "何も変更されていません。送信元の設定を確かめてください。")
        }
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
        Code::CaptureNotAllowed => (
            "This order cannot be captured now.",
            "Nothing was charged. Check its payment and the days left.",
        ),
        Code::CaptureRefused => (
            "Amazon Pay refused the capture.",
            "Nothing was charged. Read the reason, retry, or contact the buyer.",
        ),
        Code::Unconfirmed => (
            "The answer of Amazon Pay is being confirmed.",
            "Nothing is charged twice. The result is shown as soon as it is known.",
        ),
        Code::NotificationForged => {
            ("The notification could not be verified.", "Nothing was changed. Check the sender's settings.")
        }
        Code::Busy => ("The service is busy.", "Nothing was changed. Wait a moment and try again."),
        Code::Internal => {
            ("Something went wrong on our side.", "Nothing is charged twice. Wait a moment and try again.")
        }
    }
}
