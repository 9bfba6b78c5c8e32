//! One counter a conversation for all senders: no gap, nothing twice, nothing acknowledged and lost.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Check, Verification, at, is_erased, row_of};
use crate::message::Sender;
use crate::store::facts::{EntryFact, MessageFact, SessionFacts};

pub(super) fn check(facts: &SessionFacts, found: &mut Verification) {
    let session = &facts.session;
    if facts.twin {
        found.report(Check::OpenTwice, "its person has another open conversation on the account".into(), row_of(facts));
    }
    if !(session.last_handled <= session.last_inbound && session.last_inbound <= session.last_seq.max(0)) {
        let what =
            format!("handled up to {}, received up to {}, counted up to {}", session.last_handled, session.last_inbound, session.last_seq);
        found.report(Check::Counters, what, row_of(facts));
    }
    if is_erased(facts) {
        return;
    }
    let messages: BTreeMap<i64, &MessageFact> = facts.messages.iter().map(|m| (m.seq, m)).collect();
    let entries: BTreeMap<i64, &EntryFact> = facts.entries.iter().map(|e| (e.seq, e)).collect();
    gaps(facts, &messages, &entries, found);
    doubles(facts, &messages, &entries, found);
    if let Some(newest) = facts.entries.last().filter(|e| e.seq != session.last_inbound) {
        let what = format!("the newest entry is {}, the session knows of {}", newest.seq, session.last_inbound);
        found.report(Check::EntryUncounted, what, vec![at("inbound", session.id, newest.seq)]);
    }
    accepted(facts, &entries, found);
}

fn gaps(facts: &SessionFacts, messages: &BTreeMap<i64, &MessageFact>, entries: &BTreeMap<i64, &EntryFact>, found: &mut Verification) {
    let id = facts.session.id;
    // An opening has number 0 of its own.
    let given: BTreeSet<i64> = messages.keys().chain(entries.keys()).copied().filter(|n| *n > 0).collect();
    let mut expected = 1;
    for n in &given {
        if *n > expected && *n <= facts.session.last_seq + 1 {
            let what = format!("numbers {expected} to {} of {} belong to nothing", n - 1, facts.session.last_seq);
            found.report(Check::NumberMissing, what, row_of(facts));
        }
        expected = n + 1;
    }
    if expected <= facts.session.last_seq {
        let what = format!("numbers {expected} to {} of as many belong to nothing", facts.session.last_seq);
        found.report(Check::NumberMissing, what, row_of(facts));
    }
    for n in given.iter().filter(|n| **n > facts.session.last_seq) {
        let table = if messages.contains_key(n) { "chat_messages" } else { "inbound" };
        found.report(Check::NumberUncounted, format!("number {n} of {}", facts.session.last_seq), vec![at(table, id, *n)]);
    }
}

fn doubles(facts: &SessionFacts, messages: &BTreeMap<i64, &MessageFact>, entries: &BTreeMap<i64, &EntryFact>, found: &mut Verification) {
    let id = facts.session.id;
    for rows in facts.messages.windows(2) {
        if let [one, other] = rows
            && one.seq == other.seq
        {
            let rows = vec![format!("chat_messages {}", one.id), format!("chat_messages {}", other.id)];
            found.report(Check::NumberDoubled, format!("number {} is two messages'", one.seq), rows);
        }
    }
    for entry in entries.values() {
        let message = messages.get(&entry.seq);
        match (entry.message_id, message) {
            (Some(named), Some(message)) if message.id == named => {}
            (None, None) => {}
            (Some(_), None) => {
                let what = format!("entry {} names a message that isn't there", entry.seq);
                found.report(Check::EntryMessage, what, vec![at("inbound", id, entry.seq)]);
            }
            (_, Some(_)) => {
                let what = format!("number {} is an entry's and another message's", entry.seq);
                found.report(Check::NumberDoubled, what, vec![at("inbound", id, entry.seq), at("chat_messages", id, entry.seq)]);
            }
        }
    }
}

fn accepted(facts: &SessionFacts, entries: &BTreeMap<i64, &EntryFact>, found: &mut Verification) {
    let id = facts.session.id;
    for message in facts.messages.iter().filter(|m| matches!(m.sender, Sender::Candidate | Sender::Recruiter)) {
        if !entries.contains_key(&message.seq) {
            let what = format!("message {} is a person's and in no inbox", message.seq);
            found.report(Check::AcceptedLost, what, vec![at("chat_messages", id, message.seq)]);
        }
    }
    let mut known: BTreeSet<Uuid> = BTreeSet::new();
    let mut numbers: BTreeSet<i64> = BTreeSet::new();
    for record in &facts.seen {
        let (Some(seq), Some(message_id)) = (record.seq, record.message_id) else { continue };
        // What only opened the conversation is its entry 0, and an entry without a message keeps the id it was told.
        let fits = entries.get(&seq).is_some_and(|e| e.message_id.is_none_or(|m| m == message_id));
        if !fits {
            let what = format!("number {seq} was acknowledged as message {message_id}, and is not in the inbox");
            found.report(Check::AcceptedLost, what, vec![at("seen", id, seq)]);
        }
        if !known.insert(message_id) || !numbers.insert(seq) {
            found.report(Check::AcceptedTwice, format!("number {seq} has two dedupe records"), vec![at("seen", id, seq)]);
        }
    }
}
