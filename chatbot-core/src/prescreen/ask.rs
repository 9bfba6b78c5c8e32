//! Putting a question: its words, its buttons, how far we are.

use chrono::Datelike;
use serde_json::json;

use super::reading::AskBack;
use crate::message::outbound::Progress;
use crate::message::{Button, Expects, Outgoing};
use crate::recruiting::question::PayPeriod;
use crate::recruiting::{Job, Kind, Question};
use crate::template::Templates;
use crate::turn::Turn;

/// The question as the candidate sees it.
pub fn question(templates: &Templates, turn: &Turn, job: &Job, q: &Question) -> Outgoing {
    let options: Vec<&str> = q.options.iter().map(crate::recruiting::ChoiceOption::label).collect();
    let mut out = templates.say(
        "prescreen_question_wrapper",
        json!({
            "number": q.question_order, "total": job.questions.len(), "question": q.text,
            "options": options, "multiple": q.multiple, "optional": !q.required,
        }),
    );
    expect(templates, turn, job, q, &mut out);
    out
}

/// Marks a message as waiting for an answer to `q`, with its buttons.
pub fn expect(templates: &Templates, turn: &Turn, job: &Job, q: &Question, out: &mut Outgoing) {
    out.meta.expects = Expects::Question { question_id: q.id };
    out.meta.buttons = buttons(templates, q);
    out.meta.progress = Some(progress(turn, job));
}

/// Answered or skipped, of all.
pub fn progress(turn: &Turn, job: &Job) -> Progress {
    let answered = job.questions.iter().filter(|q| turn.answer(q.id).is_some()).count();
    Progress { answered, total: job.questions.len() }
}

fn buttons(templates: &Templates, q: &Question) -> Vec<Button> {
    let mut buttons = match q.kind {
        Kind::YesNo => {
            vec![Button::new(templates.text("button_yes", json!({})), "yes"), Button::new(templates.text("button_no", json!({})), "no")]
        }
        // Several choices are typed: a button would settle the question with the first.
        Kind::Choice if !q.multiple => q.options.iter().map(|o| Button::new(o.label(), &o.value)).collect(),
        _ => Vec::new(),
    };
    if !q.required {
        buttons.push(Button::new(templates.text("button_skip", json!({})), "/skip"));
    }
    buttons
}

/// The question asked again in other words, with an example.
pub fn again(templates: &Templates, turn: &Turn, job: &Job, q: &Question) -> Outgoing {
    let unit = q.rule.as_ref().and_then(|r| r.unit.clone());
    let example = match q.kind {
        Kind::Choice if q.multiple => q.options.iter().take(2).map(crate::recruiting::ChoiceOption::label).collect::<Vec<_>>().join(", "),
        Kind::Choice => q.options.first().map(|o| o.label().to_owned()).unwrap_or_default(),
        Kind::Money => money_example(q),
        _ => unit.as_ref().map_or_else(|| "4".to_owned(), |unit| format!("4 {unit}")),
    };
    let values = json!({"unit": unit, "example": example, "multiple": q.multiple, "year": turn.now.year() + 1});
    let mut out = templates.say(&format!("unclear_{}", q.kind.as_str()), values);
    out.content.push_str("\n\n");
    out.content.push_str(&q.text);
    if q.kind == Kind::Choice {
        for (index, option) in q.options.iter().enumerate() {
            out.content.push_str(&format!("\n{}. {}", index + 1, option.label()));
        }
    }
    expect(templates, turn, job, q, &mut out);
    out
}

/// Which of two meanings?
pub fn back(templates: &Templates, turn: &Turn, job: &Job, q: &Question, why: &AskBack) -> Outgoing {
    let mut out = match why {
        AskBack::StraddlesLimit { low, high } => templates.say("ask_back_range", json!({"low": low, "high": high})),
        AskBack::AmbiguousDate { day_first, month_first } => {
            let long = |d: &chrono::NaiveDate| d.format("%-d %B %Y").to_string();
            templates.say("ask_back_date", json!({"day_first": long(day_first), "month_first": long(month_first)}))
        }
        AskBack::PeriodUnsaid { amount, currency } => {
            let said = match currency {
                Some(currency) => format!("{} {currency}", plain(*amount)),
                None => plain(*amount),
            };
            templates.say("ask_back_money", json!({"amount": said, "example": money_example(q)}))
        }
    };
    out.content.push_str("\n\n");
    out.content.push_str(&q.text);
    expect(templates, turn, job, q, &mut out);
    out.meta.buttons.clear();
    out
}

/// An example that gives the form away and not the limit.
fn money_example(q: &Question) -> String {
    let rule = q.rule.as_ref();
    let currency = rule.and_then(|r| r.currency.clone()).unwrap_or_else(|| "EUR".into());
    match rule.and_then(|r| r.period).unwrap_or(PayPeriod::Year) {
        PayPeriod::Hour => format!("20 {currency} an hour"),
        PayPeriod::Day => format!("200 {currency} a day"),
        PayPeriod::Week => format!("800 {currency} a week"),
        PayPeriod::Month => format!("3,000 {currency} a month"),
        PayPeriod::Year => format!("40,000 {currency} a year"),
    }
}

fn plain(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 9e15 { format!("{}", n as i64) } else { format!("{n}") }
}
