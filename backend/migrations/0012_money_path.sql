-- When the order's charge permission was read, or the address was edited here: from then on Amazon's is not taken.
alter table orders add column permission_read_at bigint; -- Unix ms; null until then

-- Whose authorization should have ended.
create index orders_expiry on orders (expires_at) where expires_at is not null;

-- A number drawn for a checkout is its own, before there is an order.
create unique index checkout_number on checkout (shop_id, order_number);

-- How fast Amazon may be called: one token bucket per kind of call, shared by all processes.
create table amazon_pace (
  shop_id   text not null,
  operation text not null,           -- Amazon's kind of call
  free_at   bigint not null,         -- Unix ms; when the bucket would be full again if nobody called
  primary key (shop_id, operation)
);
