-- 更新できなかった定期購入: found by when a renewal last failed, without reading what happened to every subscription.
alter table subscription add column failed_at bigint;                     -- Unix ms; null once what was declined is paid
alter table subscription add column failed_for_good bigint not null default 0; -- 1: a delivery was given up or left out then
create index subscription_failed on subscription (shop_id, failed_at, subscription_id) where failed_at is not null;
