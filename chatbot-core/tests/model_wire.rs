//! Every wire format over real HTTP: a server that speaks like the vendor's, in good and in bad ways. What holds for one
//! adapter holds for all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests may")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatbot_core::provider::{
    Asking, DraftSink, Provider, ProviderError, ProviderManager, ProviderSlot, Reply, ReplyRequest, RoundRobin, Task, Usage, http,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the server does with a request, piece by piece; then it closes the connection.
#[derive(Clone)]
enum Step {
    Send(String),
    Wait(u64),
}

/// A server on a free port, and what it was asked.
struct Fake {
    url: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Fake {
    async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (steps, kept) = (steps.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    let (mut bytes, mut buffer) = (Vec::new(), [0_u8; 8192]);
                    let (head, body) = loop {
                        let n = stream.read(&mut buffer).await.unwrap_or(0);
                        bytes.extend_from_slice(&buffer[..n]);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        if let Some((head, body)) = text.split_once("\r\n\r\n") {
                            let length =
                                head.to_lowercase().split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next()?.parse().ok());
                            if body.len() >= length.unwrap_or(0) {
                                break (head.to_owned(), body.to_owned());
                            }
                        }
                        if n == 0 {
                            return;
                        }
                    };
                    kept.lock().unwrap().push((head, serde_json::from_str(&body).unwrap_or(Value::Null)));
                    for step in steps {
                        match step {
                            Step::Send(text) => {
                                let _ = stream.write_all(text.as_bytes()).await;
                                let _ = stream.flush().await;
                            }
                            Step::Wait(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                        }
                    }
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, asked }
    }

    async fn answering(status: u16, headers: &str, body: &str) -> Self {
        let kind = if headers.contains("content-type") { "" } else { "content-type: application/json\r\n" };
        let text = format!("HTTP/1.1 {status} X\r\n{kind}{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        Self::start(vec![Step::Send(text)]).await
    }

    fn first(&self) -> (String, Value) {
        self.asked.lock().unwrap()[0].clone()
    }
}

/// A vendor's way to say things.
struct Vendor {
    kind: &'static str,
    base: &'static str,
    path: &'static str,
    key: &'static str,
    whole: fn(&str) -> Value,
    refusal: Value,
    empty: Value,
    pieces: Vec<String>,
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

fn vendors() -> Vec<Vendor> {
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16});
    let openai = Vendor {
        kind: "openai_compatible",
        base: "/v1/",
        path: "POST /v1/chat/completions ",
        key: "authorization: bearer k",
        whole: |text| {
            json!({"model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}})
        },
        refusal: json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "refusal": "no"}, "finish_reason": "stop"}]}),
        empty: json!({"choices": []}),
        pieces: vec![
            format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Six "}}]})),
            format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": "people."}}]})),
            format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})),
            format!("data: {}\n\ndata: [DONE]\n\n", json!({"choices": [], "usage": usage})),
        ],
    };
    let block = |text: &str| {
        event("content_block_delta", &json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}))
    };
    let anthropic = Vendor {
        kind: "anthropic",
        base: "/v1",
        path: "POST /v1/messages ",
        key: "x-api-key: k",
        whole: |text| {
            json!({"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": text}],
                "stop_reason": "end_turn", "usage": {"input_tokens": 9, "output_tokens": 7}})
        },
        refusal: json!({"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "refusal",
            "usage": {"input_tokens": 9, "output_tokens": 0}}),
        empty: json!({"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {}}),
        pieces: vec![
            event(
                "message_start",
                &json!({"type": "message_start", "message": {"id": "x", "type": "message", "role": "assistant", "content": [],
                "model": "m", "usage": {"input_tokens": 9, "output_tokens": 0}}}),
            ) + &event(
                "content_block_start",
                &json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            ) + &block("Six "),
            block("people."),
            event("content_block_stop", &json!({"type": "content_block_stop", "index": 0})),
            event("message_delta", &json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}}))
                + &event("message_stop", &json!({"type": "message_stop"})),
        ],
    };
    let part = |text: &str| format!("data: {}\n\n", json!({"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}]}));
    let gemini = Vendor {
        kind: "gemini",
        base: "/v1beta",
        path: "POST /v1beta/models/m:generateContent ",
        key: "x-goog-api-key: k",
        whole: |text| {
            json!({"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 7, "totalTokenCount": 16}})
        },
        refusal: json!({"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}),
        empty: json!({"candidates": []}),
        pieces: vec![
            part("Six "),
            part("people."),
            format!(
                "data: {}\n\n",
                json!({"candidates": [{"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP"}],
                    "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 7, "totalTokenCount": 16}})
            ),
        ],
    };
    vec![openai, anthropic, gemini]
}

fn slot(vendor: &Vendor, url: &str) -> ProviderSlot {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let vars = [
        ("TYPE", vendor.kind.to_owned()),
        ("API_KEY", "k".to_owned()),
        ("MODEL", "m".to_owned()),
        ("BASE_URL", format!("{url}{}", vendor.base)),
        ("TIMEOUT_MS", "400".to_owned()),
    ];
    ProviderSlot::from_vars(vars.into_iter().map(|(name, value)| (format!("PROVIDER1_{name}"), value))).unwrap().remove(0)
}

fn provider(vendor: &Vendor, url: &str) -> Arc<dyn Provider> {
    http::providers(&[slot(vendor, url)]).unwrap().remove(0).0
}

fn request() -> ReplyRequest {
    let mut request = ReplyRequest::default();
    request.context = "Team: six people".into();
    request.history = vec![("candidate".into(), "Hello?".into()), ("bot".into(), "Yes?".into())];
    request.prompt = "How big is the team?".into();
    request
}

/// Hears a draft.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl DraftSink for Heard {
    fn draft(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

fn said() -> Reply {
    Reply::text("Six people.").taking(Usage { input: 9, output: 7 })
}

#[tokio::test]
async fn text_and_usage_are_read_and_the_request_says_what_was_to_be_said() {
    for vendor in vendors() {
        let fake = Fake::answering(200, "", &(vendor.whole)("Six people.").to_string()).await;
        assert_eq!(provider(&vendor, &fake.url).generate_reply(&request()).await, Ok(said()), "{}", vendor.kind);
        let (head, body) = fake.first();
        assert!(head.starts_with(vendor.path) && head.to_lowercase().contains(vendor.key), "{}: {head}", vendor.kind);
        let text = body.to_string();
        for words in ["Team: six people", "How big is the team?", "Hello?", "Yes?", "candidate_text"] {
            assert!(text.contains(words), "{}: {words} is not in {text}", vendor.kind);
        }
        assert!(text.contains("1024"), "{}: a longest answer is always named: {text}", vendor.kind);
    }
}

#[tokio::test]
async fn a_reading_is_asked_for_by_its_schema() {
    for vendor in vendors() {
        let answer = "{\"span\":\"five\",\"value\":\"5\"}";
        let fake = Fake::answering(200, "", &(vendor.whole)(answer).to_string()).await;
        let mut asked = request();
        let text = json!({"type": "string"});
        asked.task = Task::Read {
            schema: json!({"type": "object", "properties": {"span": text, "value": text}, "required": ["span", "value"], "additionalProperties": false}),
        };
        let reply = provider(&vendor, &fake.url).generate_reply(&asked).await.unwrap();
        assert_eq!(reply.text.as_deref(), Some(answer), "{}", vendor.kind);
        let body = fake.first().1.to_string();
        assert!(body.contains("\"span\"") && body.contains("\"required\""), "{}: {body}", vendor.kind);
    }
}

#[tokio::test]
async fn a_stream_is_heard_piece_by_piece_and_ends_as_a_whole() {
    for vendor in vendors() {
        let mut steps = vec![Step::Send(STREAM.into())];
        for piece in &vendor.pieces {
            // Cut anywhere, as a network does.
            let (a, b) = piece.split_at(piece.len() / 2);
            steps.extend([Step::Send(a.into()), Step::Wait(5), Step::Send(b.into()), Step::Wait(5)]);
        }
        let fake = Fake::start(steps).await;
        let heard = Heard::default();
        assert_eq!(provider(&vendor, &fake.url).stream_reply(&request(), &heard).await, Ok(said()), "{}", vendor.kind);
        let heard = heard.0.lock().unwrap();
        assert_eq!(heard.first().map(String::as_str), Some("Six "), "{}", vendor.kind);
        assert_eq!(heard.last().map(String::as_str), Some("Six people."), "{}", vendor.kind);
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_heard_all_the_same_and_remembered() {
    for vendor in vendors() {
        let fake = Fake::answering(200, "", &(vendor.whole)("Six people.").to_string()).await;
        let provider = provider(&vendor, &fake.url);
        for _ in 0..2 {
            assert_eq!(provider.stream_reply(&request(), &Heard::default()).await, Ok(said()), "{}", vendor.kind);
        }
        assert_eq!(fake.asked.lock().unwrap().len(), 3, "{}: the second time it is not asked for a stream", vendor.kind);
    }
}

#[tokio::test]
async fn a_status_says_what_to_do_next() {
    for vendor in vendors() {
        for (status, headers, outcome, wait) in [
            (400, "", "refused", None),
            (401, "", "denied", None),
            (404, "", "denied", None),
            (429, "retry-after: 7\r\n", "limited", Some(Duration::from_secs(7))),
            (429, "", "limited", None),
            (500, "", "unavailable", None),
            (503, "retry-after: 3\r\n", "limited", Some(Duration::from_secs(3))),
            (529, "", "unavailable", None),
            (302, "location: http://127.0.0.1:1/\r\n", "denied", None),
        ] {
            let fake = Fake::answering(status, headers, "{\"error\":{\"message\":\"canary\",\"type\":\"x\"}}").await;
            let provider = provider(&vendor, &fake.url);
            for streamed in [false, true] {
                let heard = Heard::default();
                let result =
                    if streamed { provider.stream_reply(&request(), &heard).await } else { provider.generate_reply(&request()).await };
                let error = result.unwrap_err();
                assert_eq!(error.outcome(), outcome, "{} {status} streamed {streamed}: {error}", vendor.kind);
                if let ProviderError::Limited { retry_after, .. } = &error {
                    assert_eq!(*retry_after, wait, "{} {status} streamed {streamed}", vendor.kind);
                }
                assert!(!format!("{error:?}").contains("canary"), "what a vendor says is not ours to repeat: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_is_an_error_and_never_a_panic() {
    for vendor in vendors() {
        let whole = (vendor.whole)("Six people.").to_string();
        for (name, headers, body, outcome) in [
            ("malformed JSON", "", &whole[..whole.len() - 3], "bad_answer"),
            ("no JSON", "", "Bad gateway", "bad_answer"),
            ("wrong content type", "content-type: text/html\r\n", whole.as_str(), "bad_answer"),
            ("empty choice", "", &vendor.empty.to_string(), "bad_answer"),
            ("refusal", "", &vendor.refusal.to_string(), "refused"),
            ("JSON of another kind", "", "[1, 2]", "bad_answer"),
        ] {
            let fake = Fake::answering(200, headers, body).await;
            let error = provider(&vendor, &fake.url).generate_reply(&request()).await.unwrap_err();
            assert_eq!(error.outcome(), outcome, "{} {name}: {error}", vendor.kind);
        }
        // A body that ends before its length, and a stream that ends before its end.
        let cut = Fake::start(vec![Step::Send(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{whole}"
        ))])
        .await;
        let error = provider(&vendor, &cut.url).generate_reply(&request()).await.unwrap_err();
        assert!(matches!(error.outcome(), "unavailable" | "bad_answer"), "{}: {error}", vendor.kind);
        let cut = Fake::start(vec![Step::Send(STREAM.into()), Step::Send(vendor.pieces[0].clone())]).await;
        let error = provider(&vendor, &cut.url).stream_reply(&request(), &Heard::default()).await.unwrap_err();
        assert!(matches!(error.outcome(), "unavailable" | "bad_answer"), "{}: {error}", vendor.kind);
    }
}

#[tokio::test]
async fn who_is_slow_or_stalls_is_left_for_the_next_slot_and_what_was_heard_is_void() {
    for vendor in vendors() {
        let good = Fake::answering(200, "", &(vendor.whole)("Six people.").to_string()).await;
        let slow = Fake::start(vec![Step::Wait(60_000)]).await;
        let stalls = Fake::start(vec![Step::Send(STREAM.into()), Step::Send(vendor.pieces[0].clone()), Step::Wait(60_000)]).await;
        for bad in [&slow.url, &stalls.url] {
            let slots = http::providers(&[slot(&vendor, bad), slot(&vendor, &good.url)]).unwrap();
            let manager = RoundRobin::with_limits(slots, Arc::new(chatbot_core::clock::SystemClock));
            let heard = Arc::new(Heard::default());
            let mut asking = Asking::default();
            asking.draft = Some(Arc::clone(&heard) as Arc<dyn DraftSink>);
            let begun = std::time::Instant::now();
            let reply = manager.generate_reply(&request(), &asking).await;
            assert_eq!(reply.text.as_deref(), Some("Six people."), "{}", vendor.kind);
            assert!(begun.elapsed() < Duration::from_secs(5), "{}: {:?}", vendor.kind, begun.elapsed());
            assert_eq!(heard.0.lock().unwrap().iter().rfind(|t| t.is_empty()).map(String::as_str), Some(""), "{}", vendor.kind);
        }
    }
}
