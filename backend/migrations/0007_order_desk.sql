-- The order desk: what operators do with orders after they were placed.
alter table orders add column identity text;               -- JSON: names in parts of delivery address and buyer data; null while nobody told them
alter table orders add column left_amazon_pay bigint not null default 0; -- 1: was paid by Amazon Pay and left it for good
alter table orders add column replaces text;                -- the order whose place this one took
alter table orders add column replaced_by text;             -- the order that took this one's place
alter table orders add column disputed bigint not null default 0; -- 1: a dispute is open
alter table orders add column bundle_id text;               -- orders that are shipped together share it
create index orders_failed on orders (shop_id, placed_at) where payment_state in ('refund_failed', 'cancel_failed');

-- Members' data that operators complete; Amazon's sign-in gives one name and no kana.
alter table member add column identity text;                -- JSON: names in parts
alter table member add column phone text;                   -- digits
alter table member add column postal_code text;             -- seven digits

-- Each change of an order's terms: old, new, why, who, when (台帳). Rows are only added.
create table ledger (
  shop_id     text not null,
  order_id    text not null,
  line_id     text not null,        -- sorts by time
  at          bigint not null,      -- Unix ms
  operator_id text not null,
  field       text not null,        -- what was changed
  subject     text,                 -- name of the product, for lines of goods
  old_value   text not null,
  new_value   text not null,
  reason      text not null,        -- the operator's words
  primary key (shop_id, order_id, line_id)
);

-- Money asked back, one row per ask, followed to Amazon's decision.
create table refund (
  shop_id          text not null,
  order_id         text not null,
  refund_number    bigint not null, -- the attempt of its intent, from 1
  amazon_refund_id text,            -- once Amazon answered
  amount           bigint not null, -- yen
  refund_state     text not null,   -- asked, pending, refunded, declined, not_sent
  cause            text not null,   -- returned, mistake, other
  note             text,            -- the operator's words
  refused_code     text,            -- Amazon's reason
  operator_id      text not null,
  asked_at         bigint not null, -- Unix ms
  ended_at         bigint,          -- Unix ms
  primary key (shop_id, order_id, refund_number)
);
create unique index refund_amazon on refund (shop_id, amazon_refund_id);

-- What was done for a buyer after a cancel error. Rows are only added.
create table remedy (
  shop_id     text not null,
  order_id    text not null,
  remedy_id   text not null,        -- sorts by time
  remedy      text not null,        -- points, transfer, other
  amount      bigint not null,      -- yen
  note        text,
  operator_id text not null,
  at          bigint not null,      -- Unix ms
  primary key (shop_id, order_id, remedy_id)
);

-- Corrections the shop has to make in its own points and coupons (未反映 / 反映済).
create table correction (
  shop_id       text not null,
  correction_id text not null,      -- sorts by time
  order_id      text not null,
  kind          text not null,      -- points or coupon
  amount        bigint not null,    -- yen the buyer gets back; below zero: is to be taken
  cause         text not null,      -- amount_change, cancel, compensation
  since         bigint not null,    -- Unix ms
  done_at       bigint,             -- Unix ms; null while it is due
  done_by       text,               -- operator's id
  primary key (shop_id, correction_id)
);
create index correction_order on correction (shop_id, order_id);
create index correction_due on correction (shop_id, correction_id) where done_at is null;

-- Disputes Amazon told of; they are answered in Seller Central.
create table dispute (
  shop_id     text not null,
  dispute_id  text not null,        -- Amazon's object
  order_id    text,                 -- where it is known
  received_at bigint not null,      -- Unix ms
  answer_by   bigint not null,      -- Unix ms
  answered_at bigint,               -- Unix ms
  answered_by text,                 -- operator's id
  note        text,
  primary key (shop_id, dispute_id)
);
create index dispute_order on dispute (shop_id, order_id);
create index dispute_time on dispute (shop_id, received_at);

-- Links mailed to buyers to pay again; each opens one new order of the same lines.
create table payment_link (
  shop_id     text not null,
  token_hash  bytes not null,       -- SHA-256 of the token
  order_id    text not null,        -- whose lines
  operator_id text not null,
  created_at  bigint not null,      -- Unix ms
  expires_at  bigint not null,      -- Unix ms
  primary key (shop_id, token_hash)
);
create index payment_link_order on payment_link (shop_id, order_id);
