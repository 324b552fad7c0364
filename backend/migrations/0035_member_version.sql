-- Two operators who edit one member by two orders: the second one reads that the profile was changed.
alter table member add column profile_version bigint not null default 0; -- raised by each edit of an operator
