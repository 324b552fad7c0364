-- The order whose charge or refund a notification was about, as it was found: a refund that was made in Seller Central is none of
-- ours, and under a subscription's agreement there are many orders (R52). Null where the object itself tells no order.
alter table notification add column order_id text;
create index notification_order on notification (shop_id, order_id, received_at) where order_id is not null;
