-- What led to the payment's present state, and the charges an order had before it was authorized anew (再与信).
alter table orders add column payment_request_id text;    -- Amazon's request id of the answer that led to the state
alter table orders add column former_charges text;        -- JSON of Amazon's ids, oldest first; null where there are none
