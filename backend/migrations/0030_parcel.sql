-- 同梱: orders to one recipient and place are found by a hash of both, whatever blanks they were written with (R46).
alter table orders add column parcel_key text; -- null: may not be bundled, or last written before this column
create index orders_parcel on orders (shop_id, parcel_key, placed_at, order_id) where parcel_key is not null;
-- Orders from before that: unshipped ones are looked through, the newest first.
create index orders_unkeyed on orders (shop_id, placed_at, order_id) where order_status in ('new', 'preparing') and payment_method <> 'amazon_pay' and parcel_key is null;
drop index orders_bundleable;

-- Which shops have work that is due, and a shop's own: places for jobs are divided by shop.
create index job_of_shop on job (shop_id, due_at) where job_state = 'open';
