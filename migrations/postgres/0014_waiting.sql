-- Chapter 14: a candidate waits for the person who took over; the timers learn two kinds.

alter table timers drop constraint timers_kind;
alter table timers add constraint timers_kind
    check (kind in ('reminder_1', 'reminder_2', 'auto_submit', 'expiry', 'purge', 'candidate_waiting', 'offer_bot'));
