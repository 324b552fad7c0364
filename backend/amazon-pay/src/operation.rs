//! The operations of the API that a shop needs, and how often each may be called.

use serde::{Deserialize, Serialize};

/// HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Makes something.
    Post,
    /// Changes something.
    Patch,
    /// Ends something.
    Delete,
}

impl Method {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A token bucket: how many calls at once, and how many a second in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Calls at once.
    pub burst: u32,
    /// Calls a second.
    pub per_second: u32,
}

macro_rules! operations {
    ($($(#[$about:meta])* $name:ident: $method:ident, live $live_burst:literal / $live:literal,
        sandbox $sandbox_burst:literal / $sandbox:literal;)+) => {
        /// One kind of call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Operation { $($(#[$about])* $name),+ }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name, for storing and for logs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }

            /// The operation called `name`.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }

            /// Its HTTP method.
            pub const fn method(self) -> Method {
                match self { $(Self::$name => Method::$method),+ }
            }

            /// How often Amazon lets a merchant call it. What Amazon's table lacks (buyers, reports) has a cautious
            /// pace of ours.
            pub const fn pace(self, sandbox: bool) -> Pace {
                match (self, sandbox) {
                    $((Self::$name, false) => Pace { burst: $live_burst, per_second: $live },
                    (Self::$name, true) => Pace { burst: $sandbox_burst, per_second: $sandbox },)+
                }
            }
        }
    };
}

operations! {
    /// Makes a session without a button; only to test credentials.
    CreateCheckoutSession: Post, live 40 / 16, sandbox 5 / 1;
    /// Reads a session.
    GetCheckoutSession: Get, live 40 / 8, sandbox 10 / 1;
    /// Sets amount, intent and addresses of return.
    UpdateCheckoutSession: Patch, live 20 / 8, sandbox 5 / 1;
    /// Makes the intent final.
    CompleteCheckoutSession: Post, live 20 / 4, sandbox 2 / 1;
    /// Reads who signed in.
    GetBuyer: Get, live 20 / 4, sandbox 5 / 1;
    /// Reads a permission.
    GetChargePermission: Get, live 20 / 4, sandbox 10 / 1;
    /// Sets order number, note, amount and cycle.
    UpdateChargePermission: Patch, live 10 / 2, sandbox 5 / 1;
    /// Ends a permission.
    CloseChargePermission: Delete, live 10 / 2, sandbox 2 / 1;
    /// Authorizes an amount.
    CreateCharge: Post, live 10 / 4, sandbox 2 / 1;
    /// Reads a charge.
    GetCharge: Get, live 20 / 4, sandbox 5 / 1;
    /// Takes an authorized amount.
    CaptureCharge: Post, live 20 / 4, sandbox 2 / 1;
    /// Releases an authorized amount.
    CancelCharge: Delete, live 10 / 2, sandbox 2 / 1;
    /// Gives money back.
    CreateRefund: Post, live 10 / 4, sandbox 2 / 1;
    /// Reads a refund.
    GetRefund: Get, live 20 / 4, sandbox 5 / 1;
    /// Lists reports.
    ListReports: Get, live 10 / 1, sandbox 1 / 1;
    /// Reads a report's state.
    GetReport: Get, live 10 / 1, sandbox 1 / 1;
    /// Reads where a report lies.
    GetReportDocument: Get, live 10 / 1, sandbox 1 / 1;
    /// Asks for a report.
    CreateReport: Post, live 10 / 1, sandbox 1 / 1;
    /// Lists schedules.
    ListReportSchedules: Get, live 10 / 1, sandbox 1 / 1;
    /// Reads a schedule.
    GetReportSchedule: Get, live 10 / 1, sandbox 1 / 1;
    /// Makes a schedule.
    CreateReportSchedule: Post, live 10 / 1, sandbox 1 / 1;
    /// Ends a schedule.
    CancelReportSchedule: Delete, live 10 / 1, sandbox 1 / 1;
}
