//! `chatbot applications`

use chatbot_core::Chatbot;
use chatbot_core::access::{Actor, Role};
use chatbot_core::recruiting::list::ApplicationFilter;
use chatbot_core::recruiting::view::{AnswerView, ApplicationView};
use chatbot_core::recruiting::{AnswerState, StageMove};
use uuid::Uuid;

use crate::args::{Applications, Args, Output};
use crate::database::{PAGE, current};
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Applications) -> Result<(), Failure> {
    let chatbot = current(args).await?;
    match wish {
        Applications::List { job } => list(args.output, &chatbot, job.as_deref()).await?,
        Applications::Show { id } => {
            let view = application(&chatbot, *id).await?;
            match args.output {
                Output::Json => output::json(&view)?,
                Output::Table => say!("{}\n\n{}", head(&view), answers(&view)),
            }
        }
        Applications::Receipt { id } => {
            let view = application(&chatbot, *id).await?;
            match args.output {
                Output::Json => output::json(&view.answers)?,
                Output::Table => say!("{}\n\n{}\n\n{}", head(&view), receipt(&view), sum(&view)),
            }
        }
        Applications::Move { id, status, reason, note } => {
            let wish = StageMove { status: Some(*status), reason: reason.clone(), note: note.clone() };
            let view = chatbot.move_application(*id, &wish, &terminal()).await.map_err(|e| Failure::Other(e.to_string()))?;
            match args.output {
                Output::Json => output::json(&view)?,
                Output::Table => say!("{} is {}", view.id, view.status.as_str()),
            }
        }
    }
    chatbot.close().await;
    Ok(())
}

/// Whoever sits at the terminal.
fn terminal() -> Actor {
    Actor { user_id: None, name: "terminal".into(), role: Role::Admin }
}

async fn list(output: Output, chatbot: &Chatbot, slug: Option<&str>) -> Result<(), Failure> {
    let job_id = match slug {
        Some(slug) => Some(chatbot.job_by_slug(slug).await?.ok_or_else(|| Failure::Other(format!("there is no job {slug}")))?.id),
        None => None,
    };
    let filter = ApplicationFilter { job_id, by_score: job_id.is_some(), consented_only: true };
    let items = chatbot.applications(&filter, PAGE).await?;
    let columns = ["id", "candidate", "status", "score", "must-haves", "answered", "since"];
    output::list(output, &items, &columns, |a: &ApplicationView| {
        vec![
            a.id.to_string(),
            a.candidate_name.clone().unwrap_or_else(|| "–".into()),
            a.status.as_str().into(),
            output::score(a.jd_match_score),
            must_haves(a).into(),
            format!("{} of {}", a.answered, a.total),
            output::time(a.created_at),
        ]
    })
}

async fn application(chatbot: &Chatbot, id: Uuid) -> Result<ApplicationView, Failure> {
    // Whoever reads it here has opened it.
    chatbot.application(id, Some(&terminal())).await?.ok_or_else(|| Failure::Other(format!("there is no application {id}")))
}

fn must_haves(a: &ApplicationView) -> &'static str {
    // The list reads no answers, and can't tell a job that has no must-haves.
    a.must_haves(a.answers.is_empty() || a.must_have_unknown || a.answers.iter().any(|answer| answer.must_have))
}

fn head(a: &ApplicationView) -> String {
    let rows = [
        ("candidate", a.candidate_name.clone().unwrap_or_else(|| "–".into())),
        ("status", a.status.as_str().into()),
        ("score", output::score(a.jd_match_score)),
        ("must-haves", must_haves(a).into()),
        ("answered", format!("{} of {}", a.answered, a.total)),
        ("questions", format!("version {}", a.question_set_version)),
    ];
    output::table(&[], rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]))
}

fn answers(a: &ApplicationView) -> String {
    let row = |a: &AnswerView| vec![a.question_text.clone(), a.answer_text.clone(), output::value(&a.value), output::score(a.score)];
    output::table(&["question", "answer", "value", "score"], a.answers.iter().map(row))
}

fn receipt(a: &ApplicationView) -> String {
    let row = |a: &AnswerView| {
        let must_have = match (a.must_have, a.passed) {
            (false, _) => "",
            (true, Some(true)) => "passed",
            (true, Some(false)) => "failed",
            (true, None) => "unknown",
        };
        vec![output::score(a.score), output::score(Some(a.weight)), must_have.into(), a.reason.clone()]
    };
    output::table(&["score", "weight", "must-have", "reason"], a.answers.iter().map(row))
}

/// The arithmetic behind the score, as anybody can check it.
fn sum(a: &ApplicationView) -> String {
    let skipped = |a: &&AnswerView| a.score.is_none() && a.state == AnswerState::Skipped;
    let scored: Vec<(f64, f64)> = a.answers.iter().filter_map(|a| a.score.map(|s| (a.weight, s))).collect();
    let zeros: Vec<(f64, f64)> = a.answers.iter().filter(skipped).map(|a| (a.weight, 0.0)).collect();
    // A required question that was skipped counts 0, an optional one leaves the sums; which it was shows in the result.
    let with_zeros: Vec<_> = scored.iter().chain(&zeros).copied().collect();
    let parts = [scored, with_zeros].into_iter().find(|parts| a.jd_match_score.is_some_and(|score| (share(parts) - score).abs() < 0.006));
    match parts {
        Some(parts) => {
            let points = parts.iter().map(|(w, s)| format!("{w}·{}", (s * 1e4).round() / 1e4)).collect::<Vec<_>>().join(" + ");
            let weights: f64 = parts.iter().map(|(w, _)| w).sum();
            format!("100 · ({points}) / {weights} = {}", output::score(a.jd_match_score))
        }
        None => format!("score: {}", output::score(a.jd_match_score)),
    }
}

fn share(parts: &[(f64, f64)]) -> f64 {
    100.0 * parts.iter().map(|(w, s)| w * s).sum::<f64>() / parts.iter().map(|(w, _)| w).sum::<f64>()
}
