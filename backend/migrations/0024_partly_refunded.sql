-- Orders of which a part was given back (一部返金): found among a million captured ones without reading those.
alter table orders add column partly_refunded bigint not null default 0; -- 1: captured, and less than all of it refunded
update orders set partly_refunded = 1
 where payment_state = 'captured'
   and exists (select 1 from refund r where r.shop_id = orders.shop_id and r.order_id = orders.order_id
                                        and r.refund_state = 'refunded');
create index orders_partly_refunded on orders (shop_id, placed_at, order_id) where partly_refunded = 1;
