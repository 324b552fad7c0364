-- 一括処理 whose answer from Amazon is not known (item_state `unconfirmed`): the later steps wait for it (R32).
alter table bulk_item add column unconfirmed_since bigint; -- Unix ms; when Amazon was asked; null unless it waited
alter table bulk_item add column status_then text;         -- order_status at that moment: who changes it takes the rest upon themselves
