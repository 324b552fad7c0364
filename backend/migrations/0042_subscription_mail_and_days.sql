-- A subscription's mail address follows what Amazon tells at its buyer's sign-in.
alter table subscription add column former_mails text; -- JSON: earlier addresses, each until when it is still told of changes; null: none
-- What is delivered on each of the next days, of orders that are placed already.
create index orders_delivery on orders (shop_id, delivery_date, order_id) where delivery_date is not null;
