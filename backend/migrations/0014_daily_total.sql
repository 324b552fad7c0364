-- What happened on a day, counted in the batch that made it happen, so that a repeated fact never counts twice.
create table daily_total (
  shop_id text not null,
  day     text not null,               -- yyyy-mm-dd in Japan
  name    text not null,               -- authorized, declined, declined: and Amazon's reason
  amount  bigint not null,             -- how often
  primary key (shop_id, day, name)
);

-- Disputes that wait for their answer, for the dashboard's count.
create index dispute_open on dispute (shop_id, received_at) where answered_at is null;
