-- Operators of the console. They belong to the installation; their rights to shops.
create table operator (
  operator_id   text not null,
  name          text not null,
  mail          text not null,       -- lower case; the name to sign in with
  password_hash text not null,       -- argon2id, PHC string
  created_at    bigint not null,     -- Unix ms
  primary key (operator_id)
);
create unique index operator_mail on operator (mail);

create table operator_shop (
  shop_id     text not null,
  operator_id text not null,
  rights      text not null,         -- owner, or a comma separated list: view, capture
  primary key (shop_id, operator_id)
);

create table operator_session (
  token_hash  bytes not null,        -- SHA-256 of the cookie
  operator_id text not null,
  created_at  bigint not null,       -- Unix ms
  seen_at     bigint not null,       -- Unix ms
  expires_at  bigint not null,       -- Unix ms
  primary key (token_hash)
);
create index operator_session_end on operator_session (expires_at);

-- The link for the first operator; used once.
create table first_link (
  link_id    text not null,          -- always `first`
  token_hash bytes not null,
  created_at bigint not null,        -- Unix ms
  primary key (link_id)
);

-- Members of a shop (会員情報), recognised by Amazon's buyer id, never by mail alone.
create table member (
  shop_id    text not null,
  member_id  text not null,
  buyer_id   text not null,
  name       text not null,
  mail       text,
  created_at bigint not null,        -- Unix ms
  updated_at bigint not null,        -- Unix ms
  primary key (shop_id, member_id)
);
create unique index member_buyer on member (shop_id, buyer_id);

create table member_session (
  shop_id    text not null,
  token_hash bytes not null,
  member_id  text not null,
  created_at bigint not null,        -- Unix ms
  seen_at    bigint not null,        -- Unix ms
  primary key (shop_id, token_hash)
);

-- Amazon's sign-in tokens, each exchanged once.
create table buyer_token (
  shop_id    text not null,
  token_hash bytes not null,
  used_at    bigint not null,        -- Unix ms
  primary key (shop_id, token_hash)
);
