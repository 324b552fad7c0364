-- The order that a kept cart has left is found by the cart's name, and the orders that a link still opens by the buyer's, however
-- long ago they were placed (R89). Both hold all that is asked for: SQLite would read the whole shop otherwise.
create index checkout_cart on checkout (shop_id, cart_id, checkout_state, created_at);
create index payment_link_open on payment_link (shop_id, order_id, expires_at);

-- Refunds that somebody made in Seller Central, while Amazon decides them (R37): until then nothing more of the order's money
-- goes back. A row goes once Amazon has decided; what was given back is told by the charge.
create table foreign_refund (
  shop_id          text not null,
  order_id         text not null,
  amazon_refund_id text not null,
  found_at         bigint not null, -- Unix ms
  primary key (shop_id, order_id, amazon_refund_id)
);
