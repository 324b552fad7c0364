//! Words of the wire that are no states: environments, kinds and intents.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($variant:ident),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                match name { $(stringify!($variant) => Some(Self::$variant),)+ _ => None }
            }
        }
    )+};
}

words! {
    /// What the buyer agrees to.
    PermissionKind { OneTime, Recurring, PaymentMethodOnFile }
    /// What happens at Complete.
    Intent { Confirm, Authorize, AuthorizeWithCapture }
    /// What the button shows: wallet and addresses, wallet only, or sign-in only.
    ProductType { PayAndShip, PayOnly, SignIn }
    /// Unit of a recurring agreement's cycle.
    FrequencyUnit { Year, Month, Week, Day, Variable }
}

/// Where a key belongs; objects of one are unknown in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Environment {
    Sandbox,
    Live,
}

impl Environment {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "Sandbox",
            Self::Live => "Live",
        }
    }
}
