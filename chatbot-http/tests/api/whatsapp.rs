use axum::body::Body;
use axum::http::{Method, Request};
use chatbot_core::recruiting::list::Page;
use chatbot_core::template::Templates;
use chatbot_http::whatsapp::{WhatsApp, WhatsAppArgs, WhatsAppConfig};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Reply, Server};

const NUMBER: &str = "5550001";
const SECRET: &str = "app-secret-of-the-tests";
const OLD_SECRET: &str = "app-secret-of-last-year";
const VERIFY: &str = "verify-token-of-the-tests";
const PAGE: Page = Page { limit: 500, offset: 0 };

/// A server with WhatsApp on; nobody answers where the Graph API should be.
fn server() -> Server {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut args = WhatsAppArgs::default();
    args.enable_whatsapp = Some("true".into());
    args.whatsapp_phone_number_id = Some(NUMBER.into());
    args.whatsapp_token = Some("token".into());
    args.whatsapp_app_secret = Some(format!("{SECRET},{OLD_SECRET}"));
    args.whatsapp_verify_token = Some(VERIFY.into());
    args.whatsapp_api_url = Some("http://127.0.0.1:1/v1".into());
    let config = WhatsAppConfig::new(&args).unwrap().unwrap();
    Server::with(|options| options.whatsapp = Some(WhatsApp::new(config, &Templates::english().unwrap()).unwrap()))
}

fn hex(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    chatbot_core::access::token::hex(&mac.finalize().into_bytes())
}

async fn post(server: &Server, body: impl Into<Vec<u8>>, signature: Option<&str>) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri("/webhooks/whatsapp").header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    server.send(request.body(Body::from(body.into())).unwrap()).await
}

async fn deliver(server: &Server, body: impl Into<Vec<u8>>) -> Reply {
    let body = body.into();
    let signature = format!("sha256={}", hex(SECRET, &body));
    post(server, body, Some(&signature)).await
}

fn text(from: &str, id: &str, body: &str) -> Value {
    json!({"from": from, "id": id, "timestamp": "1795500000", "type": "text", "text": {"body": body}})
}

fn change(number: &str, messages: &[Value]) -> Value {
    json!({"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}, "messages": messages}})
}

fn body(messages: &[Value]) -> String {
    delivery(&[change(NUMBER, messages)])
}

fn delivery(changes: &[Value]) -> String {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).to_string()
}

/// What candidates wrote, of all sessions.
async fn stored(server: &Server) -> Vec<String> {
    let mut said = Vec::new();
    for session in server.chatbot.sessions(false, PAGE).await.unwrap() {
        for message in server.chatbot.history(session.id, 0, 2000).await.unwrap() {
            if message.sender.as_str() == "candidate" {
                said.push(message.content);
            }
        }
    }
    said.sort();
    said
}

async fn quarantined(server: &Server) -> Vec<String> {
    let rows = server.chatbot.quarantined(PAGE).await.unwrap();
    rows.into_iter().map(|row| format!("{} {} {}", row.platform, row.account, row.reason)).collect()
}

#[tokio::test]
async fn off_its_routes_answer_like_any_that_is_not_there() {
    let server = Server::new();
    let absent = server.get("/webhooks/nothing", "").await;
    let handshake = server.get("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=x&hub.challenge=y", "").await;
    let delivery = deliver(&server, body(&[text("1", "wamid.1", "hi")])).await;
    for reply in [handshake, delivery] {
        assert_eq!((reply.status, &reply.bytes), (absent.status, &absent.bytes));
        assert_eq!(reply.status, 404);
    }
}

#[tokio::test]
async fn the_handshake_answers_whoever_knows_our_words_and_nobody_else() {
    let server = server();
    let asks = async |query: &str| server.get(&format!("/webhooks/whatsapp?{query}"), "").await;
    let good = format!("hub.mode=subscribe&hub.verify_token={VERIFY}");
    let reply = asks(&format!("{good}&hub.challenge=1158201444")).await;
    assert_eq!((reply.status.as_u16(), reply.text().as_str()), (200, "1158201444"));
    assert!(reply.header("content-type").starts_with("text/plain"));

    let html = asks(&format!("{good}&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E")).await;
    assert_eq!((html.status.as_u16(), html.text().as_str()), (200, "<script>alert(1)</script>"));
    assert!(html.header("content-type").starts_with("text/plain"));
    assert_eq!(html.header("x-content-type-options"), "nosniff");
    assert_eq!(asks(&format!("{good}&hub.challenge={}", "9".repeat(128))).await.status, 200);

    for (query, status) in [
        ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1".to_owned(), 403),
        ("hub.mode=subscribe&hub.verify_token=&hub.challenge=1".to_owned(), 403),
        ("hub.mode=subscribe&hub.challenge=1".to_owned(), 403),
        (format!("hub.mode=subscribe&hub.verify_token[]={VERIFY}&hub.challenge=1"), 403),
        (format!("{good}&hub.verify_token={VERIFY}&hub.challenge=1"), 403),
        (format!("hub.mode=subscribe&hub.verify_token={VERIFY}x&hub.challenge=1"), 403),
        (format!("hub.mode=subscribe&hub.verify_token={}&hub.challenge=1", "v".repeat(10_000)), 403),
        (format!("hub.mode=subscribe&hub.verify_token={}&hub.challenge=1", VERIFY.to_uppercase()), 403),
        ("hub.mode=subscribe".to_owned(), 403),
        (format!("hub.verify_token={VERIFY}"), 400),
        (format!("hub.mode=unsubscribe&hub.verify_token={VERIFY}&hub.challenge=1"), 400),
        (good.clone(), 400),
        (format!("{good}&hub.challenge="), 400),
        (format!("{good}&hub.challenge={}", "9".repeat(129)), 400),
        (String::new(), 403),
    ] {
        let reply = asks(&query).await;
        assert_eq!(reply.status.as_u16(), status, "{query}");
        reply.problem();
    }
}

#[tokio::test]
async fn what_is_not_signed_by_meta_is_refused_before_it_is_read() {
    let server = server();
    let sent = body(&[text("4917", "wamid.1", "hi")]);
    let good = hex(SECRET, sent.as_bytes());
    let respaced = hex(SECRET, serde_json::to_string_pretty(&serde_json::from_str::<Value>(&sent).unwrap()).unwrap().as_bytes());
    for signature in [
        None,
        Some(String::new()),
        Some(good.clone()),
        Some(format!("sha1={good}")),
        Some(format!("sha256={}", &good[1..])),
        Some(format!("sha256={good}0")),
        Some(format!("sha256={}", "0".repeat(64))),
        Some(format!("sha256={respaced}")),
        Some(format!("sha256={}", hex("another app's secret", sent.as_bytes()))),
        Some(format!("sha256={}", hex("", sent.as_bytes()))),
    ] {
        let reply = post(&server, sent.clone(), signature.as_deref()).await;
        assert_eq!(reply.status, 401, "{signature:?}");
        assert_eq!(reply.problem(), "wrong_signature");
    }
    assert_eq!(post(&server, "{", None).await.status, 401, "not even read");
    assert!(stored(&server).await.is_empty() && quarantined(&server).await.is_empty());

    for (id, signature) in [("wamid.1", SECRET), ("wamid.2", OLD_SECRET)] {
        let sent = body(&[text("4917", id, id)]);
        let reply = post(&server, sent.clone(), Some(&format!("sha256={}", hex(signature, sent.as_bytes()).to_uppercase()))).await;
        assert_eq!(reply.status, 200, "{id}");
    }
    assert_eq!(stored(&server).await, ["wamid.1", "wamid.2"]);
}

#[tokio::test]
async fn another_method_or_a_larger_body_is_refused() {
    let server = server();
    assert_eq!(server.call(Method::PUT, "/webhooks/whatsapp", "", &json!({})).await.status, 405);
    let limit = 3 * 1024 * 1024;
    let filled = |bytes: usize| {
        let mut sent = body(&[text("4917", "wamid.1", "hi")]);
        sent.push_str(&" ".repeat(bytes - sent.len()));
        sent
    };
    assert_eq!(deliver(&server, filled(limit + 1)).await.problem(), "too_large");
    assert!(stored(&server).await.is_empty());
    assert_eq!(deliver(&server, filled(limit)).await.status, 200);
    assert_eq!(stored(&server).await, ["hi"]);
}

#[tokio::test]
async fn a_batch_is_stored_whole_and_only_once_however_often_it_comes() {
    let server = server();
    for count in [1, 2, 50, 300] {
        let messages: Vec<Value> = (0..count).map(|i| text(&format!("49{count}{}", i % 7), &format!("wamid.{count}.{i}"), "a")).collect();
        let changes: Vec<Value> = messages.chunks(9).map(|part| change(NUMBER, part)).collect();
        let before = stored(&server).await.len();
        for _ in 0..2 {
            assert_eq!(deliver(&server, delivery(&changes)).await.status, 200);
        }
        assert_eq!(stored(&server).await.len() - before, count);
    }
    let again = body(&[text("4911", "wamid.1.0", "other words under an old id")]);
    assert_eq!(deliver(&server, again).await.status, 200);
    assert!(!stored(&server).await.contains(&"other words under an old id".to_owned()));
}

#[tokio::test]
async fn what_is_signed_and_unreadable_is_acknowledged_and_kept() {
    let server = server();
    for (sent, why) in [
        ("{".to_owned(), "not JSON"),
        ("\"\\ud800\"".to_owned(), "not JSON"),
        ("[".repeat(10_000), "not JSON"),
        ("{}".to_owned(), "not about a WhatsApp account"),
        (delivery(&[change("777", &[text("4917", "wamid.7", "to another number")])]), "to another number"),
        (
            delivery(&[change("777", &[text("4917", "wamid.7", "x")]), change(NUMBER, &[text("4917", "wamid.8", "to us")])]),
            "to another number",
        ),
    ] {
        let before = quarantined(&server).await.len();
        assert_eq!(deliver(&server, sent.clone()).await.status, 200);
        assert_eq!(deliver(&server, sent).await.status, 200);
        let kept = quarantined(&server).await;
        assert_eq!(kept.len(), before + 1, "{why}");
        assert!(kept.contains(&format!("whatsapp {NUMBER} {why}")), "{kept:?}");
    }
    assert_eq!(stored(&server).await, ["to us"]);
    for invalid in [&b"\xff\xfe"[..], b"\0", b""] {
        assert_eq!(deliver(&server, invalid).await.status, 200);
    }
}

#[tokio::test]
async fn what_nobody_can_read_gets_a_friendly_word_and_a_reaction_gets_none() {
    let server = server();
    server.job().await;
    let kind = |id: &str, kind: &str| json!({"from": "4917", "id": id, "type": kind, kind: {"id": "1"}});
    let first = body(&[text("4917", "wamid.1", "/start baker__fair")]);
    assert_eq!(deliver(&server, first).await.status, 200);
    server.chatbot.drain().await.unwrap();
    let session = server.chatbot.sessions(true, PAGE).await.unwrap().remove(0);
    assert_eq!((session.platform.as_str(), session.account.as_str(), session.source.as_deref()), ("whatsapp", NUMBER, Some("fair")));
    let said = async || {
        let history = server.chatbot.history(session.id, 0, 100).await.unwrap();
        history.iter().filter(|m| m.sender.as_str() == "bot").map(|m| m.content.clone()).collect::<Vec<_>>()
    };
    let before = said().await.len();
    assert_eq!(before, 1, "welcomed once: {:?}", said().await);
    for _ in 0..2 {
        let sent = body(&[kind("wamid.2", "audio"), kind("wamid.3", "reaction")]);
        assert_eq!(deliver(&server, sent).await.status, 200);
        server.chatbot.drain().await.unwrap();
    }
    let after = said().await;
    assert_eq!(after.len(), before + 1, "{after:?}");
    assert!(after.last().unwrap().contains("only read text"), "{after:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_yet_is_not_acknowledged() {
    let server = server();
    let file = json!({"from": "4917", "id": "wamid.1", "type": "document", "document": {"id": "77", "filename": "cv.pdf"}});
    let reply = deliver(&server, body(&[text("4917", "wamid.0", "here it is"), file])).await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.header("retry-after"), "1");
    assert_eq!(stored(&server).await, ["here it is"], "what came before it is stored, once");
}
