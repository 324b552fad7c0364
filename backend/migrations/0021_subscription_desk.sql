-- 定期管理: what its lists are found by. All but acknowledged_at follow from the row and are written with it.
alter table subscription add column waits_until bigint;      -- Unix ms; active, and the cap has no room before; else null
alter table subscription add column amazon_end_at bigint;    -- Unix ms; the agreement was ended at Amazon then, and nobody has looked yet
alter table subscription add column acknowledged_at bigint;  -- Unix ms; somebody has looked

create index subscription_charge on subscription (shop_id, next_delivery, subscription_id)
  where subscription_state = 'active' and waits_until is null and next_delivery is not null;
create index subscription_waits on subscription (shop_id, waits_until, subscription_id) where waits_until is not null;
create index subscription_amazon_end on subscription (shop_id, amazon_end_at, subscription_id) where amazon_end_at is not null;
create index subscription_mail on subscription (shop_id, buyer_mail, created_at, subscription_id) where buyer_mail is not null;
