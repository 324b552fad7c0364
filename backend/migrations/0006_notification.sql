-- Amazon's notifications, stored before they are answered; the first of equal message ids counts.
create table notification (
  shop_id              text not null,
  message_id           text not null,   -- the same when Amazon sends it again
  notification_id      text not null,
  topic                text not null,
  object_type          text not null,
  object_id            text not null,
  charge_permission_id text,
  received_at          bigint not null, -- Unix ms
  handled_at           bigint,          -- Unix ms
  outcome              text,            -- what came of it
  primary key (shop_id, message_id)
);
create index notification_time on notification (shop_id, received_at);

-- The topic of a shop's notifications, pinned at the first verified one.
create table notification_topic (
  shop_id   text not null,
  topic     text not null,
  pinned_at bigint not null,            -- Unix ms
  primary key (shop_id)
);
