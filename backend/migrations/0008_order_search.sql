-- The order list: an index for every single filter, each ending in time and id as the list is sorted, and the words
-- orders are found by.
create index orders_handling on orders (shop_id, order_status, placed_at, order_id);
create index orders_handling_state on orders (shop_id, order_status, payment_state, placed_at, order_id);
create index orders_origin on orders (shop_id, order_origin, placed_at, order_id);
create index orders_method on orders (shop_id, payment_method, placed_at, order_id);
-- The day an authorization ends, counted from 1970: a filter by days left asks for a few of them.
create index orders_last_day on orders (shop_id, (expires_at / 86400000), placed_at, order_id, expires_at);
-- Bands of amounts: a range of yen is a few of them. The expression stands in shared/src/order_query.rs, too.
create index orders_amount_band on orders (shop_id, (case when total < 1000 then 0 when total < 2000 then 1 when total < 3000 then 2 when total < 5000 then 3 when total < 10000 then 4 when total < 20000 then 5 when total < 50000 then 6 when total < 100000 then 7 else 8 end), placed_at, order_id, total);
create index orders_disputed on orders (shop_id, placed_at, order_id) where disputed = 1;

-- Words an order is found by, looked up by equality only: pieces of two letters of names, phone numbers and their
-- last four digits, mail address, number, Amazon's ids. Written by a job after the order.
create table order_term (
  shop_id   text not null,
  term      text not null,             -- kind, a colon, the folded word
  placed_at bigint not null,           -- the order's, so that what is found is sorted
  order_id  text not null,
  primary key (shop_id, term, placed_at, order_id)
);
create index order_term_order on order_term (shop_id, order_id);

-- Filters of the order list that operators keep under a name.
create table saved_view (
  shop_id     text not null,
  view_id     text not null,           -- sorts by time
  operator_id text not null,           -- whose it is
  name        text not null,
  query       text not null,           -- as in the page's address; read and checked when it was saved
  shared      bigint not null,         -- 1: every operator of the shop sees it
  created_at  bigint not null,         -- Unix ms
  primary key (shop_id, view_id)
);

-- Orders placed before there was a search.
insert into job (shop_id, job_id, kind, subject, once_key, payload, job_state, due_at, attempts, asked_again,
                 lease_number, lease_until, created_at)
select shop_id, 'index-' || order_id, 'index_order', order_id, order_id, '{}', 'open', 0, 0, 0, 0, 0, 0
  from orders where length(order_id) < 100;
