//! A small client of the server's API.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::room::RoomError;

/// The API with somebody's token.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What was asked, for errors.
    asked: String,
    /// The body as JSON; null if it is none.
    body: Value,
}

impl Answer {
    /// The body of a success; otherwise the problem in one line.
    pub(crate) fn ok(self) -> Result<Value, RoomError> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        let text = |key: &str| self.body.get(key).and_then(Value::as_str);
        let detail = text("detail").or(text("title")).unwrap_or("no reason given");
        let hint = if self.status == 401 { " (is --token or CHATBOT_ADMIN_TOKEN the server's?)" } else { "" };
        Err(RoomError(format!("{}: {} {detail}{hint}", self.asked, self.status)))
    }
}

impl Client {
    /// A client of the server at this address.
    pub(crate) fn new(base: &str, token: Option<String>) -> Result<Self, RoomError> {
        let base = base.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") && !base.starts_with("https://") {
            return Err(RoomError(format!("--server: \"{base}\" is not a web address; example: --server http://127.0.0.1:8080")));
        }
        if base.starts_with("https://") {
            return Err(RoomError(
                "--server: this program speaks plain HTTP only; run it beside the server; example: --server http://127.0.0.1:8080".into(),
            ));
        }
        let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build();
        Ok(Self { http: http.map_err(|e| RoomError(format!("no HTTP client: {}", causes(&e))))?, base, token })
    }

    /// The same server, as somebody unknown.
    pub(crate) fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same server, as whoever holds this token.
    pub(crate) fn with_token(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, RoomError> {
        self.send("GET", path, self.http.get(format!("{}{path}", self.base))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, RoomError> {
        self.send("POST", path, self.http.post(format!("{}{path}", self.base)).json(body)).await
    }

    pub(crate) async fn upload(&self, path: &str, name: &str, bytes: Vec<u8>) -> Result<Answer, RoomError> {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        self.send("POST", path, self.http.post(format!("{}{path}", self.base)).multipart(form)).await
    }

    async fn send(&self, method: &str, path: &str, request: reqwest::RequestBuilder) -> Result<Answer, RoomError> {
        let asked = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.map_err(|e| RoomError(format!("{}: {}", self.base, causes(&e))))?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|e| RoomError(format!("{asked}: {}", causes(&e))))?;
        Ok(Answer { status, asked, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
    }
}

/// The innermost reason: the outer ones repeat the address.
fn causes(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
