//! 郵便番号: the places of a postal code, to fill an address form with.

use crate::prefecture::Prefecture;
use serde::{Deserialize, Serialize};

/// `GET /api/shops/{shop}/postal-codes/{code}`; empty where Japan Post's list has no such code, as for the codes of
/// single large offices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalCodeView {
    /// Nearly always one; a few codes lie in several cities.
    pub places: Vec<PostalPlace>,
}

/// A city of that code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalPlace {
    /// 都道府県.
    pub prefecture: Prefecture,
    /// 市区町村.
    pub city: String,
    /// 町名: several to choose from, one, or none where the code does not tell.
    pub towns: Vec<String>,
}
