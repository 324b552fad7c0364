-- The live list asks twice a second which subscriptions of a shop were written lately.
create index subscription_updated on subscription (shop_id, updated_at, subscription_id);
