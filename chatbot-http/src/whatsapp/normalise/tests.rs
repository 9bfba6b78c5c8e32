#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use serde_json::json;

use super::*;

const NUMBER: &str = "5550001";
const ADA: &str = "49170000001";

fn delivery_of(value: &Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "900", "changes": [{"field": "messages", "value": value}]}]})
}

fn value(messages: &Value) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": ADA, "user_id": "DE.1"}],
        "messages": messages,
    })
}

/// A message with what it needs beside its kind.
fn message(kind: &Value) -> Value {
    let mut message = json!({"from": ADA, "id": "wamid.1", "timestamp": "1795500000"});
    message.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
    message
}

fn read_value(body: &Value) -> Delivery {
    read(body.to_string().as_bytes(), NUMBER).unwrap()
}

fn read_one(kind: &Value) -> Delivery {
    read_value(&delivery_of(&value(&json!([message(kind)]))))
}

fn said(kind: &Value) -> Option<Said> {
    let delivery = read_one(kind);
    assert_eq!(delivery.unreadable, [""; 0], "{kind}");
    match <[Event; 1]>::try_from(delivery.events) {
        Ok([Event::Message(incoming)]) => Some(incoming.said),
        Ok(other) => panic!("{other:?}"),
        Err(_) => None,
    }
}

#[test]
fn each_kind_of_message_is_what_it_is() {
    let text = |words: &str| Some(Said::Text(words.into()));
    let file = |media_id: &str, name: &str| Some(Said::File { media_id: media_id.into(), name: name.into(), caption: None });
    for (kind, want) in [
        (json!({"type": "text", "text": {"body": "about five years 🙂\nor so"}}), text("about five years 🙂\nor so")),
        (json!({"type": "text", "text": {"body": "a\u{0}b"}}), text("ab")),
        (json!({"type": "text", "text": {"body": " \u{0}\n"}}), None),
        (json!({"type": "button", "button": {"payload": "p", "text": "Yes, please"}}), text("Yes, please")),
        (
            json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}}),
            Some(Said::Pressed { id: "yes".into(), label: "Yes".into() }),
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "late", "title": "Late", "description": "x"}}}),
            Some(Said::Pressed { id: "late".into(), label: "Late".into() }),
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {}}}),
            Some(Said::Other("message of another kind")),
        ),
        (json!({"type": "document", "document": {"id": "77", "filename": "cv.pdf", "mime_type": "application/pdf"}}), file("77", "cv.pdf")),
        (json!({"type": "document", "document": {"id": "77", "mime_type": "application/pdf"}}), file("77", "document.pdf")),
        (json!({"type": "image", "image": {"id": "78", "mime_type": "image/jpeg"}}), file("78", "picture.jpg")),
        (json!({"type": "audio", "audio": {"id": "79", "voice": true}}), Some(Said::Other("voice message"))),
        (json!({"type": "sticker", "sticker": {"id": "80"}}), Some(Said::Other("sticker"))),
        (json!({"type": "location", "location": {"latitude": 1, "longitude": 2}}), Some(Said::Other("location"))),
        (json!({"type": "contacts", "contacts": []}), Some(Said::Other("contact"))),
        (json!({"type": "unsupported", "errors": [{"code": 131_051}]}), Some(Said::Other("message of another kind"))),
        (json!({"type": "a kind of next year"}), Some(Said::Other("message of another kind"))),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}}), None),
        (json!({"type": "system", "system": {"type": "user_changed_number"}}), None),
        (json!({"type": "text", "group_id": "g", "text": {"body": "to all"}}), None),
    ] {
        assert_eq!(said(&kind), want, "{kind}");
    }
}

#[test]
fn who_wrote_is_known_by_number_else_by_an_id() {
    let who = |body: &Value| match read_value(body).events.remove(0) {
        Event::Message(incoming) => (incoming.person, incoming.name, incoming.answers),
        other @ Event::Status(_) => panic!("{other:?}"),
    };
    let text = json!({"type": "text", "text": {"body": "hi"}, "context": {"from": NUMBER, "id": "wamid.0"}});
    let all = value(&json!([message(&text)]));
    assert_eq!(who(&delivery_of(&all)), (ADA.into(), Some("Ada".into()), Some("wamid.0".into())));
    let mut hidden = all.clone();
    hidden["messages"][0].as_object_mut().unwrap().remove("from");
    assert_eq!(who(&delivery_of(&hidden)).0, ADA, "the only contact's");
    hidden["contacts"][0].as_object_mut().unwrap().remove("wa_id");
    assert_eq!(who(&delivery_of(&hidden)), ("DE.1".into(), Some("Ada".into()), Some("wamid.0".into())));
    let mut nameless = all;
    nameless.as_object_mut().unwrap().remove("contacts");
    assert_eq!(who(&delivery_of(&nameless)).1, None);
}

#[test]
fn a_delivery_of_many_keeps_its_order_and_what_is_unreadable_stops_nothing() {
    let text = |id: &str, body: &str| json!({"from": ADA, "id": id, "type": "text", "text": {"body": body}});
    let first = value(&json!([text("wamid.1", "one"), {"id": "wamid.x", "from": ADA}, text("wamid.2", "two")]));
    let mut elsewhere = value(&json!([text("wamid.3", "not ours")]));
    elsewhere["metadata"]["phone_number_id"] = json!("5550002");
    let mut status = value(&json!([text("wamid.4", "three")]));
    status["statuses"] = json!([{"id": "wamid.9", "status": "failed", "errors": [{"code": 131_047}]}, {"id": "wamid.9"}]);
    let change = |value: &Value| json!({"field": "messages", "value": value});
    let body = json!({"object": "whatsapp_business_account", "entry": [
        {"id": "1", "changes": [change(&first), {"field": "account_update", "value": {}}]},
        {"id": "2"},
        {"id": "3", "changes": [change(&elsewhere), change(&status), {"value": {}}, change(&json!(7)), change(&json!({}))]},
    ]});
    let delivery = read_value(&body);
    let seen: Vec<String> = delivery
        .events
        .iter()
        .map(|event| match event {
            Event::Message(incoming) => match &incoming.said {
                Said::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            },
            Event::Status(status) => format!("{} {:?}", status.status, status.code),
        })
        .collect();
    assert_eq!(seen, ["one", "two", "three", "failed Some(131047)"]);
    assert_eq!(delivery.ignored, 1);
    assert_eq!(
        delivery.unreadable,
        [
            "a message of no type",
            "an entry without changes",
            "to another number",
            "a status without id or name",
            "a change without a field",
            "a change without a value",
            "to no number",
        ]
    );
}

#[test]
fn what_is_no_delivery_is_unreadable_and_what_is_half_of_one_too() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        "\"\\ud800\"",
        "NaN",
        "{\"object\":\"page\",\"entry\":[]}",
        "{\"object\":\"whatsapp_business_account\"}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":{}}",
        &"[".repeat(10_000),
    ] {
        assert!(read(body.as_bytes(), NUMBER).is_err(), "{}", body.chars().take(60).collect::<String>());
    }
    assert!(read(b"\xff\xfe", NUMBER).is_err());
    for kind in [
        json!({"type": "text"}),
        json!({"type": "text", "text": {"body": 7}}),
        json!({"type": "text", "text": {"body": "x".repeat(8193)}}),
        json!({"type": "interactive"}),
        json!({"type": "interactive", "interactive": {"type": "button_reply"}}),
        json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"title": "Yes"}}}),
        json!({"type": "document", "document": {}}),
        json!({"type": 7}),
        json!({"id": "", "type": "text", "text": {"body": "x"}}),
        json!({"id": "w".repeat(513), "type": "text", "text": {"body": "x"}}),
    ] {
        let delivery = read_one(&kind);
        assert_eq!((delivery.events.len(), delivery.unreadable.len()), (0, 1), "{kind}");
    }
}
