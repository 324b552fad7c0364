-- The name in parts and kana that the shopper told in the review, as JSON; null where nothing was asked or answered. It
-- goes into the order that comes of the checkout.
alter table checkout add column told_name text;
