-- The newest bulk runs of a shop, by whoever started them (R32).
create index bulk_run_by_start on bulk_run (shop_id, started_at, run_id);
