//! Whether what somebody was sent can have come of what was to be sent.

use std::collections::{BTreeSet, HashMap};

/// A message that was to be sent, and how often it may have arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its words.
    pub text: String,
    /// At least.
    pub least: usize,
    /// At most: as often as it was tried.
    pub most: usize,
}

/// Why it can't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Something never came.
    Lost,
    /// Something came oftener than it was tried.
    Doubled,
    /// All came, in another order.
    Order,
}

/// Each message in order, as often as it may have come.
///
/// # Errors
/// What is wrong, if nothing explains what was seen.
pub fn explain(sent: &[Sent], seen: &[String]) -> Result<(), Why> {
    // How much of `seen` the messages so far may have been.
    let mut reached = BTreeSet::from([0_usize]);
    for message in sent {
        let mut next = BTreeSet::new();
        for from in reached {
            for times in 0..=message.most {
                if times > 0 && seen.get(from + times - 1) != Some(&message.text) {
                    break;
                }
                if times >= message.least {
                    next.insert(from + times);
                }
            }
        }
        reached = next;
    }
    if reached.contains(&seen.len()) {
        return Ok(());
    }
    let mut range: HashMap<&str, (usize, usize)> = HashMap::new();
    for message in sent {
        let (least, most) = range.entry(&message.text).or_default();
        (*least, *most) = (*least + message.least, *most + message.most);
    }
    let mut counted: HashMap<&str, usize> = HashMap::new();
    for text in seen {
        *counted.entry(text).or_default() += 1;
    }
    if range.iter().any(|(text, (least, _))| counted.get(text).copied().unwrap_or(0) < *least) {
        return Err(Why::Lost);
    }
    if counted.iter().any(|(text, times)| *times > range.get(text).map_or(0, |(_, most)| *most)) {
        return Err(Why::Doubled);
    }
    Err(Why::Order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(sent: &[(&str, usize, usize)], seen: &[&str]) -> Result<(), Why> {
        let sent: Vec<Sent> = sent.iter().map(|(text, least, most)| Sent { text: (*text).into(), least: *least, most: *most }).collect();
        explain(&sent, &seen.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_was_sent_in_order_is_explained() {
        assert_eq!(judged(&[("a", 1, 1), ("b", 1, 1)], &["a", "b"]), Ok(()));
        assert_eq!(judged(&[("a", 1, 2), ("b", 1, 1)], &["a", "a", "b"]), Ok(()));
        assert_eq!(judged(&[("a", 0, 1), ("b", 1, 1)], &["b"]), Ok(()), "cancelled before it left");
        assert_eq!(judged(&[("a", 1, 2), ("a", 1, 1)], &["a", "a", "a"]), Ok(()), "the same words are another message's");
    }

    #[test]
    fn what_is_missing_doubled_or_overtaken_is_not() {
        assert_eq!(judged(&[("a", 1, 1), ("b", 1, 1)], &["a"]), Err(Why::Lost));
        assert_eq!(judged(&[("a", 1, 1), ("b", 1, 1)], &["a", "a", "b"]), Err(Why::Doubled));
        assert_eq!(judged(&[("a", 1, 1)], &["a", "x"]), Err(Why::Doubled), "what nobody said");
        assert_eq!(judged(&[("a", 1, 1), ("b", 1, 1)], &["b", "a"]), Err(Why::Order));
        assert_eq!(judged(&[("a", 1, 2), ("b", 1, 1)], &["a", "b", "a"]), Err(Why::Order), "again, and too late");
    }
}
