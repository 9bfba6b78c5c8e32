//! The fake Telegram itself: what a bot may rely on elsewhere must hold here.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use chatbot_tests::telegram::{FakeTelegram, Fault};
use chatbot_tests::{Api, Reply, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// Calls methods as a bot does.
struct Caller(Api);

impl Caller {
    fn of(fake: &FakeTelegram) -> Self {
        Self(Api::new(format!("{}/bot{}", fake.url(), FakeTelegram::TOKEN)))
    }

    async fn call(&self, method: &str, body: Value) -> Reply {
        self.0.post(&format!("/{method}"), &body).await
    }

    async fn ok(&self, method: &str, body: Value) -> Value {
        let answer = self.call(method, body).await.expect(200);
        assert_eq!(answer["ok"], true);
        answer["result"].clone()
    }

    async fn refused(&self, method: &str, body: Value, code: u16) -> String {
        let answer = self.call(method, body).await.expect(code);
        assert_eq!((&answer["ok"], &answer["error_code"]), (&json!(false), &json!(code)));
        answer["description"].as_str().unwrap().to_owned()
    }
}

fn ids(updates: &Value) -> Vec<i64> {
    updates.as_array().unwrap().iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn an_update_comes_again_until_a_later_offset_confirms_it() {
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    assert_eq!(bot.ok("GetMe", json!({})).await["username"], FakeTelegram::USERNAME);
    assert_eq!((ada.says("/start job"), ada.says("hello")), (1, 2));
    let first = bot.ok("GetUpdates", json!({ "limit": 1 })).await;
    let all = bot.ok("getupdates", json!({})).await;
    assert_eq!((ids(&all).len(), ids(&first)[0]), (2, ids(&all)[0]));
    assert_eq!(all[0]["message"]["entities"][0]["type"], "bot_command");
    assert_eq!(fake.pending(), 2);
    let rest = bot.ok("getUpdates", json!({ "offset": ids(&all)[1] })).await;
    assert_eq!((ids(&rest), fake.pending()), (vec![ids(&all)[1]], 1));
    let none = bot.ok("getUpdates", json!({ "offset": ids(&all)[1] + 1 })).await;
    assert_eq!((ids(&none), fake.pending()), (vec![], 0));
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_long_poll_waits_for_a_message_and_gives_way_to_another() {
    let fake = Arc::new(FakeTelegram::start().await);
    let ada = fake.user("Ada");
    let poll = || {
        let bot = Caller::of(&fake);
        tokio::spawn(async move { bot.call("getUpdates", json!({ "timeout": 20, "allowed_updates": ["message"] })).await })
    };
    let first = poll();
    eventually("the first polls", async || (fake.calls("getUpdates").len() == 1).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = poll();
    assert_eq!(first.await.unwrap().expect(409)["error_code"], 409);
    assert_eq!(fake.conflicts(), 1);
    let message = ada.says("hi");
    ada.edits(message, "hello");
    let updates = second.await.unwrap().expect(200);
    assert_eq!(updates["result"][0]["message"]["text"], "hi", "an edit was not asked for: {updates}");
    assert_eq!(fake.pending(), 1);
}

#[tokio::test]
async fn messages_buttons_edits_and_answers_are_shown_as_telegram_would() {
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    assert_eq!(bot.refused("sendMessage", json!({ "chat_id": ada.user, "text": "hi" }), 400).await, "Bad Request: chat not found");
    ada.starts("job");
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }], [{ "text": "No", "callback_data": "n" }]] });
    let sent = bot.ok("SendMessage", json!({ "chat_id": ada.user, "text": "Agreed?", "reply_markup": keyboard })).await;
    assert_eq!((&sent["message_id"], &sent["chat"]["id"]), (&json!(2), &json!(ada.user)));
    assert_eq!(ada.hears(1).await.buttons, [("Yes".to_owned(), "y".to_owned()), ("No".to_owned(), "n".to_owned())]);
    let press = ada.presses("No");
    let updates = bot.ok("getUpdates", json!({})).await;
    let callback = &updates[1]["callback_query"];
    assert_eq!((&callback["data"], &callback["message"]["message_id"], &callback["id"]), (&json!("n"), &json!(2), &json!(press)));
    assert!(!ada.press_is_answered(&press));
    bot.ok("answerCallbackQuery", json!({ "callback_query_id": press })).await;
    assert!(ada.press_is_answered(&press));
    bot.refused("answerCallbackQuery", json!({ "callback_query_id": "never" }), 400).await;
    bot.ok("editMessageReplyMarkup", json!({ "chat_id": ada.user, "message_id": 2 })).await;
    assert!(ada.heard()[0].buttons.is_empty() && ada.heard()[0].edited);
    let again = bot.refused("editMessageReplyMarkup", json!({ "chat_id": ada.user, "message_id": 2 }), 400).await;
    assert!(again.contains("not modified"), "{again}");
    ada.blocks(true);
    assert!(bot.refused("sendMessage", json!({ "chat_id": ada.user, "text": "hi" }), 403).await.contains("blocked"));
    assert_eq!(fake.violations(), Vec::<String>::new(), "what a person's doing brings about is nobody's fault");
}

#[tokio::test]
async fn files_go_both_ways_by_upload_by_id_and_by_address() {
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    ada.sends_document("cv.pdf", "application/pdf", "%PDF-1", Some("my CV"));
    let updates = bot.ok("getUpdates", json!({})).await;
    let document = &updates[0]["message"]["document"];
    let file = bot.ok("getFile", json!({ "file_id": document["file_id"] })).await;
    let path = file["file_path"].as_str().unwrap();
    let api = Api::new(fake.url());
    assert_eq!(api.get(&format!("/file/bot{}/{path}", FakeTelegram::TOKEN)).await.body, b"%PDF-1");
    api.get(&format!("/file/bot1:wrong/{path}")).await.expect(401);

    let part = reqwest::multipart::Part::bytes(b"an offer".to_vec()).file_name("offer.txt").mime_str("text/plain").unwrap();
    let form = reqwest::multipart::Form::new()
        .text("chat_id", ada.user.to_string())
        .text("document", "attach://it")
        .text("caption", "For you")
        .part("it", part);
    let request = bot.0.request(Method::POST, "/SendDocument").multipart(form);
    let sent = Reply::of(request).await.expect(200)["result"].clone();
    bot.ok("sendDocument", json!({ "chat_id": ada.user, "document": sent["document"]["file_id"] })).await;
    let address = format!("{}/file/bot{}/{path}", fake.url(), FakeTelegram::TOKEN);
    bot.ok("sendDocument", json!({ "chat_id": ada.user, "document": address })).await;
    bot.refused("sendDocument", json!({ "chat_id": ada.user, "document": format!("{}/nowhere", fake.url()) }), 400).await;
    let heard = ada.heard();
    assert_eq!(
        heard.iter().map(|m| m.file.clone().unwrap()).collect::<Vec<_>>(),
        ["offer.txt", "offer.txt", path.rsplit('/').next().unwrap()]
    );
    assert_eq!(
        (heard[0].text.as_str(), ada.file(heard[1].id), ada.file(heard[2].id)),
        ("For you", b"an offer".to_vec(), b"%PDF-1".to_vec())
    );
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_api_does_not_take_is_refused_and_remembered() {
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    ada.starts("");
    for (method, body) in [
        ("sendMessage", json!({ "chat_id": ada.user })),
        ("sendMessage", json!({ "chat_id": ada.user, "text": "x".repeat(4097) })),
        ("sendMessage", json!({ "chat_id": ada.user, "text": "hi", "keyboard": [] })),
        ("getUpdates", json!({ "limit": 0 })),
        ("setWebhook", json!({ "url": "https://a.example", "secret_token": "no spaces" })),
    ] {
        let before = fake.violations().len();
        bot.refused(method, body.clone(), 400).await;
        assert_eq!(fake.violations().len(), before + 1, "{method} {body}");
    }
    bot.refused("sendMassage", json!({}), 404).await;
    assert!(ada.heard().is_empty());
    let api = Api::new(fake.url());
    api.post("/bot1:AAwrong/getMe", &json!({})).await.expect(401);
    api.post("/botnonsense/getMe", &json!({})).await.expect(404);
}

#[tokio::test]
async fn faults_come_as_they_were_asked_for_and_then_all_is_well() {
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    ada.starts("");
    let hello = json!({ "chat_id": ada.user, "text": "hi" });
    for fault in [Fault::TooManyRequests(3), Fault::ServerError, Fault::Blocked, Fault::DropBefore, Fault::DropAfter] {
        fake.fail_sends(1, fault);
    }
    let slow = bot.call("sendMessage", hello.clone()).await.expect(429);
    assert_eq!(slow["parameters"]["retry_after"], 3);
    bot.refused("sendMessage", hello.clone(), 500).await;
    bot.refused("sendMessage", hello.clone(), 403).await;
    for (what, shown) in [("before", 0), ("after", 1)] {
        let lost = Reply::attempt(bot.0.request(Method::POST, "/sendMessage").json(&hello)).await;
        assert!(lost.is_err(), "{what}: {lost:?}");
        assert_eq!(ada.heard().len(), shown, "{what}");
    }
    assert!(fake.faults_are_spent());
    bot.ok("sendMessage", hello).await;
    assert_eq!(ada.heard().len(), 2);
}

#[tokio::test]
async fn a_webhook_gets_each_update_in_order_and_again_until_it_is_taken() {
    type Seen = Arc<Mutex<Vec<(String, Value)>>>;
    let seen = Seen::default();
    let took = Arc::clone(&seen);
    let route = async move |headers: HeaderMap, axum::Json(update): axum::Json<Value>| {
        let secret = headers["X-Telegram-Bot-Api-Secret-Token"].to_str().unwrap().to_owned();
        let mut took = took.lock().unwrap();
        took.push((secret, update));
        if took.len() <= 2 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/hook", axum::routing::post(route))).await });
    let fake = FakeTelegram::start().await;
    let (bot, ada) = (Caller::of(&fake), fake.user("Ada"));
    assert!(bot.refused("setWebhook", json!({ "url": "http://bot.example/hook" }), 400).await.contains("HTTPS"));
    bot.ok("setWebhook", json!({ "url": url, "secret_token": "s3cret", "allowed_updates": ["message"] })).await;
    bot.refused("getUpdates", json!({}), 409).await;
    ada.says("one");
    ada.says("two");
    eventually("both are taken", async || (fake.pending() == 0).then_some(())).await;
    let words: Vec<_> = seen.lock().unwrap().iter().map(|(secret, update)| format!("{secret}: {}", update["message"]["text"])).collect();
    assert_eq!(words, ["s3cret: \"one\"", "s3cret: \"one\"", "s3cret: \"one\"", "s3cret: \"two\""]);
    assert_eq!(fake.webhook_statuses(), [503, 503, 200, 200]);
    let info = bot.ok("getWebhookInfo", json!({})).await;
    assert_eq!((&info["url"], &info["allowed_updates"], &info["pending_update_count"]), (&json!(url), &json!(["message"]), &json!(0)));
    bot.ok("deleteWebhook", json!({})).await;
    bot.ok("getUpdates", json!({})).await;
}

#[tokio::test]
async fn a_person_at_the_page_can_do_the_same() {
    let fake = FakeTelegram::start().await;
    let (bot, api) = (Caller::of(&fake), Api::new(fake.url()));
    assert!(api.get("/").await.text().contains("<title>Chat with the bot</title>"));
    let me = api.post("/control/users", &json!({ "first_name": "Grace" })).await.expect(200)["id"].as_i64().unwrap();
    let path = |what: &str| format!("/control/chats/{me}/{what}");
    api.post(&path("say"), &json!({ "text": "/start" })).await.expect(200);
    bot.ok(
        "sendMessage",
        json!({ "chat_id": me, "text": "Agreed?", "reply_markup": { "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] } }),
    )
    .await;
    let chat = api.get(&format!("/control/chats/{me}")).await.expect(200);
    assert_eq!((&chat["messages"][1]["text"], &chat["bot"]), (&json!("Agreed?"), &json!(FakeTelegram::USERNAME)));
    api.post(&path("press"), &json!({ "message_id": 2, "data": "y" })).await.expect(200);
    api.post_bytes(&path("file?name=cv.txt&mime=text/plain"), "words").await.expect(200);
    api.post(&path("dance"), &json!({})).await;
    let updates = bot.ok("getUpdates", json!({})).await;
    assert_eq!((&updates[1]["callback_query"]["data"], &updates[2]["message"]["document"]["file_name"]), (&json!("y"), &json!("cv.txt")));
    api.post("/control/faults", &json!({ "fault": "too_many_requests", "retry_after": 7 })).await.expect(200);
    let slow = bot.call("sendMessage", json!({ "chat_id": me, "text": "hi" })).await.expect(429);
    assert_eq!(slow["parameters"]["retry_after"], 7);
    let state = api.get("/control/state").await.expect(200);
    assert_eq!((&state["bots"][0]["username"], &state["violations"]), (&json!(FakeTelegram::USERNAME), &json!([])));
}
