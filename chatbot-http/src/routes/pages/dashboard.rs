//! The dashboard: how the server does, and what became of applications, for a job and a period.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chatbot_core::recruiting::figures::{DayFigures, Figures, Span};
use chatbot_core::recruiting::{CallGroup, CallSums, Stats};
use chrono::{Duration, NaiveDate};
use serde::Deserialize;
use uuid::Uuid;

use super::console::open_actions;
use super::{NoPage, PAGE};
use crate::app::App;
use crate::policy::{Caller, Staff};
use crate::routes::figures::MOST_DAYS;
use crate::web::actions::reason_words;
use crate::web::conversations::Choice;
use crate::web::dashboard::{Bar, Chart, DashboardView, Days, Tile};
use crate::web::respond;

/// `?job=ID&days=30`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    job: Option<String>,
    days: Option<i64>,
}

/// `GET /dashboard`.
pub(crate) async fn dashboard(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    asked: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let wanted = asked.map(|Query(wanted)| wanted).unwrap_or_default();
    let job_id: Option<Uuid> = wanted.job.as_deref().and_then(|id| id.parse().ok());
    let days = wanted.days.unwrap_or(30).clamp(1, MOST_DAYS);
    let span = Span { job_id, since: app.chatbot.now() - Duration::days(days) };
    let figures = app.chatbot.figures_of(span).await.map_err(&fault)?.ok_or_else(|| NoPage::absent(&app))?;
    let models = app.chatbot.model_usage(span).await.map_err(&fault)?;
    let stats = app.chatbot.stats_without_models().await.map_err(&fault)?;
    let jobs = app.chatbot.jobs(None, PAGE).await.map_err(&fault)?;
    let period = |n: i64, label: &str| Choice { value: n.to_string(), label: label.to_owned(), selected: n == days };
    let view = DashboardView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        jobs: jobs
            .into_iter()
            .map(|job| Choice { value: job.id.to_string(), label: job.title, selected: job_id == Some(job.id) })
            .collect(),
        periods: vec![period(7, "7 days"), period(30, "30 days"), period(90, "90 days"), period(366, "A year")],
        now: now(&stats),
        period: tiles(&figures, &models),
        days: Days { days: every_day(&figures.days, span.since.date_naive(), app.chatbot.now().date_naive()) },
        charts: charts(&figures, &stats, &models),
        truncated: figures.truncated,
    };
    Ok(respond(StatusCode::OK, &view))
}

fn tile(name: &'static str, value: impl ToString, hint: impl Into<String>) -> Tile {
    Tile { name, value: value.to_string(), hint: hint.into() }
}

fn now(stats: &Stats) -> Vec<Tile> {
    vec![
        tile("Active sessions", stats.chat_sessions_active, "not closed"),
        tile("Messages processed", stats.messages_processed, "handled by a finished turn"),
        tile("Queue length", stats.worker_queue_length, "sessions with work due"),
        tile("To be sent", stats.outbox_ready, "on channels outside"),
        tile("Open actions", stats.actions_open, "wait for a person"),
    ]
}

fn tiles(figures: &Figures, models: &[CallGroup]) -> Vec<Tile> {
    let share = |n: i64| if figures.begun == 0 { "–".to_owned() } else { format!("{} %", 100 * n / figures.begun) };
    let length = |seconds: Option<i64>| seconds.map_or_else(|| "–".to_owned(), took);
    let models = models.iter().fold(CallSums::default(), |sums, group| sums.and(group.sums));
    vec![
        tile("Applications begun", figures.begun, "from consent on"),
        tile("Completed", share(figures.submitted), format!("{} submitted", figures.submitted)),
        tile("Must-have failed", share(figures.must_have_failed), format!("{} applications", figures.must_have_failed)),
        tile("Time to complete", length(figures.median_seconds), "half took no longer"),
        tile("The slow tenth", length(figures.p90_seconds), "nine of ten took no longer"),
        tile("Models", dollars(models), format!("{} calls, {} failed", models.calls, models.failed)),
    ]
}

/// "$0.12"; with "+ ?" where a price isn't known.
fn dollars(sums: CallSums) -> String {
    let cents = (sums.cost_microusd + 5_000) / 10_000;
    let known = match (sums.cost_microusd, cents) {
        (1.., 0) => "under $0.01".to_owned(),
        _ => format!("${}.{:02}", cents / 100, cents % 100),
    };
    if sums.unpriced > 0 { format!("{known} + ?") } else { known }
}

/// "1: openai gpt-4o".
fn slot_name(group: &CallGroup) -> String {
    let parts = [group.slot.map(|slot| format!("{slot}:")), group.provider.clone(), group.model.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// "3 min", "4 h", "2 days".
fn took(seconds: i64) -> String {
    match seconds {
        ..90 => format!("{seconds} s"),
        90..5_400 => format!("{} min", (seconds + 30) / 60),
        5_400..172_800 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

/// Each day of the period, those without an application too; none at all if there is no application.
fn every_day(known: &[DayFigures], from: NaiveDate, to: NaiveDate) -> Vec<Bar> {
    if known.is_empty() {
        return Vec::new();
    }
    from.iter_days()
        .take_while(|day| *day <= to)
        .map(|day| {
            let name = day.format("%Y-%m-%d").to_string();
            let found = known.iter().find(|figures| figures.day == name);
            Bar { value: found.map_or(0, |f| f.begun), part: found.map_or(0, |f| f.submitted), name, text: String::new() }
        })
        .collect()
}

fn charts(figures: &Figures, stats: &Stats, models: &[CallGroup]) -> Vec<Chart> {
    let bar = |name: String, value: i64, part: i64| Bar { name, value, part, text: value.to_string() };
    let mut charts = Vec::new();
    if figures.questions.is_empty() {
        let bars = figures.answers.iter().map(|a| bar(crate::web::format::spaced(&a.name), a.n, 0)).collect();
        charts.push(Chart { title: "Answers by how they were read", value_name: "Answers", part_name: "", bars });
    } else {
        let mut bars = vec![bar("Begun".to_owned(), figures.begun, 0)];
        bars.extend(figures.questions.iter().map(|q| bar(q.text.clone(), q.reached, q.failed)));
        bars.push(bar("Submitted".to_owned(), figures.submitted, 0));
        charts.push(Chart { title: "How far people come", value_name: "Applications", part_name: "Must-have not met", bars });
        let bars = figures.questions.iter().map(|q| bar(q.text.clone(), q.read + q.unread, q.unread)).collect();
        charts.push(Chart { title: "How well answers read", value_name: "Answers", part_name: "Not read by the bot", bars });
    }
    let bars = figures.actions.iter().map(|a| bar(reason_words(&a.name), a.n, 0)).collect();
    charts.push(Chart { title: "Why people were needed", value_name: "Actions", part_name: "", bars });
    if !models.is_empty() {
        let tokens = |sums: CallSums| format!("{} · {} tokens", dollars(sums), sums.input_tokens + sums.output_tokens);
        let cost = |g: &CallGroup| Bar { name: slot_name(g), value: g.sums.cost_microusd, part: 0, text: tokens(g.sums) };
        charts.push(Chart { title: "What models cost", value_name: "Cost", part_name: "", bars: models.iter().map(cost).collect() });
        let bars = models.iter().map(|g| bar(slot_name(g), g.sums.calls, g.sums.failed)).collect();
        charts.push(Chart { title: "Calls of models", value_name: "Calls", part_name: "Failed", bars });
    }
    let bars = stats.applications_by_status.iter().map(|(name, n)| bar(crate::web::format::spaced(name), *n, 0)).collect();
    charts.push(Chart { title: "All applications by stage", value_name: "Applications", part_name: "", bars });
    charts
}
