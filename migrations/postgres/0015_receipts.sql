-- Chapter 15: what channels report about messages they took.

-- A channel names a message of ours by the id it gave it when it took it.
create index outbox_by_ref on outbox (platform, account, provider_ref) where provider_ref is not null;
