//! An application as one line of a spreadsheet.

use chatbot_core::recruiting::view::{AnswerView, ApplicationView};
use chatbot_core::recruiting::{AnswerState, Candidate, Job, Question};
use serde_json::Value;

/// What stands before each question's columns.
const FIXED: [&str; 11] =
    ["rank", "application_id", "name", "emails", "phones", "status", "score", "must_haves", "answered", "submitted_at", "source"];

/// The names of the columns: the fixed ones, then three a question of the job.
pub(crate) fn header(job: &Job) -> Vec<String> {
    let asked =
        job.questions.iter().flat_map(|q| ["value", "words", "score"].map(|what| format!("{}. {} ({what})", q.question_order, q.text)));
    FIXED.iter().map(|name| (*name).to_owned()).chain(asked).collect()
}

/// The cells of one application, as many as the header has.
pub(crate) fn row(rank: usize, application: &ApplicationView, candidate: &Candidate, job: &Job) -> Vec<String> {
    let mut cells = vec![
        rank.to_string(),
        application.id.to_string(),
        candidate.name.clone().unwrap_or_default(),
        candidate.emails.join("; "),
        candidate.phones.join("; "),
        application.status.as_str().to_owned(),
        number(application.jd_match_score),
        application.must_haves(job.has_must_haves()).to_owned(),
        format!("{} of {}", application.answered, application.total),
        application.submitted_at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)).unwrap_or_default(),
        application.source.clone().unwrap_or_default(),
    ];
    for question in &job.questions {
        match answer(application, question) {
            Some(a) if a.state == AnswerState::Skipped => cells.extend([String::new(), "skipped".to_owned(), number(a.score)]),
            Some(a) => cells.extend([value(&a.value), a.answer_text.clone(), number(a.score)]),
            None => cells.extend([const { String::new() }; 3]),
        }
    }
    cells
}

/// Cells as a line of comma-separated values, ended by CR LF.
pub(crate) fn line(cells: &[String]) -> Option<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| harmless(cell))).ok()?;
    writer.into_inner().ok()
}

/// No formula: what a spreadsheet would compute is text, by the sign that spreadsheets know for it.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// The answer to this question, or to the same words in the version that the application keeps.
fn answer<'a>(application: &'a ApplicationView, question: &Question) -> Option<&'a AnswerView> {
    let same = |a: &&AnswerView| a.kind == question.kind && a.question_text == question.text;
    application.answers.iter().find(|a| a.question_id == question.id).or_else(|| application.answers.iter().find(same))
}

fn number(n: Option<f64>) -> String {
    n.map(|n| n.to_string()).unwrap_or_default()
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(self::value).collect::<Vec<_>>().join("; "),
        Value::Object(map) => map.values().map(self::value).collect::<Vec<_>>().join(" "),
        Value::Number(n) => n.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        String::from_utf8(line(&cells).unwrap()).unwrap()
    }

    #[test]
    fn what_could_be_a_formula_is_text() {
        for evil in ["=1+1", "+49 30 1", "-5", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(written(&[evil]).trim_start_matches('"').starts_with('\''), "{evil:?}");
        }
        for plain in ["5", "Ada", " =1", "a=b", "'x"] {
            assert_eq!(written(&[plain, "x"]), format!("{plain},x\r\n"));
        }
    }

    #[test]
    fn commas_quotes_and_breaks_are_quoted() {
        assert_eq!(written(&["a,b", "say \"hi\"", "two\nlines", ""]), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
    }
}
