-- What the buyer and the shop are told of a subscription.
alter table subscription add column told text;              -- JSON of shared::renewal::Told; null where nothing has to be remembered

-- A mail about a subscription: order_id is then the order it is about, or the subscription's first one.
alter table mail add column subscription_id text;
alter table mail add column facts text;                     -- JSON of shared::mail::NewsFacts: the moment it tells of; no personal data
