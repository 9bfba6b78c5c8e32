//! Earlier answers by this job's rules: what was asked once need not be guessed.

use std::collections::BTreeSet;

use super::evidence::{chosen, counts};
use super::words::{self, Kept};
use super::{Part, PartName, PastAnswer, Person, parts};
use crate::recruiting::{Job, Kind, Question};

/// What earlier answers say.
pub(super) struct Answered {
    pub(super) part: Part,
    pub(super) must_have_fails: bool,
}

/// How alike two questions' words must be to ask the same thing.
const ALIKE: f64 = 0.6;

pub(super) fn compare(job: &Job, person: &Person) -> Answered {
    let mut of = 0.0;
    let mut met = 0.0;
    let (mut good, mut failed, mut compared) = (Vec::new(), Vec::new(), 0_usize);
    for question in job.questions.iter().filter(|q| q.rule.is_some() && !words::is_protected(&q.text)) {
        let Some(score) = newest(person, question).and_then(|past| judge(question, past)) else { continue };
        compared += 1;
        of += question.weight;
        met += question.weight * score;
        if score >= 1.0 {
            good.push(question.text.clone());
        } else if question.must_have {
            failed.push(format!("“{}”", question.text));
        }
    }
    let must_have_fails = !failed.is_empty();
    if of <= 0.0 {
        return Answered { part: Part::unknown(PartName::Prescreen, "has not answered questions of this kind"), must_have_fails };
    }
    let mut reason = format!("meets {} of {compared} questions answered before", good.len());
    if must_have_fails {
        reason.push_str("; does not meet the must-have ");
        reason.push_str(&parts::list(&failed));
    }
    Answered { part: Part::told(PartName::Prescreen, met / of, reason, good), must_have_fails }
}

/// The newest answer to the same question.
fn newest<'p>(person: &'p Person, question: &Question) -> Option<&'p PastAnswer> {
    let same = person.answers.iter().filter(|past| counts(past) && asks_the_same(&past.question, question));
    same.max_by_key(|past| (past.answer.answered_at, past.question.id == question.id, past.question.id))
}

/// Whether two questions ask the same: of one kind, and alike in what they are about (in all their words, where nothing but
/// common words says it).
fn asks_the_same(a: &Question, b: &Question) -> bool {
    if a.id == b.id {
        return true;
    }
    if a.kind != b.kind {
        return false;
    }
    let subject = |q: &Question| -> BTreeSet<String> { words::all(&q.text, Kept::Skills).into_iter().map(|t| t.stem).collect() };
    let (one, other) = (subject(a), subject(b));
    if one.is_empty() && other.is_empty() {
        let content = |q: &Question| -> BTreeSet<String> { words::all(&q.text, Kept::Content).into_iter().map(|t| t.stem).collect() };
        return alike(&content(a), &content(b));
    }
    alike(&one, &other)
}

#[allow(clippy::cast_precision_loss, reason = "counts of words")]
fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let (both, either) = (one.intersection(other).count(), one.union(other).count());
    both > 0 && both as f64 / either as f64 >= ALIKE
}

/// The answer by this question's rule, in `[0, 1]`; none: the two don't compare.
fn judge(question: &Question, past: &PastAnswer) -> Option<f64> {
    let rule = question.rule.as_ref()?;
    let same_rule =
        past.question.id == question.id || (past.question.rule.as_ref() == Some(rule) && past.question.options == question.options);
    if same_rule {
        return past.answer.score;
    }
    let value = &past.answer.value;
    let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
    match question.kind {
        Kind::YesNo => Some(flag(value.as_bool()? == rule.expected?)),
        Kind::Number => {
            let unit = |q: &Question| q.rule.as_ref().and_then(|r| r.unit.clone());
            let n = value.as_f64()?;
            if unit(question) != unit(&past.question) || n < 0.0 {
                return None;
            }
            let low = rule.min.filter(|min| *min > 0.0).map_or(1.0, |min| (n / min).min(1.0));
            let high = rule.max_number().filter(|_| n > 0.0).map_or(1.0, |max| (max / n).min(1.0));
            Some(low.min(high).clamp(0.0, 1.0))
        }
        Kind::Choice => {
            let accepted = rule.accept.as_ref()?;
            let names: Vec<String> = chosen(past).iter().map(|s| s.to_lowercase()).collect();
            let accepted = question.options.iter().filter(|o| accepted.contains(&o.value));
            let mut known =
                question.options.iter().filter(|o| names.contains(&o.value.to_lowercase()) || names.contains(&o.label().to_lowercase()));
            // An option this job doesn't have says nothing.
            known.next()?;
            let fits = accepted.into_iter().any(|o| names.contains(&o.value.to_lowercase()) || names.contains(&o.label().to_lowercase()));
            Some(flag(fits))
        }
        // Another limit, currency or set of keywords: reading words is the prescreen's, so these aren't compared.
        _ => None,
    }
}
