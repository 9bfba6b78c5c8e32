//! The names of what must hold, and what to do where it doesn't.

use std::fmt;

macro_rules! checks {
    ($($check:ident, $name:literal, $promise:literal, $meaning:literal, $advice:literal;)+) => {
        /// Something every committed state satisfies.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Check {
            $(#[doc = $meaning] $check,)+
        }

        impl Check {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$check,)+];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$check => $name,)+ }
            }

            /// The promise it belongs to.
            pub fn promise(self) -> &'static str {
                match self { $(Self::$check => $promise,)+ }
            }

            /// What it says.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$check => $meaning,)+ }
            }

            /// What to do where it is broken.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$check => $advice,)+ }
            }
        }
    };
}

checks! {
    NumberMissing, "number_missing", "I1", "Every number of a conversation belongs to a message or an inbox entry.",
        "a row is lost: compare with a backup, and report a defect";
    NumberDoubled, "number_doubled", "I3", "A number is given once: a message and an inbox entry that share one are the same words.",
        "report a defect: two writers have counted the same conversation";
    NumberUncounted, "number_uncounted", "I3", "No number is beyond the conversation's count.",
        "report a defect: a row was written past the session's lock";
    EntryUncounted, "entry_uncounted", "I1", "The session knows its newest inbox entry.",
        "have it handled: set last_inbound to the newest entry's number and ready_at to now, and report a defect";
    EntryMessage, "entry_message", "I1", "An inbox entry's message is there.",
        "a message is lost: compare with a backup, and report a defect";
    AcceptedLost, "accepted_lost", "I1", "What was acknowledged is in the inbox.",
        "an acknowledged message is lost: compare with a backup, and report a defect";
    AcceptedTwice, "accepted_twice", "I2", "A message was accepted once.",
        "report a defect: a message's key was recorded twice";
    Counters, "counters", "I3", "Handled is at most received, and received at most counted.",
        "report a defect: the session's row contradicts itself";
    HandledMarks, "handled_marks", "I3", "An entry is marked as handled exactly if the session has handled it.",
        "report a defect: a turn and the marks of its entries were committed apart";
    HandledIntervals, "handled_intervals", "I3", "Turns handled the inbox in order, each the whole of what came next.",
        "report a defect: two workers held the conversation at once";
    TurnWithoutEntry, "turn_without_entry", "I3", "What a turn said belongs to entries that a turn handled.",
        "report a defect: a turn spoke past its fence";
    TurnTwice, "turn_twice", "I2", "Entries are handled by one turn.",
        "tell the candidate which reply counts, and report a defect";
    OpenTwice, "open_twice", "I2", "A person has one open conversation on an account.",
        "close the older one, and report a defect";
    Stuck, "stuck", "I3", "Whatever waits in an open conversation has a time at which it is looked at.",
        "set the session's ready_at to now, and report a defect";
    TimerLate, "timer_late", "I3", "A conversation nobody holds is looked at when its next timer is due.",
        "set the session's ready_at to now, and report a defect";
    TimerOfClosed, "timer_of_closed", "I3", "A closed conversation has no timers.",
        "delete the timer, and report a defect";
    DeliveryState, "delivery_state", "I4", "A message and its delivery say the same.",
        "report a defect: a delivery and its message were committed apart";
    DeliveryMissing, "delivery_missing", "I4", "What is said on a channel that is called has a delivery.",
        "say it again by hand: nothing will send it; and report a defect";
    DeliveryDoubled, "delivery_doubled", "I4", "A message has one delivery.",
        "delete the newer row unless it was sent, and report a defect";
    DeliveryPulled, "delivery_pulled", "I4", "What a client reads from the history waits for no delivery.",
        "set the message's delivery to sent, and report a defect";
    DeliveryOrder, "delivery_order", "I4", "A conversation's messages leave in order, each after the one before has come to rest.",
        "report a defect: a later message overtook an earlier one";
    DeliveryOrphan, "delivery_orphan", "I4", "What is being sent is being sent by whoever holds the account's lease.",
        "start a process that serves this channel: it settles the row as unknown and sends it once more";
    FailureUntold, "failure_untold", "I4", "A message that can't be delivered files an action.",
        "tell the job's owner, and report a defect";
    BotSpoke, "bot_spoke", "I5", "The bot is silent while a person is in control.",
        "report a defect: a reply was committed after the takeover";
    Questions, "questions", "I7", "An application's questions are there, and its answers are to them.",
        "report a defect: a set of questions was changed or deleted under an application";
    AnswerScore, "answer_score", "I7", "An answer's points follow from its value and its question's rule.",
        "correct the answer to its own value (PATCH /applications/…/answers/…), which scores it anew, and report a defect";
    Figures, "figures", "I7", "An application's score and marks follow from its answers.",
        "correct any answer to its own value (PATCH /applications/…/answers/…), which computes them anew, and report a defect";
    RejectedByNobody, "rejected_by_nobody", "I8", "Nobody is rejected but by a person, on record.",
        "move the application back, have a person decide, and find out who wrote the row";
    NamesNobody, "names_nobody", "I6", "No row names a person, a conversation or an application that isn't there.",
        "delete the row (an erasure left it behind), and report a defect";
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
