-- Mails of a bulk action (R33).
alter table bulk_item add column mail_id text; -- the mail that was put in for this order; null where none was
-- The step whose outcome the mail waits for: reauthorize, capture, cancel; it is not sent where the step fails.
alter table mail add column waits_for text;    -- null: it waits for none, or as after_capture says
