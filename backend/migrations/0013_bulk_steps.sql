-- What a bulk action does besides the capture (R32).
alter table bulk_run add column steps text;       -- JSON; null is the capture alone

-- The step of which this order's question to Amazon was stored by the run, or that is under way: reauthorize, capture, cancel.
alter table bulk_item add column asked_step text; -- null until then
