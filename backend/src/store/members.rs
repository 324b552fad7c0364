//! Members of a shop (会員情報), their sessions, and Amazon's sign-in tokens that were exchanged.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{BuyerId, MemberId, ShopId};
use shared::identity::PersonName;

/// A member as Amazon's sign-in tells.
#[derive(Clone)]
pub struct MemberRow<'a> {
    /// Whose.
    pub shop_id: &'a ShopId,
    /// A new id; one that exists is kept.
    pub id: &'a MemberId,
    /// What the member is recognised by.
    pub buyer_id: &'a BuyerId,
    /// As Amazon gives it.
    pub name: &'a str,
    /// As Amazon gives it; nobody is recognised by it.
    pub mail: Option<&'a str>,
}

/// A session that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSessionRow {
    /// Whose.
    pub member: MemberId,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms.
    pub seen_at: i64,
}

/// Uses up a sign-in token of Amazon's; refused ([`Unmet::AlreadyExists`]`("buyer_token")`) the second time.
pub fn use_buyer_token(shop: &ShopId, token_hash: &[u8], now: i64) -> Statement {
    Statement::new(
        "insert into buyer_token (shop_id, token_hash, used_at) values ($1, $2, $3) on conflict do nothing",
        values![shop, token_hash, now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("buyer_token"))
}

/// The member of that buyer id, made or brought up to date, with a new session. Sessions begun before
/// `forget_before` are forgotten.
pub fn sign_in(member: &MemberRow<'_>, token_hash: &[u8], now: i64, forget_before: i64) -> Batch {
    [
        Statement::new(
            "insert into member (shop_id, member_id, buyer_id, name, mail, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $6)
             on conflict (shop_id, buyer_id) do update set name = excluded.name, mail = excluded.mail,
               updated_at = excluded.updated_at",
            values![member.shop_id, member.id, member.buyer_id, member.name, member.mail, now],
        )
        .touching(1)
        .or(Unmet::AlreadyExists("member")),
        Statement::new(
            "delete from member_session where shop_id = $1 and created_at < $2",
            values![member.shop_id, forget_before],
        ),
        Statement::new(
            "insert into member_session (shop_id, token_hash, member_id, created_at, seen_at)
             select shop_id, $1, member_id, $2, $2
               from member where shop_id = $3 and buyer_id = $4",
            values![token_hash, now, member.shop_id, member.buyer_id],
        )
        .touching(1)
        .or(Unmet::Missing("member")),
    ]
    .into_iter()
    .collect()
}

/// The session of that token, if there is one.
pub async fn session(
    reader: &Reader,
    shop: &ShopId,
    token_hash: &[u8],
) -> Result<Option<MemberSessionRow>, StoreError> {
    let sql =
        "select member_id, created_at, seen_at from member_session where shop_id = $1 and token_hash = $2";
    let row = reader.row(sql, values![shop, token_hash]).await?;
    let read = |row: Row| {
        Ok::<_, RowError>(MemberSessionRow {
            member: row.parse("member_id")?,
            created_at: row.int("created_at")?,
            seen_at: row.int("seen_at")?,
        })
    };
    Ok(row.map(read).transpose()?)
}

/// Amazon's id of the member.
pub async fn buyer_of(
    reader: &Reader,
    shop: &ShopId,
    member: &MemberId,
) -> Result<Option<BuyerId>, StoreError> {
    let sql = "select buyer_id from member where shop_id = $1 and member_id = $2";
    let row = reader.row(sql, values![shop, member]).await?;
    Ok(row.map(|row| row.parse("buyer_id")).transpose()?)
}

/// The session is used.
pub fn touch_session(shop: &ShopId, token_hash: &[u8], now: i64) -> Statement {
    Statement::new(
        "update member_session set seen_at = $1 where shop_id = $2 and token_hash = $3",
        values![now, shop, token_hash],
    )
}

/// What Amazon told of a member at the last sign-in.
pub struct ToldMember {
    /// One text.
    pub name: String,
    /// Mail address.
    pub mail: Option<String>,
    /// Of the first sign-in, Unix ms.
    pub created_at: i64,
}

/// The member with this buyer id.
pub async fn told(reader: &Reader, shop: &ShopId, buyer: &BuyerId) -> Result<Option<ToldMember>, StoreError> {
    let sql = "select name, mail, created_at from member where shop_id = $1 and buyer_id = $2";
    let row = reader.row(sql, values![shop, buyer]).await?;
    let read = |row: Row| {
        Ok::<_, RowError>(ToldMember {
            name: row.text("name")?.to_owned(),
            mail: row.opt_text("mail")?.map(str::to_owned),
            created_at: row.int("created_at")?,
        })
    };
    Ok(row.map(read).transpose()?)
}

/// The session ends.
pub fn sign_out(shop: &ShopId, token_hash: &[u8]) -> Statement {
    Statement::new(
        "delete from member_session where shop_id = $1 and token_hash = $2",
        values![shop, token_hash],
    )
}

/// What operators complete of a member's profile.
#[derive(Clone)]
pub struct MemberProfile {
    /// Whose.
    pub id: MemberId,
    /// Names in parts.
    pub name: PersonName,
    /// Digits.
    pub phone: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
    /// As read; each edit of an operator raises it.
    pub version: i64,
}

/// The profile of the member with this buyer id, if the buyer is one.
pub async fn profile(
    reader: &Reader,
    shop: &ShopId,
    buyer: &BuyerId,
) -> Result<Option<MemberProfile>, StoreError> {
    let sql = "select member_id, identity, phone, postal_code, profile_version from member
          where shop_id = $1 and buyer_id = $2";
    let row = reader.row(sql, values![shop, buyer]).await?;
    let read = |row: Row| {
        Ok::<_, RowError>(MemberProfile {
            id: row.parse("member_id")?,
            name: super::opt_json(&row, "identity")?.unwrap_or_default(),
            phone: row.opt_text("phone")?.map(str::to_owned),
            postal_code: row.opt_text("postal_code")?.map(str::to_owned),
            version: row.int("profile_version")?,
        })
    };
    Ok(row.map(read).transpose()?)
}

/// The name in parts that a person told of this buyer; blank where nobody did, or the buyer is no member.
pub async fn told_name(
    reader: &Reader,
    shop: &ShopId,
    buyer: Option<&BuyerId>,
) -> Result<PersonName, StoreError> {
    let Some(buyer) = buyer else { return Ok(PersonName::default()) };
    Ok(profile(reader, shop, buyer).await?.map(|member| member.name).unwrap_or_default())
}

/// Writes the profile, unless someone else wrote it since it was read, by whichever order ([`Unmet::Stale`]).
pub fn edit(shop: &ShopId, profile: &MemberProfile, now: i64) -> Statement {
    Statement::new(
        "update member set identity = $1, phone = $2, postal_code = $3, updated_at = $4,
           profile_version = profile_version + 1
         where shop_id = $5 and member_id = $6 and profile_version = $7",
        values![
            super::json_text(&profile.name),
            profile.phone.as_ref(),
            profile.postal_code.as_ref(),
            now,
            shop,
            &profile.id,
            profile.version
        ],
    )
    .touching(1)
    .or(Unmet::Stale("member"))
}
