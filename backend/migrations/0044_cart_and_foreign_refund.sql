-- The order that a kept cart has left is found by the cart's name, however long ago it was declined (R89).
create index checkout_cart on checkout (shop_id, cart_id);
