//! What a job may say and had better not.

use super::{JobFile, QuestionFile};

/// What anti-discrimination law protects, and word beginnings that point at it.
const PROTECTED: [(&str, &[&str]); 9] = [
    ("age", &["how old", "your age", "birthday", "date of birth", "born", "birth year", "year of birth"]),
    (
        "marital status or family",
        &[
            "married",
            "marital",
            "husband",
            "wife",
            "spouse",
            "have children",
            "any children",
            "your children",
            "how many children",
            "kids",
            "family planning",
            "childcare",
        ],
    ),
    ("pregnancy", &["pregnan", "expecting a baby", "maternity"]),
    ("religion", &["religio", "church", "mosque", "denomination"]),
    ("health or disability", &["disabilit", "disabled", "illness", "sick days", "chronic", "medical condition", "your health"]),
    ("ethnic origin", &["ethnic", "your race", "skin colo", "nationality", "native language", "mother tongue", "where are you from"]),
    ("sex or orientation", &["gender", "your sex", "sexual orientation"]),
    ("politics or trade union", &["political", "party member", "trade union", "union member"]),
    ("criminal record", &["criminal record", "convicted", "arrested"]),
];

pub(super) fn job(job: &JobFile) -> Vec<String> {
    let mut out = Vec::new();
    for (i, q) in job.prescreen.questions.iter().enumerate() {
        let field = format!("prescreen.questions[{i}]");
        if let Some(what) = protected(&q.text) {
            out.push(format!(
                "{field}.text: this may ask about {what}, which is no criterion in many countries; ask what the work needs instead"
            ));
        }
        if q.must_have && !q.required {
            out.push(format!("{field}.required: a must-have that may be skipped stays unknown when it is"));
        }
        if scoreless(q) {
            out.push(format!("{field}.weight: no rule scores this question, so its weight has no effect"));
        }
    }
    if job.prescreen.questions.is_empty() {
        out.push("prescreen.questions: there are none, so no application gets a score".into());
    }
    if job.contact.is_none() {
        out.push("contact: nobody is named for candidates who prefer not to use the bot".into());
    }
    out
}

#[allow(clippy::float_cmp, reason = "1 is the default, exactly")]
fn scoreless(q: &QuestionFile) -> bool {
    q.rule.is_none() && q.weight != 1.0 && q.weight != 0.0
}

fn protected(question: &str) -> Option<&'static str> {
    let words: String = question.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let padded = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    PROTECTED.iter().find(|(_, beginnings)| beginnings.iter().any(|b| padded.contains(&format!(" {b}")))).map(|(what, _)| *what)
}
