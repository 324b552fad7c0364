-- A charge whose answer was lost, and that is sent again in another month, counts in each of them until Amazon tells in
-- which it was made: one row for each month after the reservation's own.
create table cap_reservation_again (
  shop_id  text not null,
  order_id text not null,
  attempt  bigint not null,
  month    bigint not null,              -- yyyymm
  at       bigint not null,              -- Unix ms
  primary key (shop_id, order_id, attempt, month)
);
