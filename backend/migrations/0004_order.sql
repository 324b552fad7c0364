-- Orders (受注).
create table orders (
  shop_id              text not null,
  order_id             text not null,    -- sorts by time
  order_number         text not null,    -- as people say it
  checkout_id          text,             -- the checkout it came of
  order_status         text not null,    -- handling of the goods
  order_origin         text not null,
  payment_method       text not null,
  payment_state        text not null,    -- name of the payment's state; filtered on
  payment              text not null,    -- JSON of shared::payment::Payment
  total                bigint not null,  -- yen, what is to be paid now
  totals               text not null,    -- JSON of shared::cart::Totals
  order_lines          text not null,    -- JSON: what was bought, at which price
  buyer_id             text,             -- Amazon's, different for each merchant
  buyer_name           text not null,    -- as Amazon gave it
  buyer_mail           text,
  buyer_phone          text,
  delivery_address     text,             -- JSON, tidied
  original_address     text,             -- JSON, as Amazon gave it
  area_not_served      bigint not null,  -- 1: found only after the payment that it cannot be delivered there
  charge_permission_id text,
  charge_id            text,
  expires_at           bigint,           -- Unix ms; when the authorization ends, while one stands
  placed_at            bigint not null,  -- Unix ms
  updated_at           bigint not null,  -- Unix ms
  version              bigint not null,
  terms_version        bigint not null,  -- the version at which what may be charged last changed
  primary key (shop_id, order_id)
);
create unique index orders_number on orders (shop_id, order_number);
create unique index orders_checkout on orders (shop_id, checkout_id);
create index orders_time on orders (shop_id, placed_at, order_id);
create index orders_updated on orders (shop_id, updated_at);
create index orders_charge on orders (shop_id, charge_id);
create index orders_permission on orders (shop_id, charge_permission_id);
create index orders_state on orders (shop_id, payment_state, placed_at, order_id);

-- Everything that happened to an order, in order.
create table timeline (
  shop_id    text not null,
  order_id   text not null,
  entry_id   text not null,          -- sorts by time
  at         bigint not null,        -- Unix ms
  actor      text not null,          -- shopper, amazon, noren, or an operator's id
  event      text not null,          -- name of what happened
  detail     text not null,          -- JSON: amounts, old and new state, reason codes; no personal data
  request_id text,                   -- Amazon's
  primary key (shop_id, order_id, entry_id)
);

-- One run of a bulk action (一括処理); its id is made by the page, so pressing twice finds the first run.
create table bulk_run (
  shop_id     text not null,
  run_id      text not null,
  operator_id text not null,
  started_at  bigint not null,       -- Unix ms
  finished_at bigint,                -- Unix ms
  primary key (shop_id, run_id)
);
create table bulk_item (
  shop_id       text not null,
  run_id        text not null,
  item_number   bigint not null,     -- the operator's order
  order_id      text not null,
  order_number  text not null,
  order_version bigint not null,     -- as the operator saw it
  amount        bigint not null,     -- yen
  item_state    text not null,
  problem_code  text,
  primary key (shop_id, run_id, item_number)
);
