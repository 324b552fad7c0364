-- Shops of this installation, what they sell, and their secrets.
create table shop (
  shop_id    text not null,
  name       text not null,
  settings   text not null,        -- JSON: origins, pages, Amazon's ids, fees, consents; never filtered on
  version    bigint not null,      -- rises with every change
  created_at bigint not null,      -- Unix ms
  updated_at bigint not null,      -- Unix ms
  primary key (shop_id)
);

-- Private keys and cart secrets, encrypted under the master key; shop and key id are bound in as associated data.
create table shop_secret (
  shop_id    text not null,
  secret_id  text not null,        -- Amazon's public key id, or the `kid` of a cart secret
  kind       text not null,        -- amazon_pay or cart
  sealed     bytes not null,       -- nonce, then AES-256-GCM ciphertext
  created_at bigint not null,      -- Unix ms
  primary key (shop_id, secret_id)
);

-- The catalogue (商品).
create table product (
  shop_id     text not null,
  product_id  text not null,
  name        text not null,
  price       bigint not null,     -- yen, tax included
  tax_percent bigint not null,     -- 8 or 10
  on_sale     bigint not null,     -- 1: can be bought now
  amazon_pay  bigint not null,     -- 1: Amazon Pay is offered for it
  updated_at  bigint not null,     -- Unix ms
  primary key (shop_id, product_id)
);
