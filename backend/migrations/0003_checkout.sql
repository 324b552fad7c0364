-- One walk from the button to the result, stored before the shopper leaves for Amazon.
create table checkout (
  shop_id        text not null,
  checkout_id    text not null,      -- random; carried in return addresses; opens nothing
  checkout_state text not null,      -- name of the state
  checkout       text not null,      -- JSON of shared::checkout::Checkout
  cart_id        text not null,
  cart           text not null,      -- JSON: lines and fees, fixed here
  total          bigint not null,    -- yen
  order_number   text not null,      -- given to the order that comes of it
  order_id       text not null,      -- given to the order that comes of it
  pages          text not null,      -- hosted or shop
  language       text not null,      -- ja or en
  token_hash     bytes not null,     -- SHA-256 of the page's token
  claim_hash     bytes,              -- SHA-256 of the hosted page's cookie, once claimed
  session_id     text,               -- Amazon's session, once the shopper came back with it
  created_at     bigint not null,    -- Unix ms
  expires_at     bigint not null,    -- Unix ms; Amazon's session ends by then
  sweep_at       bigint,             -- Unix ms; when to look at it again; null once final
  updated_at     bigint not null,    -- Unix ms
  version        bigint not null,
  primary key (shop_id, checkout_id)
);
create unique index checkout_session on checkout (shop_id, session_id);
create index checkout_sweep on checkout (sweep_at) where sweep_at is not null;

-- A cart that is ordered or may turn out to be; at most one checkout holds it.
create table cart_hold (
  shop_id     text not null,
  cart_id     text not null,
  checkout_id text not null,
  held_at     bigint not null,       -- Unix ms
  primary key (shop_id, cart_id)
);

-- What we asked Amazon: stored before the call, closed by its answer. The row stays as the record.
create table intent (
  shop_id         text not null,
  subject         text not null,     -- checkout id (complete) or order id
  operation       text not null,
  attempt         bigint not null,   -- counted from 1 per subject and operation
  idempotency_key text not null,
  request         text not null,     -- JSON: method, path, exact body; sent again byte for byte
  snapshot        text not null,     -- JSON: what has to be known to record the answer
  sent_at         bigint not null,   -- Unix ms
  closed_at       bigint,            -- Unix ms; null while nobody knows the answer
  outcome         text,              -- how it was closed
  request_id      text,              -- Amazon's, where an answer came
  primary key (shop_id, subject, operation, attempt)
);

-- At most one open money intent per subject.
create table open_intent (
  shop_id   text not null,
  subject   text not null,
  operation text not null,
  attempt   bigint not null,
  primary key (shop_id, subject)
);
