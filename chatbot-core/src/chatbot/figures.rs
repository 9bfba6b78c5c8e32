//! The dashboard's figures of a job and a period.

use std::collections::BTreeMap;

use super::Chatbot;
use crate::fault::Fault;
use crate::recruiting::figures::{ApplicationTimes, DayFigures, Figures, MOST_APPLICATIONS, Named, QuestionFigures, Span};

impl Chatbot {
    /// What happened since a day, for one job or all of them. `None`: there is no such job.
    pub async fn figures_of(&self, span: Span) -> Result<Option<Figures>, Fault> {
        let job = match span.job_id {
            Some(id) => match self.job(id).await? {
                Some(job) => Some(job),
                None => return Ok(None),
            },
            None => None,
        };
        let mut rows = self.rows().await?;
        let mut times = rows.application_times(span, MOST_APPLICATIONS + 1).await?;
        let most = usize::try_from(MOST_APPLICATIONS).unwrap_or(usize::MAX);
        let truncated = times.len() > most;
        times.truncate(most);
        let counts = rows.answer_counts(span).await?;
        let mut states: BTreeMap<&str, i64> = BTreeMap::new();
        for count in &counts {
            *states.entry(&count.state).or_default() += count.n;
        }
        let questions = job.iter().flat_map(|job| &job.questions).map(|question| {
            let of = |fits: &dyn Fn(&crate::recruiting::figures::AnswerCount) -> bool| {
                counts.iter().filter(|c| c.question_id == question.id && fits(c)).map(|c| c.n).sum()
            };
            QuestionFigures {
                question_id: question.id,
                text: question.text.clone(),
                reached: of(&|_| true),
                read: of(&|c| c.state == "read"),
                unread: of(&|c| c.state == "unread"),
                skipped: of(&|c| c.state == "skipped"),
                corrected: of(&|c| c.state == "corrected"),
                failed: of(&|c| question.must_have && c.passed == Some(false)),
            }
        });
        let took = lengths(&times);
        Ok(Some(Figures {
            begun: count(times.len()),
            submitted: count(took.len()),
            must_have_failed: count(times.iter().filter(|t| t.must_have_failed).count()),
            median_seconds: at(&took, 0.5),
            p90_seconds: at(&took, 0.9),
            days: days(&times),
            questions: questions.collect(),
            answers: states.into_iter().map(|(name, n)| Named { name: name.to_owned(), n }).collect(),
            actions: rows.action_counts(span).await?,
            truncated,
        }))
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Seconds from begun to submitted, shortest first.
fn lengths(times: &[ApplicationTimes]) -> Vec<i64> {
    let mut took: Vec<i64> = times.iter().filter_map(|t| Some((t.submitted_at? - t.created_at).num_seconds().max(0))).collect();
    took.sort_unstable();
    took
}

/// The value that this share of them doesn't exceed.
fn at(sorted: &[i64], share: f64) -> Option<i64> {
    let last = sorted.len().checked_sub(1)?;
    #[allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a place among a few thousand")]
    let place = (last as f64 * share).ceil() as usize;
    sorted.get(place).copied()
}

fn days(times: &[ApplicationTimes]) -> Vec<DayFigures> {
    let mut by_day: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for one in times {
        let day = by_day.entry(one.created_at.format("%Y-%m-%d").to_string()).or_default();
        day.0 += 1;
        day.1 += i64::from(one.submitted_at.is_some());
    }
    by_day.into_iter().map(|(day, (begun, submitted))| DayFigures { day, begun, submitted }).collect()
}
