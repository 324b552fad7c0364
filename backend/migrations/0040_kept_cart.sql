-- After 与信NG the kept cart and the mailed link are one purchase (R89): the checkout that pays an order anew says so itself.
alter table checkout add column repeats_order text; -- the order at 与信NG it takes the place of; written with 注文する
