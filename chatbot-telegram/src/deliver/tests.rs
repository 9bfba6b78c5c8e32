#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use super::*;
use crate::rate::Limits;
use crate::telegram::Telegram;
use crate::testing::{Fake, config};

async fn adapter(fake: &Fake) -> TelegramAdapter {
    Telegram::connect(config(&fake.url, "polling")).await.unwrap().adapter()
}

#[tokio::test]
async fn what_an_answer_means_for_the_message() {
    let refusal = |code: u16, description: &str| json!({"ok": false, "error_code": code, "description": description});
    for (status, answer, want) in [
        (200, json!({"ok": true, "result": {"message_id": 5}}), "sent 5"),
        (200, json!({"ok": true, "result": {}}), "sent"),
        (429, json!({"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": 3}}), "retry 3"),
        (500, refusal(500, "Internal"), "retry"),
        (502, json!("<html>"), "retry"),
        (500, json!({"ok": true, "result": {"message_id": 5}}), "retry"),
        (403, refusal(403, "Forbidden: bot was blocked by the user"), "refused"),
        (400, refusal(400, "Bad Request: chat not found"), "refused"),
        (401, refusal(401, "Unauthorized"), "refused"),
        (200, json!("<html>"), "unknown"),
    ] {
        let shown = answer.clone();
        let fake = Fake::start(move |method, _| (method == "sendMessage").then(|| (status, answer.clone()))).await;
        let said = match adapter(&fake).await.send_text("7", "hello").await {
            Ok(Sent { provider_ref: Some(id) }) => format!("sent {id}"),
            Ok(_) => "sent".into(),
            Err(ChannelError::Retry { after: Some(after), .. }) => format!("retry {}", after.num_seconds()),
            Err(ChannelError::Retry { .. }) => "retry".into(),
            Err(ChannelError::Refused { .. }) => "refused".into(),
            Err(ChannelError::Unknown { .. }) => "unknown".into(),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(said, want, "{status} {shown}");
    }
}

#[tokio::test]
async fn a_connection_that_is_refused_sent_nothing_and_one_that_breaks_may_have() {
    let fake = Fake::start(|_, _| None).await;
    let telegram = Telegram::connect(config(&fake.url, "polling")).await.unwrap();
    let nobody = Api::new(&telegram.config().token, "http://127.0.0.1:1").unwrap();
    let refused = TelegramAdapter::new(nobody, "42".into(), None).send_text("7", "x").await;
    assert!(matches!(refused, Err(ChannelError::Retry { .. })), "{refused:?}");
    // Takes the request and hangs up.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::AsyncReadExt as _;
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let broken = Api::new(&telegram.config().token, &url).unwrap();
    let broken = TelegramAdapter::new(broken, "42".into(), None).send_text("7", "x").await;
    assert!(matches!(broken, Err(ChannelError::Unknown { .. })), "{broken:?}");
    assert!(!format!("{refused:?}{broken:?}").contains("AAtest"));
}

#[tokio::test]
async fn after_a_429_nobody_is_called_until_the_time_is_over() {
    let answer = json!({"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": 30}});
    let fake = Fake::start(move |method, _| (method == "sendMessage").then(|| (429, answer.clone()))).await;
    let adapter = adapter(&fake).await;
    for chat in ["7", "8"] {
        assert!(matches!(adapter.send_text(chat, "x").await, Err(ChannelError::Retry { after: Some(_), .. })));
    }
    assert_eq!(fake.calls("sendMessage").len(), 1);
}

#[tokio::test]
async fn long_words_go_out_in_parts_and_the_buttons_stand_under_the_last() {
    let fake = Fake::start(|_, _| None).await;
    let adapter = adapter(&fake).await;
    let text = format!("{}\n\n{}", "a".repeat(3000), "b".repeat(3000));
    let buttons = [Button::new("Yes", "yes")];
    adapter.send_structured("7", &text, &buttons).await.unwrap();
    let sent = fake.calls("sendMessage");
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[0]["text"], sent[0].get("reply_markup")), (&json!("a".repeat(3000)), None));
    assert_eq!(sent[1]["reply_markup"]["inline_keyboard"][0][0]["text"], "Yes");
    assert!(sent.iter().all(|body| body.get("parse_mode").is_none()));
}

#[tokio::test]
async fn a_part_that_fails_leaves_the_whole_unknown() {
    let fake = Fake::start(|method, body| {
        (method == "sendMessage" && body["text"].as_str().unwrap().starts_with('b')).then(|| (500, json!({"ok": false})))
    })
    .await;
    let text = format!("{}\n\n{}", "a".repeat(3000), "b".repeat(3000));
    let outcome = adapter(&fake).await.send_text("7", &text).await;
    assert!(matches!(outcome, Err(ChannelError::Unknown { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_file_goes_out_with_its_bytes_and_a_name_that_breaks_nothing() {
    let fake = Fake::start(|_, _| None).await;
    let file = Attachment { name: "of\"fer\r\n.pdf".into(), media_type: "application/pdf".into(), bytes: b"%PDF bytes".to_vec() };
    let mut message = Outbound::text("7", Uuid::nil(), "offer.pdf");
    message.file = Some(&file);
    adapter(&fake).await.send(&message).await.unwrap();
    let form = fake.calls("sendDocument")[0].as_str().unwrap().to_owned();
    assert!(form.contains("filename=\"of_fer__.pdf\"\r\n") && form.contains("%PDF bytes") && form.contains("\r\n\r\n7\r\n"), "{form}");
    adapter(&fake).await.send_media("7", "https://example.org/a.png", Some("a map")).await.unwrap();
    assert_eq!(fake.calls("sendPhoto")[0], json!({"chat_id": 7, "photo": "https://example.org/a.png", "caption": "a map"}));
}

#[tokio::test]
async fn limits_of_ours_make_a_chat_wait() {
    let fake = Fake::start(|_, _| None).await;
    let telegram = Telegram::connect(config(&fake.url, "polling")).await.unwrap();
    let limits = Limits::parse("100/s,1/s/chat,burst 1").unwrap();
    let adapter = TelegramAdapter::new(telegram.api().clone(), "42".into(), limits);
    adapter.send_text("7", "x").await.unwrap();
    assert!(matches!(adapter.send_text("7", "x").await, Err(ChannelError::Retry { after: Some(_), .. })));
    adapter.send_text("8", "x").await.unwrap();
    assert_eq!(fake.calls("sendMessage").len(), 2);
}
