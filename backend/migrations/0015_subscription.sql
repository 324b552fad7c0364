-- Subscriptions (定期購入): what is delivered how often, to whom and where, and how much a month may cost.
alter table product add column subscription text;           -- JSON of shared::catalogue::SubscriptionOffer; null where it is not sold so

create table subscription (
  shop_id              text not null,
  subscription_id      text not null,    -- sorts by time
  subscription_number  text not null,    -- as people say it
  buyer_id             text not null,    -- Amazon's; whose it is
  buyer_name           text not null,    -- as Amazon gave it
  buyer_mail           text,
  buyer_phone          text,
  language             text not null,    -- ja or en
  first_order_id       text not null,    -- the order of the checkout it came of
  product_id           text not null,
  product_name         text not null,    -- as it is in the next delivery
  tax_percent          bigint not null,  -- 8 or 10
  unit_price           bigint not null,  -- yen, of one piece in the next delivery, tax included
  quantity             bigint not null,
  shipping_fee         bigint not null,  -- yen, of each delivery
  schedule             text not null,    -- JSON of shared::subscription::Schedule
  subscription_state   text not null,    -- name of the state; filtered on
  subscription         text not null,    -- JSON of shared::subscription::SubscriptionState
  next_delivery        text,             -- yyyy-mm-dd; null once ended
  due_at               bigint,           -- Unix ms; when to see to it next; null while nothing is to be done
  current_order_id     text,             -- the latest renewal's order while its payment is not settled
  tries                bigint not null,  -- how often that order's charge was asked for
  failed_periods       bigint not null,  -- periods in a row that could not be paid
  charge_permission_id text not null,
  permission_state     text not null,    -- as Amazon last said: chargeable, non_chargeable, closed
  payment_text         text,             -- Amazon's text; never parsed
  told_price_at        bigint,           -- Unix ms; when the buyer was told of a price that differs from the last delivery's
  told_price           bigint,           -- yen; of which price
  created_at           bigint not null,  -- Unix ms
  updated_at           bigint not null,  -- Unix ms
  version              bigint not null,
  primary key (shop_id, subscription_id)
);
create unique index subscription_number on subscription (shop_id, subscription_number);
create unique index subscription_permission on subscription (shop_id, charge_permission_id);
create unique index subscription_first_order on subscription (shop_id, first_order_id);
create index subscription_buyer on subscription (shop_id, buyer_id, subscription_id);
create index subscription_due on subscription (due_at) where due_at is not null;
create index subscription_state on subscription (shop_id, subscription_state, created_at, subscription_id);
create index subscription_time on subscription (shop_id, created_at, subscription_id);
create index subscription_next on subscription (shop_id, next_delivery, subscription_id) where next_delivery is not null;
create index subscription_product on subscription (shop_id, product_id, subscription_id);

-- What became of each period: exactly one order or one reason. Rows are only added.
create table subscription_period (
  shop_id         text not null,
  subscription_id text not null,
  period          bigint not null,       -- from 1
  delivery_date   text not null,         -- yyyy-mm-dd
  outcome         text not null,         -- ordered, skipped, dropped
  order_id        text,                  -- where it was ordered
  reason          text,                  -- where it was dropped
  decided_at      bigint not null,       -- Unix ms
  primary key (shop_id, subscription_id, period)
);

-- Addresses and the deliveries they are for. Rows are only added.
create table subscription_address (
  shop_id         text not null,
  subscription_id text not null,
  address_id      text not null,         -- sorts by time
  from_date       text not null,         -- yyyy-mm-dd; from this delivery on
  address         text not null,         -- JSON of shared::address::DeliveryAddress
  source          text not null,         -- checkout, form, amazon
  at              bigint not null,       -- Unix ms
  primary key (shop_id, subscription_id, address_id)
);

-- Everything that happened to a subscription, in order.
create table subscription_event (
  shop_id         text not null,
  subscription_id text not null,
  entry_id        text not null,         -- sorts by time
  at              bigint not null,       -- Unix ms
  actor           text not null,         -- shopper, amazon, noren, or an operator's id
  event           text not null,         -- name of what happened
  detail          text not null,         -- JSON; no personal data
  primary key (shop_id, subscription_id, entry_id)
);

-- How much may be charged in a month of Japan, by permission (its id) and by buyer (`buyer:` and the id).
create table monthly_total (
  shop_id    text not null,
  subject    text not null,
  month      bigint not null,            -- yyyymm
  cap        bigint not null,            -- yen
  used       bigint not null,            -- yen; every charge of the month, canceled and unconfirmed ones too
  updated_at bigint not null,            -- Unix ms
  primary key (shop_id, subject, month)
);

-- One row for each charge that counts toward a month: reserved before Amazon is called.
create table cap_reservation (
  shop_id              text not null,
  order_id             text not null,
  attempt              bigint not null,  -- of the order's charge; 0 is the checkout's own
  charge_permission_id text not null,
  buyer_id             text not null,
  month                bigint not null,  -- yyyymm
  amount               bigint not null,  -- yen
  reservation_state    text not null,    -- reserved, charged, given_back
  at                   bigint not null,  -- Unix ms
  primary key (shop_id, order_id, attempt)
);
create index cap_reservation_month on cap_reservation (shop_id, charge_permission_id, month);

-- Orders of subscriptions.
alter table orders add column subscription_id text;
alter table orders add column period bigint;                -- of the subscription, from 1
alter table orders add column delivery_date text;           -- yyyy-mm-dd; when it is to be delivered
create index orders_subscription on orders (shop_id, subscription_id, placed_at, order_id) where subscription_id is not null;
create index orders_buyer on orders (shop_id, buyer_id, placed_at, order_id) where buyer_id is not null;
