//! Bodies of operator sign-in.

use super::{ShopView, Token};
use crate::id::OperatorId;
use serde::{Deserialize, Serialize};

/// `POST /api/operator/first`: the first operator, by the one-time link printed at the first start.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstOperatorRequest {
    /// From the link.
    pub token: Token,
    /// Shown in the audit log.
    pub name: String,
    /// Mail address, the name to sign in with.
    pub mail: String,
    /// 12 to 200 characters.
    pub password: String,
}

/// `POST /api/operator/sign-in`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// Mail address.
    pub mail: String,
    /// The password.
    pub password: String,
}

macro_rules! hidden {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+};
}
hidden!(FirstOperatorRequest, SignInRequest, OperatorView);

/// `GET /api/operator`: who is signed in, and where. Also the answer to both sign-ins, which set the cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorView {
    /// The operator.
    pub id: OperatorId,
    /// Shown name.
    pub name: String,
    /// The shops they may work in.
    pub shops: Vec<ShopView>,
    /// Sent as `X-Noren-CSRF` with every request that is not a GET.
    pub csrf: Token,
}
