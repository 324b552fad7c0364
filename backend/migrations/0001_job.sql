-- Work to be done later, at least once: mails, questions to Amazon Pay, renewals.
-- A worker claims a row for a while (its lease); if it dies, the lease ends and another worker takes over.
create table job (
  shop_id      text not null,
  job_id       text not null,             -- sorts by time
  kind         text not null,             -- what to do: reconcile, send_mail, …
  subject      text not null,             -- what it is about: an order id, a checkout id, …
  once_key     text,                      -- the subject while the job is open and no second one may be; else null
  payload      text not null,             -- JSON, read by the worker of this kind only
  job_state    text not null,             -- open, done, or buried (given up, shown to people)
  due_at       bigint not null,           -- Unix ms; not before
  attempts     bigint not null,           -- how often it was claimed since it was last asked for
  asked_again  bigint not null,           -- 1: asked for while running, so it runs once more
  lease_holder text,                      -- the worker that has it
  lease_number bigint not null,           -- counts the leases ever given; with the holder it names one
  lease_until  bigint not null,           -- Unix ms; free for others from then on; 0 without a lease
  last_error   text,                      -- why the last attempt failed; no personal data
  created_at   bigint not null,           -- Unix ms
  ended_at     bigint,                    -- Unix ms; when it was done or buried
  primary key (shop_id, job_id)
);
create unique index job_once on job (shop_id, kind, once_key);
create index job_due on job (due_at) where job_state = 'open';
create index job_ended on job (job_state, ended_at) where ended_at is not null;
