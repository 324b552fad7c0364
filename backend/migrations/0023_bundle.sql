-- 同梱: which orders share a parcel, and which may still join one (neither shipped, canceled nor paid by Amazon Pay).
create index orders_bundle on orders (shop_id, bundle_id) where bundle_id is not null;
create index orders_bundleable on orders (shop_id, placed_at, order_id) where order_status in ('new', 'preparing') and payment_method <> 'amazon_pay';
