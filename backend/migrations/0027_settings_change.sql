-- Who changed which setting of a shop, when, and from what to what. Written in the batch of the change, never changed after.
create table settings_change (
  shop_id     text not null,
  entry_id    text not null,             -- sorts by time
  at          bigint not null,           -- Unix ms
  operator_id text not null,
  area        text not null,             -- subscriptions, mail_server, mail_template
  changes     text not null,             -- JSON: field, from, to; of a secret only that it was changed
  primary key (shop_id, entry_id)
);
