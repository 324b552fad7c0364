-- A subscription's mail address follows what Amazon tells at its buyer's sign-in.
alter table subscription add column former_mails text; -- JSON: earlier addresses, each until when it is still told of changes; null: none
