//! What a disturbed story left behind, held against an undisturbed one.

use std::any::Any;
use std::collections::BTreeMap;

use serde_json::Value;

use super::account::Account;
use super::database::{contradictions, traces};
use super::story::Cast;
use super::subject::Subject;

/// What was found. All empty: nothing was lost, nothing was doubled, nothing is wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// What is not there although it should be.
    pub lost: Vec<String>,
    /// What is there more often than it should be.
    pub doubled: Vec<String>,
    /// What is otherwise.
    pub wrong: Vec<String>,
    /// Sends whose end was not known, and that came twice therefore: allowed, and counted.
    pub copies: usize,
}

impl Verdict {
    /// What stopped a run in its middle: the story came to no end.
    pub fn stuck(why: &(dyn Any + Send)) -> Self {
        let said = why.downcast_ref::<String>().cloned().or(why.downcast_ref::<&str>().map(|why| (*why).to_owned()));
        Self { wrong: vec![format!("it comes to no end: {}", said.unwrap_or_default())], ..Self::default() }
    }

    /// Nothing was found.
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.wrong.is_empty()
    }

    /// Holds an account against that of an undisturbed run.
    pub fn compare(&mut self, expected: &Account, found: &Account) {
        self.lost.extend(found.unkept.iter().map(|what| format!("acknowledged and not kept: {what}")));
        self.wrong.extend(found.misnumbered.iter().cloned());
        for (expected, found) in expected.transcripts.iter().zip(&found.transcripts) {
            self.lines("a conversation", expected, found);
        }
        if expected.transcripts.len() != found.transcripts.len() {
            self.wrong.push("conversations are missing, or too many".into());
        }
        self.lines("the phone", &expected.shown, &found.shown);
        if found.copies > found.unknown {
            self.doubled.push(format!("{} copies on the phone, and {} sends whose end was not known", found.copies, found.unknown));
        }
        self.copies += found.copies;
        let names: std::collections::BTreeSet<_> = expected.facts.keys().chain(found.facts.keys()).collect();
        for name in names {
            let (expected, found_fact) =
                (expected.facts.get(name).cloned().unwrap_or_default(), found.facts.get(name).cloned().unwrap_or_default());
            // A send that ended unknown where the bot may not repeat it is told to a person: that is no difference.
            let (found_fact, told) = without_failures(found_fact);
            if told > found.unknown {
                self.wrong.push(format!("{name}: {told} deliveries are told as failed, {} ended unknown", found.unknown));
            }
            if expected != found_fact {
                self.wrong.push(difference(name, &expected, &found_fact));
            }
        }
    }

    /// Lines that are missing, too many, or in another order.
    fn lines(&mut self, what: &str, expected: &[String], found: &[String]) {
        let mut surplus: BTreeMap<&String, i64> = BTreeMap::new();
        let counted = found.iter().map(|line| (line, 1)).chain(expected.iter().map(|line| (line, -1)));
        for (line, one) in counted {
            *surplus.entry(line).or_default() += one;
        }
        let mut same = true;
        for (line, count) in surplus {
            let place = match count {
                0 => continue,
                ..0 => &mut self.lost,
                _ if expected.contains(line) => &mut self.doubled,
                _ => &mut self.wrong,
            };
            place.push(format!("{what}: {count:+} of {line}"));
            same = false;
        }
        if same && expected != found {
            self.wrong.push(format!("{what} is in another order: {found:#?}"));
        }
    }

    /// Stops the server and looks at what it left: the last word on a story.
    pub async fn close(&mut self, cast: &Cast, subject: &mut Subject) {
        self.wrong.append(&mut subject.problems);
        if subject.log().contains("panicked") {
            self.wrong.push(format!("a panic: {}", subject.log()));
        }
        subject.stop().await;
        let url = subject.url();
        self.wrong.extend(contradictions(subject.folder(), &url).await);
        if !cast.erased.is_empty() {
            self.wrong.extend(traces(subject.folder()));
        }
        if let Some(line) = &cast.line {
            self.wrong.extend(line.fake.violations());
        }
    }
}

fn without_failures(fact: Value) -> (Value, usize) {
    let Value::Array(items) = fact else { return (fact, 0) };
    let all = items.len();
    let kept: Vec<Value> = items.into_iter().filter(|item| item["type"] != "delivery_failed").collect();
    let told = all - kept.len();
    (Value::Array(kept), told)
}

/// The first places where two facts differ.
fn difference(name: &str, expected: &Value, found: &Value) -> String {
    let mut told = Vec::new();
    walk(name, expected, found, &mut told);
    told.truncate(6);
    told.join("; ")
}

fn walk(at: &str, expected: &Value, found: &Value, told: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for name in names {
                walk(&format!("{at}.{name}"), &expected[name], &found[name], told);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                walk(&format!("{at}[{n}]"), a, b, told);
            }
        }
        _ if expected != found => told.push(format!("{at}: {found} instead of {expected}")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> Account {
        Account { transcripts: vec![lines.iter().map(|line| (*line).to_owned()).collect()], ..Account::default() }
    }

    fn found(lines: &[&str]) -> (usize, usize, usize) {
        let mut verdict = Verdict::default();
        verdict.compare(&told(&["a", "b", "c"]), &told(lines));
        (verdict.lost.len(), verdict.doubled.len(), verdict.wrong.len())
    }

    #[test]
    fn what_is_lost_doubled_or_out_of_order_is_told_apart() {
        assert_eq!(found(&["a", "b", "c"]), (0, 0, 0));
        assert_eq!(found(&["a", "c"]), (1, 0, 0));
        assert_eq!(found(&["a", "b", "b", "c"]), (0, 1, 0));
        assert_eq!(found(&["b", "a", "c"]), (0, 0, 1));
        assert_eq!(found(&["a", "x", "c"]), (1, 0, 1));
    }

    #[test]
    fn a_copy_is_allowed_where_the_end_of_a_send_was_not_known() {
        let account = |copies, unknown| Account { copies, unknown, ..Account::default() };
        for (copies, unknown, doubled) in [(0, 1, 0), (1, 1, 0), (1, 0, 1), (2, 1, 1)] {
            let mut verdict = Verdict::default();
            verdict.compare(&Account::default(), &account(copies, unknown));
            assert_eq!(verdict.doubled.len(), doubled, "{copies} copies, {unknown} unknown");
        }
    }

    #[test]
    fn an_acknowledgement_that_is_not_kept_is_lost() {
        let mut verdict = Verdict::default();
        verdict.compare(&Account::default(), &Account { unkept: vec!["7".into()], ..Account::default() });
        assert_eq!(verdict.lost.len(), 1);
    }
}
