//! A job's ranked applications for spreadsheets, written while they are read: a long list takes no more memory than a
//! short one.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::recruiting::Job;
use chatbot_core::recruiting::list::ApplicationFilter;
use futures::stream;
use uuid::Uuid;

use crate::app::App;
use crate::params::{Id, Params};
use crate::problem::{Answer, Problem};
use crate::sheet;

/// Rows read at once.
const PIECE: usize = 200;

/// What is still to be written.
struct Rest {
    app: App,
    job: Job,
    ids: VecDeque<Uuid>,
    rank: usize,
}

/// The same applications as the ranked list, as comma-separated values.
///
/// UTF-8 without a byte order mark, lines end in CR LF (RFC 4180). Columns: `rank`, `application_id`, `name`, `emails`,
/// `phones`, `status`, `score`, `must_haves`, `answered`, `submitted_at`, `source`; then for each question of the newest
/// version its value, words and score. A cell that a spreadsheet could take for a formula begins with `'`.
#[utoipa::path(get, path = "/jobs/{job_id}/applications.csv", tag = "applications", params(("job_id" = Uuid, Path)),
    responses((status = 200, description = "One line an application, best first.", body = String, content_type = "text/csv")))]
pub(crate) async fn get_applications_csv(State(app): State<App>, Id(job_id): Id, params: Params) -> Answer<Response> {
    params.finish()?;
    let job = app.chatbot.job(job_id).await?.ok_or_else(Problem::not_found)?;
    let filter = ApplicationFilter { job_id: Some(job_id), by_score: true, consented_only: true };
    let ids = app.chatbot.application_ids(&filter).await?.into();
    let head = sheet::line(&sheet::header(&job)).ok_or_else(Problem::internal)?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", job.slug)).map_err(|_| Problem::internal())?;
    let rest = Rest { app, job, ids, rank: 0 };
    let lines = stream::unfold((Some(head), rest), |(head, mut rest)| async move {
        match head {
            Some(head) => Some((Ok(Bytes::from(head)), (None, rest))),
            None => rest.piece().await.map(|piece| (piece, (None, rest))),
        }
    });
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

impl Rest {
    /// The next lines; none at the end. Breaking off tells the reader that the list is not whole.
    async fn piece(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        let ids: Vec<Uuid> = self.ids.drain(..self.ids.len().min(PIECE)).collect();
        if ids.is_empty() {
            return None;
        }
        let found = match self.app.chatbot.applications_by_id(&ids).await {
            Ok(found) => found,
            Err(fault) => {
                tracing::error!(%fault, "a list for spreadsheets broke off");
                self.ids.clear();
                return Some(Err(std::io::Error::other("the records can't be reached")));
            }
        };
        let mut lines = Vec::new();
        for (application, candidate) in &found {
            self.rank += 1;
            lines.extend(sheet::line(&sheet::row(self.rank, application, candidate, &self.job)).unwrap_or_default());
        }
        Some(Ok(Bytes::from(lines)))
    }
}
