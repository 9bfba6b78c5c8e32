//! The words around a choice: liking, refusing, doubting; and what common options are also called.

use super::super::phrases::Word;

/// Names that mean the same place, hours or contract. A group serves a question if exactly one option is in it.
pub(super) const GROUPS: &[&[&str]] = &[
    &["onsite", "on site", "office", "the office", "in office", "in the office", "at the office", "office based", "in person", "on location", "on premises", "on premise", "on the premises", "face to face", "at your office"],
    &["remote", "remotely", "fully remote", "full remote", "100% remote", "home", "home office", "from home", "at home", "wfh", "work from home", "working from home", "home based", "telework", "teleworking", "telecommute", "telecommuting"],
    &["hybrid", "hybrid work", "mix", "a mix", "mix of both", "a mix of both", "mixed", "mixture", "bit of both", "a bit of both", "little of both", "partly", "partially", "partly remote", "partly home", "partly from home", "partly at home", "partly office", "partly in the office", "partly onsite", "partly on site", "partially remote", "partially onsite", "half half", "half and half", "combination", "combination of both", "combined"],
    &["full time", "ft", "fulltime", "full time job", "full time position"],
    &["part time", "pt", "parttime", "part time job", "part time position"],
    &["early", "earlies", "early shift", "morning", "mornings", "morning shift", "early morning"],
    &["late", "lates", "late shift", "evening", "evenings", "evening shift"],
    &["night", "nights", "night shift", "nightshift", "overnight", "graveyard shift"],
    &["permanent", "unlimited contract", "indefinite contract", "permanent contract"],
    &["temporary", "temp", "fixed term", "temporary contract", "limited contract"],
    &["weekend", "weekends", "saturdays and sundays"],
    &["weekdays", "weekday", "monday to friday", "during the week"],
    &["freelance", "freelancer", "contractor", "self employed"],
];

/// Before a mention: it isn't wanted.
pub(super) const AGAINST: &[&str] = &["not", "no", "never", "neither", "nor", "hate", "dislike", "avoid", "without", "except", "excluding", "rather than", "instead of", "anything but", "everything but", "anywhere but", "all but", "any but", "anytime but", "apart from", "other than", "over", "than", "besides", "refuse", "against", "unable to", "can not stand", "least", "aside from", "stop", "leave", "leaving", "sick of", "tired of", "bar", "less"];
/// Looks like a negation and isn't one.
pub(super) const NOT_AGAINST: &[&str] = &["do not mind", "would not mind", "not a problem", "no problem", "no problems", "no issue", "no issues", "not an issue", "no worries", "no objection", "no objections", "no preference", "not against", "nothing against", "does not matter", "not matter", "no doubt", "no question", "can not wait", "not a big deal", "no need", "over the", "all over", "less than", "more than", "other than that", "not required"];
/// After a mention: it isn't wanted.
pub(super) const AGAINST_AFTER: &[&str] = &["not", "never", "impossible", "no way", "no go", "nogo", "out of the question", "no thanks", "no good", "is out", "unfortunately no", "is a problem", "is bad", "is too far", "can not"];
/// Before a mention: wanted most.
pub(super) const LIKED: &[&str] = &["prefer", "preferring", "preferably", "preferred", "preference", "ideally", "ideal", "rather", "favour", "favor", "favourite", "favorite", "first choice", "first", "primarily", "best", "would love", "love", "would like", "want", "looking for", "prefered", "preferrably", "ideall", "more"];
/// After a mention: wanted most.
pub(super) const LIKED_AFTER: &[&str] = &["preferred", "preferably", "ideally", "is ideal", "would be ideal", "is best", "would be best", "is my preference", "is my favourite", "is my favorite", "is my first choice", "first", "is better", "would be better", "is perfect", "over", "rather than", "instead of", "would be perfect", "please", "prefered", "for preference", "is what i want", "more than"];
/// Before a mention that follows another: good enough.
pub(super) const SECOND: &[&str] = &["maybe", "perhaps", "possibly", "otherwise", "alternatively", "or else", "if not", "if needed", "if necessary", "second choice", "worst case", "fine with", "ok with", "okay with", "open to", "do not mind", "would not mind", "not against", "can also", "could also", "also do", "then", "followed by", "second", "could do", "can do", "would accept", "accept", "would consider", "consider", "secondly", "next"];
/// After a mention: good enough.
pub(super) const SECOND_AFTER: &[&str] = &["is fine", "is ok", "is okay", "is also", "would be ok", "would be okay", "would be fine", "would also", "also works", "works too", "would work", "is possible", "would be possible", "if needed", "if necessary", "if required", "if must", "if i have to", "if need be", "ok too", "okay too", "fine too", "too", "also ok", "also fine", "also okay", "also possible", "is acceptable", "works", "as well", "as second", "as a second", "second", "sometimes", "occasionally", "is not a problem", "no problem", "is alright", "ok", "fine", "okay"];

/// Whether it is so isn't known.
pub(super) const DOUBT: &[&str] = &["not sure", "unsure", "depends", "depending", "depend", "do not know", "no idea", "undecided", "can not decide", "i guess", "hmm", "no preference", "do not care", "does not matter", "not matter", "not only", "not just", "whatever", "not really", "i live", "live close", "live near", "do not understand", "mostly", "mainly", "what is", "what are", "what does", "nowhere but", "what is the difference", "what do you mean", "ask me", "prefer not to say", "rather not say", "used to", "my wife", "my husband", "not necessarily", "let me think", "or something", "not exactly", "could be", "might be", "tbd"];
/// Doubts the only choice, or marks a second one.
pub(super) const HEDGE: &[&str] = &["maybe", "perhaps", "possibly", "probably", "might", "potentially", "kind of", "sort of", "if"];
/// Another time than the one asked about.
pub(super) const ELSEWHEN: &[&str] = &["currently", "previously", "formerly", "at the moment", "right now", "last job", "until now", "so far", "in the past", "my current", "current job", "old job", "now i"];

/// Everything but what follows.
pub(super) const ALL_BUT: &[&str] = &["anything but", "everything but", "all but", "any but", "anything except", "everything except", "all except", "any except", "all apart from", "anything apart from", "everything apart from", "anything other than", "all other than", "everything besides", "any shift but", "any shift except", "all of them except", "all of them but", "any of them but", "all shifts except", "all shifts but", "all excluding", "everything excluding", "all minus"];
/// No choice made among several.
pub(super) const ANY: &[&str] = &["either", "any", "both", "all", "whichever", "anything", "everything", "all of them", "any of them", "no matter", "equally", "same to me", "all the same", "neither", "none", "flexible"];
/// Whole messages for no option.
pub(super) const NONE: &[&str] = &["none", "none of them", "none of these", "none of the above", "neither", "neither of them", "no none", "none of those", "not any", "not any of them", "nothing", "none at all"];
/// Whole messages for every option.
pub(super) const EVERY: &[&str] = &["all", "all of them", "all of these", "all of the above", "all of those", "everything", "every one", "every one of them", "every", "any", "any of them", "any of these", "anything", "any is fine", "all are fine", "all fine", "all of them are fine", "any is ok", "all ok", "any of the above", "all shifts", "any shift", "all options", "any option", "every shift", "all above"];
/// Whole messages for the two there are.
pub(super) const BOTH: &[&str] = &["both", "both of them", "both of these", "both are fine", "both fine", "both ok", "either", "either one", "either of them", "either is fine", "both options"];

/// Words that may be left off either end of a short answer.
const PADDING: &[&str] = &["please", "i", "am", "can", "could", "would", "will", "do", "work", "take", "have", "the", "option", "options", "number", "no", "nr", "answer", "choice", "pick", "choose", "go", "for", "with", "my", "is", "it", "that", "one", "yes", "ok", "okay", "thanks", "thank", "you", "well", "so", "hi", "hello", "like", "want", "letter", "say", "think", "select", "ones", "a)", "let", "us"];

/// The message without the padding around it.
pub(super) fn trimmed(all: &[Word]) -> Vec<&str> {
    let texts: Vec<&str> = all.iter().map(|w| w.text.as_str()).collect();
    let pad = |w: &str| PADDING.contains(&w);
    let from = texts.iter().position(|w| !pad(w)).unwrap_or(texts.len());
    let to = texts.iter().rposition(|w| !pad(w)).map_or(0, |at| at + 1);
    texts.get(from..to).unwrap_or_default().to_vec()
}

/// Whether the words are one of the phrases, whole.
pub(super) fn is_one_of(words: &[&str], phrases: &[&str]) -> bool {
    let whole = words.join(" ");
    phrases.contains(&whole.as_str())
}
