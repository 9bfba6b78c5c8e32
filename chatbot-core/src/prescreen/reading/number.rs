//! Numbers: "15 months" asked in years is 1.25, "2-4" is 2, "10+" is 10.

use chrono::Datelike;

use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;

use super::amounts::{self, Amount, Bound, End};
use super::asked::{Asked, stem};
use super::discourse::{self, Mention};
use super::items::{Items, items, month};
use super::words::{Sense, Unit};
use super::{AskBack, ReadContext, Reading};

/// Nobody has worked longer.
const LONGEST_LIFE: f64 = 80.0;

/// Skills that are written small: "5 years in rust" answers nothing about Go.
const SKILLS: &[&str] = &[
    "rust", "go", "golang", "java", "javascript", "js", "typescript", "ts", "python", "ruby", "php", "c", "c++", "c#", "scala", "kotlin", "swift", "perl", "haskell", "elixir", "sql", "react", "angular", "vue", "node", "django",
    "rails", "spring", "docker", "kubernetes", "aws", "azure", "gcp", "linux", "terraform", "excel", "sap", "salesforce", "photoshop", "figma", "kafka", "rabbitmq", "postgres", "postgresql", "mysql", "mongodb", "oracle",
    "tokio", "spark", "hadoop", "matlab", "html", "css", "german", "french", "english", "spanish", "another", "other", "others", "else", "different",
];

/// A number that may be the answer, in the unit asked for.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    low: f64,
    high: Option<(f64, End)>,
    end: Option<End>,
    bound: Bound,
    first: usize,
    last: usize,
    part: bool,
    total: bool,
    matched: usize,
    foreign: bool,
}

impl Mention for Candidate {
    fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// Reads a number in the question's unit.
pub(super) fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let asked = Asked::of(question, cx.locale);
    let Some(mut items) = items(text, cx.locale) else { return Reading::Unclear };
    if let Some((value, evidence)) = out_of(&items, &asked) {
        return Reading::Value { value: AnswerValue::Number(value), evidence };
    }
    items.mask(asked.words.iter().any(|w| matches!(w.as_str(), "euros" | "eur" | "dollars" | "usd" | "budget")));
    if items.has(Sense::Doubt) {
        return Reading::Unclear;
    }
    let mut found: Vec<Candidate> = Vec::new();
    for amount in amounts::find(&items) {
        match candidate(&items, &amount, &asked, cx) {
            Fit::Yes(c) => found.push(c),
            Fit::Other => {}
            Fit::Spoils => return Reading::Unclear,
        }
    }
    if found.is_empty() {
        return nothing(&items, &asked);
    }
    let found = discourse::settled(&mut items, found);
    if taken_back_in_part(&items, &found) {
        return Reading::Unclear;
    }
    let Some(chosen) = choose(&items, found, &asked) else { return Reading::Unclear };
    if discourse::asked(&items, &chosen) || discourse::endangered(&items, &chosen, |w| asked_harmless(w, &asked)) || chosen.foreign {
        return Reading::Unclear;
    }
    settle(question, &items, &chosen, asked.unit)
}

/// Words that are a danger near an amount unless the question is about them.
fn asked_harmless(word: &str, asked: &Asked) -> bool {
    !word.contains(' ') && !matches!(word, "you" | "your" | "no" | "not" | "if") && asked.names(word)
}

/// "8/10" and "8 out of 10" to a question that gives the scale.
fn out_of(items: &Items<'_>, asked: &Asked) -> Option<(f64, String)> {
    if asked.unit.is_some() || !asked.words.iter().any(|w| matches!(w.as_str(), "scale" | "rate" | "rating")) {
        return None;
    }
    let numbers: Vec<(usize, f64)> = items.list.iter().enumerate().filter_map(|(i, it)| if let Sense::Number(v) = it.sense { Some((i, v)) } else { None }).collect();
    let [(i, v), (j, top)] = numbers.as_slice() else { return None };
    let joined = items.sense(i + 1) == Sense::Slash || (items.word(i + 1) == "out" && items.word(i + 2) == "of");
    (joined && *j <= i + 3 && v <= top && !items.has(Sense::Ask) && !items.has(Sense::Not)).then(|| (*v, items.slice(*i, i + 1).to_owned()))
}

enum Fit {
    Yes(Candidate),
    /// It counts something else: leave it out.
    Other,
    /// It might count what is asked but cannot be told: nothing else may be read either.
    Spoils,
}

fn candidate(items: &Items<'_>, amount: &Amount, asked: &Asked, cx: &ReadContext<'_>) -> Fit {
    let low = amount.low;
    let mut first = amount.first;
    let mut c = Candidate { low: low.value, high: None, end: Some(low), bound: amount.bound, first, last: amount.last, part: false, total: false, matched: 0, foreign: false };
    // A calendar year: only "since 2016" says an amount.
    if low.unit.is_none() && (1900.0..=2100.0).contains(&low.value) && low.value.fract() == 0.0 && (asked.unit.is_some() || matches!(items.before(low.first, 1), Sense::Since)) && items.word(low.first).len() == 4 {
        let Some(years) = since(items, amount, asked, cx) else {
            return if asked.unit.is_some() && before_since(items, low.first).is_some() { Fit::Spoils } else { Fit::Other };
        };
        (c.low, c.bound, c.first, c.end) = (years, Bound::Exact, before_since(items, low.first).unwrap_or(first), None);
        return Fit::Yes(c);
    }
    if before_since(items, low.first).is_some() {
        return Fit::Spoils;
    }
    if items.sense(amount.last) == Sense::Ago {
        let started = (0..amount.first).rev().take_while(|i| items.clause(*i) == items.clause(first)).find(|i| items.sense(*i) == Sense::Start);
        let Some(start) = started else { return Fit::Spoils };
        first = start;
        c.last = amount.last + 1;
    }
    c.first = first;
    let convert = |end: &End| -> Option<f64> {
        let own = match (end.unit, asked.unit) {
            (None, _) => return Some(end.value),
            (Some(unit), Some(wanted)) => in_unit(end.value, unit, wanted)?,
            (Some(_), None) => return None,
        };
        let more = match (end.more, asked.unit) {
            (Some((v, unit)), Some(wanted)) => in_unit(v, unit, wanted)?,
            _ => 0.0,
        };
        Some(own + more)
    };
    let Some(value) = convert(&low) else { return Fit::Other };
    c.low = value;
    if let Some(high) = amount.high {
        let Some(top) = convert(&high) else { return Fit::Other };
        c.high = Some((top, high));
    }
    if let Some(rate) = amount.rate {
        let named = asked.words.iter().any(|w| rate_named(w, rate));
        if !named {
            return Fit::Other;
        }
    }
    let whole_unit = amount.high.map_or(low.unit, |h| h.unit);
    if whole_unit.is_none() && amount.rate.is_none() && !stands_alone(items, amount, asked) {
        return Fit::Other;
    }
    // "5 days" is no answer in years; it most likely counts something else.
    if matches!(asked.unit, Some(Unit::Year)) && matches!(low.unit, Some(Unit::Day | Unit::WorkDay | Unit::Hour)) && value < 0.25 {
        return Fit::Spoils;
    }
    if c.bound == Bound::AtMost && c.high.is_none() {
        // "Less than a year" is plainly little; "less than 5 years" could be anything.
        if asked.unit == Some(Unit::Year) && low.unit == Some(Unit::Year) && (low.value - 1.0).abs() < 1e-9 && low.more.is_none() && !matches!(items.word(c.first), "up to" | "upto" | "within" | "max" | "maximum") {
            (c.low, c.end) = (0.5, None);
        } else {
            return Fit::Spoils;
        }
    }
    c.part = is_part(items, &c);
    Fit::Yes(c)
}

/// Where a "since" that governs the item begins: "since 2016", "since March 2016", "since about 2016".
fn before_since(items: &Items<'_>, i: usize) -> Option<usize> {
    (1..=4).map_while(|n| i.checked_sub(n)).take_while(|j| matches!(items.sense(*j), Sense::Since | Sense::About | Sense::Filler | Sense::From | Sense::Other | Sense::Slash | Sense::Prep | Sense::Article | Sense::To | Sense::Function) || month(items.word(*j)).is_some()).find(|j| items.sense(*j) == Sense::Since)
}

/// "since 2016", "from 2016 to now": the years up to today.
fn since(items: &Items<'_>, amount: &Amount, asked: &Asked, cx: &ReadContext<'_>) -> Option<f64> {
    let open = before_since(items, amount.low.first).is_some();
    let last = amount.last;
    let up_to_now = matches!(items.sense(last), Sense::To | Sense::Dash) && items.sense(last + 1) == Sense::Now;
    let ended = amount.high.is_some() || (matches!(items.sense(last), Sense::To | Sense::Dash | Sense::Or) && !up_to_now);
    if asked.unit != Some(Unit::Year) || ended || amount.rate.is_some() || !(open || up_to_now) {
        return None;
    }
    let years = f64::from(cx.today.year()) - amount.low.value;
    (0.0..=LONGEST_LIFE).contains(&years).then_some(years)
}

/// Units convert by the year: 12 months, 52 weeks, 365 days. Hours stay hours.
fn in_unit(value: f64, from: Unit, to: Unit) -> Option<f64> {
    let per_year = |unit: Unit| match unit {
        Unit::Decade => Some(0.1),
        Unit::Year => Some(1.0),
        Unit::Quarter => Some(4.0),
        Unit::Month => Some(12.0),
        Unit::Fortnight => Some(26.0),
        Unit::Week => Some(52.0),
        Unit::Day => Some(365.0),
        Unit::Hour | Unit::WorkDay => None,
    };
    if from == to || (from == Unit::WorkDay && to == Unit::Day) {
        return Some(value);
    }
    let converted = value * per_year(to)? / per_year(from)?;
    // Twelve months are 1, not 0.9999.
    Some((converted * 1e6).round() / 1e6)
}

fn rate_named(word: &str, rate: Unit) -> bool {
    let names: &[&str] = match rate {
        Unit::Hour => &["hour", "hourly"],
        Unit::Day => &["day", "daily"],
        Unit::Week => &["week", "weekly"],
        Unit::Month => &["month", "monthly"],
        Unit::Year => &["year", "yearly", "annually"],
        _ => &[],
    };
    names.contains(&word)
}

/// Whether nothing beside a bare number makes it count something else: "3 kids", "python 3".
fn stands_alone(items: &Items<'_>, amount: &Amount, asked: &Asked) -> bool {
    let last = amount.last;
    let fits = |i: usize| match items.sense(i) {
        Sense::Word | Sense::Scale(_) | Sense::Danger => asked.names(items.word(i)),
        Sense::Other | Sense::Number(_) | Sense::Ordinal(_) | Sense::Slash | Sense::Unit(_) | Sense::Percent | Sense::Fraction(_) => false,
        Sense::Mark(c) => !c.is_alphanumeric() && !matches!(c, '€' | '$' | '£' | '=' | '^' | '@' | '#' | '_' | '¥' | '₹'),
        Sense::Plus => !items.glued(i + 1) && !matches!(items.sense(i + 1), Sense::Number(_) | Sense::Cardinal(_)),
        _ => true,
    };
    let mut after = last;
    // "4 different countries", "4 Rust projects": one adjective may stand between.
    if items.sense(after) == Sense::Word && !asked.names(items.word(after)) && items.sense(after + 1) == Sense::Word && asked.unit.is_none() && asked.names(items.word(after + 1)) {
        after += 1;
    }
    let behind = items.sense(after) == Sense::End || fits(after);
    let ahead = match amount.first.checked_sub(1) {
        None => true,
        Some(i) => match items.sense(i) {
            Sense::Word => matches!(items.word(i), "years" | "answer" | "roughly") || (asked.names(items.word(i)) && !SKILLS.contains(&items.word(i))),
            Sense::Mark(c) => !matches!(c, '€' | '$' | '£' | '#' | '=' | '^' | '_' | '@' | '¥' | '₹'),
            Sense::Other | Sense::Number(_) | Sense::Slash => false,
            _ => true,
        },
    };
    behind && ahead
}

/// "two of them part time", "including 2 as a lead".
fn is_part(items: &Items<'_>, c: &Candidate) -> bool {
    let near_before = (1..=3).map_while(|n| c.first.checked_sub(n)).take_while(|i| matches!(items.sense(*i), Sense::Part | Sense::Filler | Sense::About | Sense::Function)).any(|i| items.sense(i) == Sense::Part);
    near_before || items.sense(c.last) == Sense::Part
}

/// The words about a candidate: behind it up to the next amount or stop, and before it back to the last.
fn about(items: &Items<'_>, c: &Candidate, all: &[Candidate]) -> Vec<usize> {
    let taken = |i: usize| all.iter().any(|o| (o.first..o.last).contains(&i));
    let shut = |i: usize| taken(i) || matches!(items.sense(i), Sense::Comma | Sense::Stop | Sense::Ask | Sense::End);
    let mut out: Vec<usize> = (c.last..items.list.len()).take_while(|i| !shut(*i) && !(matches!(items.sense(*i), Sense::And | Sense::Plus) && all.len() > 1) && items.word(*i) != "but").collect();
    // A colon or dash before belongs to it ("Rust: 5"); words that follow another amount belong to that one.
    let before: Vec<usize> = (0..c.first).rev().take_while(|i| !shut(*i) || items.slice(*i, i + 1) == ":").take_while(|i| !matches!(items.sense(*i), Sense::And) && items.word(*i) != "but").collect();
    let touches_other = before.last().and_then(|i| i.checked_sub(1)).is_some_and(taken);
    if !touches_other {
        out.extend(before);
    }
    out
}

fn choose(items: &Items<'_>, mut found: Vec<Candidate>, asked: &Asked) -> Option<Candidate> {
    let shouting = items.text.chars().filter(|c| c.is_lowercase()).count() * 2 < items.text.chars().filter(|c| c.is_uppercase()).count();
    let snapshot = found.clone();
    for c in &mut found {
        let around = about(items, c, &snapshot);
        let mut stems: Vec<String> = around.iter().map(|i| stem(items.word(*i))).filter(|s| asked.nouns.contains(s)).collect();
        stems.sort();
        stems.dedup();
        c.matched = stems.len();
        c.total = around.iter().any(|i| items.sense(*i) == Sense::Total);
        let behind = (c.last..items.list.len()).take_while(|i| around.contains(i));
        let named = |i: usize| {
            let raw = items.slice(i, i + 1);
            let word = items.word(i);
            let employer = (1..=2).any(|n| matches!(items.word_before(i, n), "at" | "for")) || matches!(items.word_before(i, 1), "as" | "a" | "an");
            let capital = !shouting && raw.chars().next().is_some_and(char::is_uppercase) && !employer && items.sense(i) == Sense::Word && month(word).is_none();
            !asked.names(word) && (capital || (SKILLS.contains(&word) && items.sense(i) == Sense::Word))
        };
        let skill_before = around.iter().any(|i| *i < c.first && SKILLS.contains(&items.word(*i)) && !asked.names(items.word(*i)));
        c.foreign = c.matched == 0 && !asked.nouns.is_empty() && (behind.into_iter().any(named) || skill_before);
    }
    if let [only] = found.as_slice() {
        return (!only.part).then_some(*only);
    }
    let same = |list: &[Candidate]| -> Option<Candidate> {
        let first = list.first()?;
        list.iter().all(|c| (c.low - first.low).abs() < 1e-6 && c.high.is_some() == first.high.is_some()).then_some(*first)
    };
    let matched: Vec<Candidate> = found.iter().copied().filter(|c| c.matched > 0).collect();
    if !matched.is_empty() {
        let most = matched.iter().map(|c| c.matched).max()?;
        let best: Vec<Candidate> = matched.iter().copied().filter(|c| c.matched == most).collect();
        // "5 years of Rust, two of them part time" has one whole.
        let wholes: Vec<Candidate> = best.iter().copied().filter(|c| !c.part).collect();
        let best = if wholes.is_empty() { best } else { wholes };
        let other_wholes = found.iter().any(|c| c.matched > 0 && c.matched < most && !c.part && best.iter().all(|b| (b.low - c.low).abs() > 1e-6));
        // "10 years in tech, 3 of Rust": the named one; unnamed rivals must be named as something else.
        let rivals = found.iter().filter(|c| c.matched == 0 && !c.part && !c.total && !c.foreign && best.iter().all(|b| (b.low - c.low).abs() > 1e-6)).any(|c| about(items, c, &snapshot).iter().all(|i| items.sense(*i) != Sense::Prep));
        return if other_wholes || (rivals && !same(&found).is_some()) { best_after_rivals(items, &best, &found) } else { same(&best) };
    }
    let wholes: Vec<Candidate> = found.iter().copied().filter(|c| !c.part).collect();
    if let Some(one) = same(&wholes) {
        return Some(one);
    }
    // A total beside what is of something is the answer only if the question asks for no one thing.
    let totals: Vec<Candidate> = wholes.iter().copied().filter(|c| c.total).collect();
    if asked.nouns.is_empty() { same(&totals) } else { None }
}

/// "5 years but only 2 in Rust": the later, narrower one holds over a bare first amount.
fn best_after_rivals(items: &Items<'_>, best: &[Candidate], found: &[Candidate]) -> Option<Candidate> {
    let [one] = best else { return None };
    let narrower = found.iter().all(|c| c.first == one.first || (c.last <= one.first && c.low >= one.low && (c.last..one.first).any(|i| matches!(items.word(i), "but" | "only"))));
    narrower.then_some(*one)
}

/// "5 years, sorry, months": a unit behind the turn that no number has.
fn taken_back_in_part(items: &Items<'_>, found: &[Candidate]) -> bool {
    let Some(last) = found.last() else { return false };
    let mut turned = false;
    (last.last..items.list.len()).any(|i| {
        turned |= items.sense(i) == Sense::Correct;
        turned && matches!(items.sense(i), Sense::Unit(_))
    })
}

fn settle(question: &Question, items: &Items<'_>, c: &Candidate, unit: Option<Unit>) -> Reading {
    let top = c.high.map_or(c.low, |(v, _)| v);
    let years = unit.and_then(|u| in_unit(top, u, Unit::Year));
    if !c.low.is_finite() || c.low < 0.0 || years.is_some_and(|y| y > LONGEST_LIFE) {
        return Reading::Unclear;
    }
    if question.must_have
        && let (Some((high, high_end)), Some(low_end), Some(rule)) = (c.high, c.end, &question.rule)
        && (rule.min.is_some_and(|min| c.low < min && high >= min) || rule.max_number().is_some_and(|max| c.low <= max && high > max))
    {
        let said = |end: &End| {
            let plain = end.unit.is_none() || end.unit == unit;
            items.slice(end.first, if plain { end.number_last } else { end.last }).to_owned()
        };
        // "a year or two": the number alone would be "a".
        let low = if items.sense(low_end.first) == Sense::Article { "1".to_owned() } else { said(&low_end) };
        return Reading::AskBack(AskBack::StraddlesLimit { low, high: said(&high_end) });
    }
    Reading::Value { value: AnswerValue::Number(c.low), evidence: items.slice(c.first, c.last).to_owned() }
}

/// No amount was said: "none" and "no experience" are 0 where every other word is idle.
fn nothing(items: &Items<'_>, asked: &Asked) -> Reading {
    let mut zero = None;
    for (i, item) in items.list.iter().enumerate() {
        match item.sense {
            Sense::Zero => zero = zero.or(Some(i)),
            Sense::Filler | Sense::Function | Sense::Comma | Sense::Stop | Sense::Prep | Sense::Unit(_) | Sense::Correct | Sense::Now | Sense::Article | Sense::Dash | Sense::Total => {}
            Sense::Mark(c) if !c.is_alphanumeric() => {}
            Sense::Not if item.word == "no" && i == 0 => {}
            Sense::Word | Sense::Start if asked.names(&item.word) || matches!(item.word.as_str(), "tried" | "touched" | "afraid" | "whatsoever" | "actual" | "before" | "sadly" | "far" | "with" | "ever" | "such" | "real" | "up" | "now") => {}
            _ => return Reading::Unclear,
        }
    }
    let Some(at) = zero else { return Reading::Unclear };
    // "none professionally" says there is some.
    let narrowed = items.list.iter().any(|it| matches!(it.word.as_str(), "professionally" | "professional" | "commercial" | "commercially" | "but" | "also" | "though") && !asked.words.contains(&it.word));
    if narrowed && items.list.iter().all(|it| !it.word.starts_with("no ")) || items.list.iter().any(|it| it.word == "but") {
        return Reading::Unclear;
    }
    Reading::Value { value: AnswerValue::Number(0.0), evidence: items.slice(at, at + 1).to_owned() }
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests;
