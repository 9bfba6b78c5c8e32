//! A WhatsApp of our own: an HTTP server in the place of the Graph API, which refuses every call that Meta would refuse,
//! and the person at the other end, whose phone shows what was sent to it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::api::Reply;
use crate::patience::eventually;
use crate::server::{Plan, Server};

/// The number's id, and so the account of its sessions.
pub const NUMBER: &str = "5550001";
/// What calls must carry.
pub const TOKEN: &str = "EAAtokenOfTheFakeWhatsApp";
/// What deliveries are signed with.
pub const APP_SECRET: &str = "app-secret-of-the-fake-whatsapp";
/// What the handshake shows.
pub const VERIFY_TOKEN: &str = "verify-token-of-the-fake-whatsapp";

/// The Graph API. Stops with the test that started it.
#[derive(Debug, Clone)]
pub struct FakeWhatsApp {
    state: Arc<Mutex<Phones>>,
    address: String,
}

/// What the fake knows.
#[derive(Debug, Default)]
struct Phones {
    /// In the order they were taken.
    taken: Vec<Taken>,
    /// Answers to give instead of taking a message, first come first served.
    refusals: VecDeque<(u16, Value)>,
    /// What no client of Meta's may send.
    violations: Vec<String>,
    /// Files that can be fetched.
    files: BTreeMap<String, Vec<u8>>,
}

/// A message the fake took.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its id.
    pub wamid: String,
    /// Whose phone shows it.
    pub to: String,
    /// The call's body.
    pub body: Value,
}

impl Taken {
    /// The words, whatever kind of message they are in.
    pub fn text(&self) -> &str {
        let at = ["/text/body", "/interactive/body/text"].iter().find_map(|at| self.body.pointer(at)?.as_str());
        at.unwrap_or_default()
    }

    /// The buttons or rows, with their ids.
    pub fn choices(&self) -> Vec<(String, String)> {
        let action = &self.body["interactive"]["action"];
        let buttons = action["buttons"].as_array().into_iter().flatten().map(|b| &b["reply"]);
        let rows = action["sections"].as_array().into_iter().flatten().flat_map(|s| s["rows"].as_array().into_iter().flatten());
        buttons.chain(rows).map(|c| (c["title"].as_str().unwrap().to_owned(), c["id"].as_str().unwrap().to_owned())).collect()
    }
}

impl FakeWhatsApp {
    /// Listens on a port of its own.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(Phones::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { state, address };
        let routes = Router::new()
            .route("/v1/{id}/messages", post(messages))
            .route("/v1/{id}/media", post(upload))
            .route("/v1/{id}", get(about))
            .route("/files/{id}", get(file))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        fake
    }

    /// A server that speaks to this WhatsApp.
    #[must_use]
    pub fn on(&self, plan: Plan) -> Plan {
        plan.env("ENABLE_WHATSAPP", "true")
            .env("WHATSAPP_PHONE_NUMBER_ID", NUMBER)
            .env("WHATSAPP_TOKEN", TOKEN)
            .env("WHATSAPP_APP_SECRET", APP_SECRET)
            .env("WHATSAPP_VERIFY_TOKEN", VERIFY_TOKEN)
            .env("WHATSAPP_API_URL", self.url())
    }

    /// `WHATSAPP_API_URL`.
    pub fn url(&self) -> String {
        format!("{}/v1", self.address)
    }

    /// Refuses the next message with this status and Meta's code.
    pub fn refuse_next(&self, status: u16, code: i64) {
        let error = json!({"error": {"message": format!("(#{code}) no"), "type": "OAuthException", "code": code, "fbtrace_id": "A"}});
        self.lock().refusals.push_back((status, error));
    }

    /// Messages taken so far, of all people.
    pub fn taken(&self) -> Vec<Taken> {
        self.lock().taken.clone()
    }

    /// Fails if a call was made that Meta would refuse.
    #[track_caller]
    pub fn assert_no_violations(&self) {
        assert_eq!(self.lock().violations, [""; 0]);
    }

    /// Puts a file where it can be fetched; answers its id.
    pub fn keep_file(&self, bytes: &[u8]) -> String {
        let mut phones = self.lock();
        let id = format!("{}", 9_000 + phones.files.len());
        phones.files.insert(id.clone(), bytes.to_vec());
        id
    }

    /// A file's bytes.
    pub fn file(&self, id: &str) -> Vec<u8> {
        self.lock().files.get(id).cloned().unwrap_or_default()
    }

    /// A person with a phone.
    pub fn person(&self, server: &Server) -> Person {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = format!("4917{:08}", NEXT.fetch_add(1, Ordering::Relaxed));
        Person { fake: self.clone(), api: server.api.clone(), number, read: 0 }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Phones> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `sha256=…` for a body.
pub fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Delivers bytes as Meta does.
pub async fn deliver_bytes(api: &crate::Api, body: &[u8]) -> Reply {
    let request = api.request(Method::POST, "/webhooks/whatsapp").header("content-type", "application/json");
    Reply::of(request.header("x-hub-signature-256", signature(body)).body(body.to_vec())).await
}

/// What Meta delivers about our number: messages and statuses.
pub fn delivery(messages: &[Value], statuses: &[Value]) -> Value {
    let contacts: Vec<Value> = messages.iter().map(|m| json!({"profile": {"name": "Pat"}, "wa_id": m["from"]})).collect();
    let mut value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550001", "phone_number_id": NUMBER}});
    let map = value.as_object_mut().unwrap();
    if !messages.is_empty() {
        map.insert("contacts".into(), json!(contacts));
        map.insert("messages".into(), json!(messages));
    }
    if !statuses.is_empty() {
        map.insert("statuses".into(), json!(statuses));
    }
    json!({"object": "whatsapp_business_account", "entry": [{"id": "900", "changes": [{"field": "messages", "value": value}]}]})
}

/// Somebody with WhatsApp.
#[derive(Debug)]
pub struct Person {
    fake: FakeWhatsApp,
    api: crate::Api,
    /// Their number.
    pub number: String,
    /// Messages to them that they have read.
    read: usize,
}

impl Person {
    /// A message of theirs, to be delivered.
    pub fn message(&self, kind: &Value) -> Value {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let id = format!("wamid.in.{}.{}", self.number, NEXT.fetch_add(1, Ordering::Relaxed));
        let mut message = json!({"from": self.number, "id": id, "timestamp": "1795500000"});
        message.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        message
    }

    /// Sends a message of any kind.
    pub async fn send(&self, kind: &Value) -> Reply {
        self.deliver(&self.message(kind)).await
    }

    /// Has Meta deliver a message, perhaps again.
    pub async fn deliver(&self, message: &Value) -> Reply {
        deliver_bytes(&self.api, delivery(std::slice::from_ref(message), &[]).to_string().as_bytes()).await
    }

    /// Writes words.
    pub async fn writes(&self, words: &str) {
        self.send(&json!({"type": "text", "text": {"body": words}})).await.expect(200);
    }

    /// Presses a button or row of a message.
    pub async fn presses(&self, message: &Taken, label: &str) {
        let (_, id) =
            message.choices().into_iter().find(|(title, _)| title == label).unwrap_or_else(|| panic!("no {label} in {message:?}"));
        let kind = if message.body["interactive"]["type"] == "list" { "list_reply" } else { "button_reply" };
        let mut reply = json!({"type": kind});
        reply[kind] = json!({"id": id, "title": label});
        let sent = json!({"type": "interactive", "interactive": reply, "context": {"from": NUMBER, "id": message.wamid}});
        self.send(&sent).await.expect(200);
    }

    /// The next message on their phone, once it is there.
    pub async fn reads(&mut self) -> Taken {
        let (fake, number, read) = (&self.fake, &self.number, self.read);
        let next = eventually("a message on the phone", async || {
            let mut theirs = fake.taken();
            theirs.retain(|taken| taken.to == *number);
            theirs.into_iter().nth(read)
        })
        .await;
        self.read += 1;
        next
    }

    /// What their phone shows.
    pub fn phone(&self) -> Vec<Taken> {
        let mut theirs = self.fake.taken();
        theirs.retain(|taken| taken.to == self.number);
        theirs
    }
}

async fn messages(State(fake): State<FakeWhatsApp>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refusal) = authorised(&fake, &headers) {
        return *refusal;
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut phones = fake.lock();
    if let Some((status, answer)) = phones.refusals.pop_front() {
        return (StatusCode::from_u16(status).unwrap(), axum::Json(answer)).into_response();
    }
    let content_type = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let wrong = if id != NUMBER {
        Some(format!("to the number {id}"))
    } else if content_type != "application/json" {
        Some(format!("content type {content_type}"))
    } else {
        rules::broken(&body)
    };
    if let Some(wrong) = wrong {
        phones.violations.push(format!("{wrong}: {body}"));
        return refused(StatusCode::BAD_REQUEST, 100);
    }
    let to = body["to"].as_str().or(body["recipient"].as_str()).unwrap_or_default().to_owned();
    let wamid = format!("wamid.out.{}", phones.taken.len() + 1);
    phones.taken.push(Taken { wamid: wamid.clone(), to: to.clone(), body });
    axum::Json(json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}], "messages": [{"id": wamid}]}))
        .into_response()
}

async fn upload(State(fake): State<FakeWhatsApp>, Path(id): Path<String>, headers: HeaderMap, form: Multipart) -> Response {
    if let Err(refusal) = authorised(&fake, &headers) {
        return *refusal;
    }
    let (mut form, mut product, mut file) = (form, None, None);
    while let Some(field) = form.next_field().await.unwrap() {
        match field.name() {
            Some("messaging_product") => product = Some(field.text().await.unwrap()),
            Some("file") if field.content_type().is_some() && field.file_name().is_some() => file = Some(field.bytes().await.unwrap()),
            other => fake.lock().violations.push(format!("an upload with the field {other:?}")),
        }
    }
    match (product.as_deref(), file) {
        (Some("whatsapp"), Some(bytes)) if id == NUMBER => axum::Json(json!({"id": fake.keep_file(&bytes)})).into_response(),
        _ => {
            fake.lock().violations.push("an upload without product or file".into());
            refused(StatusCode::BAD_REQUEST, 100)
        }
    }
}

async fn about(State(fake): State<FakeWhatsApp>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refusal) = authorised(&fake, &headers) {
        return *refusal;
    }
    if id == NUMBER {
        return axum::Json(json!({"display_phone_number": "+1 555-0001", "verified_name": "Crust & Sons", "id": NUMBER})).into_response();
    }
    let phones = fake.lock();
    let Some(bytes) = phones.files.get(&id) else { return refused(StatusCode::BAD_REQUEST, 100) };
    let about = json!({"id": id, "url": format!("{}/files/{id}", fake.address), "mime_type": "application/pdf", "file_size": bytes.len(), "messaging_product": "whatsapp"});
    axum::Json(about).into_response()
}

async fn file(State(fake): State<FakeWhatsApp>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refusal) = authorised(&fake, &headers) {
        return *refusal;
    }
    fake.lock().files.get(&id).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |bytes| bytes.clone().into_response())
}

fn authorised(fake: &FakeWhatsApp, headers: &HeaderMap) -> Result<(), Box<Response>> {
    if headers.get("authorization").is_some_and(|v| v.as_bytes() == format!("Bearer {TOKEN}").as_bytes()) {
        return Ok(());
    }
    fake.lock().violations.push("a call without our token".into());
    Err(Box::new(refused(StatusCode::UNAUTHORIZED, 190)))
}

fn refused(status: StatusCode, code: i64) -> Response {
    let error = json!({"error": {"message": "Invalid parameter", "type": "OAuthException", "code": code, "fbtrace_id": "A"}});
    (status, axum::Json(error)).into_response()
}

/// What Meta takes, as its reference of `/messages` has it.
mod rules {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value};

    /// What is wrong with a call, if anything is.
    pub(super) fn broken(body: &Value) -> Option<String> {
        check(body).err()
    }

    type Checked = Result<(), String>;

    fn check(body: &Value) -> Checked {
        let call = object(body, "the body")?;
        let kind = string(call, "type", 1..=20)?;
        only(call, &["messaging_product", "recipient_type", "to", "recipient", "type", kind, "context"])?;
        if call.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
            return Err("messaging_product is not whatsapp".into());
        }
        if call.get("recipient_type").is_some_and(|r| r != "individual") {
            return Err("recipient_type is not individual".into());
        }
        match (call.get("to").and_then(Value::as_str), call.get("recipient").and_then(Value::as_str)) {
            (Some(to), None) if (5..=15).contains(&to.len()) && to.bytes().all(|b| b.is_ascii_digit()) => {}
            (None, Some(id)) if id.contains('.') => {}
            _ => return Err("to nobody".into()),
        }
        let content = object(call.get(kind).unwrap_or(&Value::Null), kind)?;
        match kind {
            "text" => {
                only(content, &["body", "preview_url"])?;
                string(content, "body", 1..=4096)?;
                if content.get("preview_url").is_some_and(|p| !p.is_boolean()) {
                    return Err("preview_url".into());
                }
                Ok(())
            }
            "interactive" => interactive(content),
            "document" | "image" => {
                only(content, &["link", "id", "caption", "filename"])?;
                if content.contains_key("link") == content.contains_key("id") {
                    return Err("a file by link or by id".into());
                }
                if kind == "image" && content.contains_key("filename") { Err("an image has no filename".into()) } else { Ok(()) }
            }
            other => Err(format!("type {other}")),
        }
    }

    fn interactive(content: &Map<String, Value>) -> Checked {
        only(content, &["type", "header", "body", "footer", "action"])?;
        let kind = string(content, "type", 1..=20)?;
        let words = object(content.get("body").unwrap_or(&Value::Null), "body")?;
        let action = object(content.get("action").unwrap_or(&Value::Null), "action")?;
        let (ids, titles): (Vec<&str>, Vec<&str>) = match kind {
            "button" => {
                string(words, "text", 1..=1024)?;
                only(action, &["buttons"])?;
                let buttons = action.get("buttons").and_then(Value::as_array).filter(|b| (1..=3).contains(&b.len()));
                let mut all = Vec::new();
                for button in buttons.ok_or("1 to 3 buttons")? {
                    let button = object(button, "a button")?;
                    only(button, &["type", "reply"])?;
                    let reply = object(button.get("reply").unwrap_or(&Value::Null), "reply")?;
                    only(reply, &["id", "title"])?;
                    all.push((string(reply, "id", 1..=256)?, string(reply, "title", 1..=20)?));
                }
                all.into_iter().unzip()
            }
            "list" => {
                string(words, "text", 1..=4096)?;
                only(action, &["button", "sections"])?;
                string(action, "button", 1..=20)?;
                let sections = action.get("sections").and_then(Value::as_array).filter(|s| (1..=10).contains(&s.len()));
                let mut all = Vec::new();
                for section in sections.ok_or("1 to 10 sections")? {
                    for row in section.get("rows").and_then(Value::as_array).into_iter().flatten() {
                        let row = object(row, "a row")?;
                        only(row, &["id", "title", "description"])?;
                        if row.contains_key("description") {
                            string(row, "description", 1..=72)?;
                        }
                        all.push((string(row, "id", 1..=200)?, string(row, "title", 1..=24)?));
                    }
                }
                if !(1..=10).contains(&all.len()) {
                    return Err("1 to 10 rows".into());
                }
                all.into_iter().unzip()
            }
            other => return Err(format!("interactive {other}")),
        };
        for (what, all) in [("ids", ids), ("titles", titles)] {
            if all.iter().collect::<BTreeSet<_>>().len() != all.len() {
                return Err(format!("{what} that are the same"));
            }
        }
        Ok(())
    }

    fn object<'v>(value: &'v Value, what: &str) -> Result<&'v Map<String, Value>, String> {
        value.as_object().ok_or_else(|| format!("{what} is no object"))
    }

    fn string<'v>(map: &'v Map<String, Value>, name: &str, length: std::ops::RangeInclusive<usize>) -> Result<&'v str, String> {
        let text = map.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is no string"))?;
        let units = text.encode_utf16().count();
        if length.contains(&units) && !text.trim().is_empty() { Ok(text) } else { Err(format!("{name} has {units} characters")) }
    }

    fn only(map: &Map<String, Value>, names: &[&str]) -> Checked {
        map.keys().find(|key| !names.contains(&key.as_str())).map_or(Ok(()), |key| Err(format!("no field {key} here")))
    }
}
