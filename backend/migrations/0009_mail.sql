-- Mails to shoppers. A row is written by the batch of its cause; its words are made when it is first due.
create table mail (
  shop_id       text not null,
  mail_id       text not null,        -- sorts by time
  order_id      text not null,
  kind          text not null,
  recipient     text not null,        -- as it was when the cause arose
  link          text,                 -- what the mail is about, where it is about a link
  after_capture bigint not null,      -- 1: wait until the order is captured, and send nothing if it is not to be
  message_id    text not null,        -- the same for every try
  language      text,                 -- ja or en, once composed
  subject       text,                 -- once composed
  text_part     text,                 -- once composed
  html_part     text,                 -- once composed
  tells_pending bigint not null,      -- 1: it says that the payment is still being confirmed
  mail_state    text not null,        -- queued, sending, sent, unconfirmed, failed, skipped
  attempts      bigint not null,      -- how often a server was asked to take it
  answer_code   bigint,               -- the server's last refusal, such as 550; 0 where it was not reached
  due_at        bigint not null,      -- Unix ms; not before
  created_at    bigint not null,      -- Unix ms
  composed_at   bigint,               -- Unix ms; its Date
  sent_at       bigint,               -- Unix ms; when the final 250 was recorded
  version       bigint not null,
  primary key (shop_id, mail_id)
);
create index mail_of_order on mail (shop_id, order_id, mail_id);
create index mail_by_state on mail (shop_id, mail_state, mail_id);

-- A shop's own words; without a row the standard ones are used.
create table mail_template (
  shop_id     text not null,
  kind        text not null,
  language    text not null,          -- ja or en
  subject     text not null,          -- with placeholders, checked
  body        text not null,          -- with placeholders, checked
  operator_id text not null,          -- who wrote it
  updated_at  bigint not null,        -- Unix ms
  primary key (shop_id, kind, language)
);
