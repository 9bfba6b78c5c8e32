//! Questions and a table runner for the readers' tests.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::recruiting::question::{Kind, Question, Rule};

use super::{AskBack, ReadContext, Reading, read};

/// A question that isn't a must-have.
pub(super) fn question(kind: Kind, text: &str, rule: Rule) -> Question {
    Question {
        id: Uuid::nil(),
        question_order: 1,
        text: text.to_owned(),
        kind,
        options: vec![],
        multiple: false,
        rule: Some(rule),
        required: true,
        weight: 1.0,
        must_have: false,
    }
}

/// A reading in a word: the value's JSON, `?` for unclear, or what is asked back.
pub(super) fn said(question: &Question, text: &str, locale: &str) -> String {
    let cx = ReadContext { today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default(), locale };
    match read(question, text, &cx) {
        Reading::Value { value, evidence } => {
            assert!(text.contains(&evidence) && !evidence.is_empty(), "evidence {evidence:?} isn't in {text:?}");
            value.to_json().to_string().replace('"', "")
        }
        Reading::Unclear => "?".to_owned(),
        Reading::AskBack(AskBack::StraddlesLimit { low, high }) => format!("straddles {low}|{high}"),
        Reading::AskBack(AskBack::AmbiguousDate { day_first, month_first }) => format!("either {day_first}|{month_first}"),
        Reading::AskBack(AskBack::PeriodUnsaid { amount, currency }) => format!("period {amount} {}", currency.unwrap_or_default()),
    }
}

/// Runs a table of `answer -> reading` and tells every row that differs.
pub(super) fn check(question: &Question, locale: &str, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, want)| (text, want, said(question, text, locale)))
        .filter(|(_, want, got)| *want != got)
        .map(|(t, w, g)| format!("{t:?}: want {w}, got {g}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
