-- Disputes page by page: those that wait by the date to answer by, answered ones by their arrival (R61).
create index dispute_due on dispute (shop_id, answer_by, dispute_id) where answered_at is null;
create index dispute_answered on dispute (shop_id, received_at, dispute_id) where answered_at is not null;

-- Corrections that are made (R92); those that are due have theirs.
create index correction_done on correction (shop_id, correction_id) where done_at is not null;

-- Notifications about an object, and about everything under a permission, for the timeline of an order (R52).
create index notification_object on notification (shop_id, object_id, received_at);
create index notification_permission on notification (shop_id, charge_permission_id, received_at);
