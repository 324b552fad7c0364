-- A job that was asked for while it runs: when it is to run again. `due_at` stays what it was, so that the work of a
-- worker that died is taken over as soon as its lease ends.
alter table job add column asked_due bigint; -- Unix ms; the earliest time asked for; null unless asked_again is 1
