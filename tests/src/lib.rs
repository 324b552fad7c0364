//! What the tests of the whole product stand on: a shop with a database, the simulator and the backend on free
//! ports, a buyer and an operator. Nothing of ours is mocked. Start at [`TestShop`].

mod buyer;
pub mod filled_shop;
pub mod mailbox;
pub mod many_orders;
pub mod many_subscriptions;
mod operator;
pub mod postgres;
mod test_shop;

pub use buyer::{Answer, Buyer, Purchase};
pub use operator::Operator;
pub use test_shop::{CART_SECRET, Database, SHOP_ORIGIN, TestShop, eventually};

/// Writes each test twice, once per database: `on_sqlite::name` and `on_postgres::name`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$about:meta])* async fn $name:ident($database:ident) $body:block)+) => {
        $($(#[$about])* async fn $name($database: $crate::Database) $body)+
        mod on_sqlite {
            $($(#[$about])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name($crate::Database::Sqlite).await })+
        }
        mod on_postgres {
            $($(#[$about])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name($crate::Database::Postgres).await })+
        }
    };
}
