#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use serde_json::json;

use super::*;

fn from_ada(more: &Value) -> Value {
    let mut message = json!({
        "message_id": 11, "date": 1_790_000_000,
        "from": {"id": 7, "is_bot": false, "first_name": "Ada", "language_code": "de"},
        "chat": {"id": 7, "first_name": "Ada", "type": "private"},
    });
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    message
}

fn deed(more: &Value) -> Deed {
    match normalise(&json!({"update_id": 1, "message": from_ada(more)})) {
        Normal::Incoming(incoming) => {
            assert_eq!((incoming.who.chat, incoming.who.locale.as_deref(), incoming.key.as_str()), (7, Some("de"), "m:7:11"));
            incoming.deed
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_come_as_written() {
    let longest = "ä".repeat(4096);
    for text in ["Ciao", " two\n\nlines ", "🙂👩‍👩‍👧", "שלום ‏עולם", "stop", "/help", "/stop", "a/start", "\u{202e}evil", longest.as_str()]
    {
        assert_eq!(deed(&json!({"text": text})), Deed::Words(text.into()));
    }
}

#[test]
fn start_carries_the_links_payload() {
    for (text, payload) in [
        ("/start", None),
        ("/start rust-engineer__fair", Some("rust-engineer__fair")),
        ("/start@our_bot cook", Some("cook")),
        ("/start   cook  more", Some("cook")),
    ] {
        assert_eq!(deed(&json!({"text": text})), Deed::Start { payload: payload.map(str::to_owned) }, "{text}");
    }
    assert_eq!(deed(&json!({"text": "/start link_ABCD1234"})), Deed::Words("/start link_ABCD1234".into()));
    assert_eq!(deed(&json!({"text": "/started"})), Deed::Words("/started".into()));
}

#[test]
fn files_are_named_and_the_largest_photo_is_taken() {
    let document = json!({"document": {"file_id": "F", "file_unique_id": "U", "file_name": "cv.pdf", "mime_type": "application/pdf", "file_size": 9}, "caption": "my cv"});
    assert_eq!(
        deed(&document),
        Deed::File(RemoteFile { file_id: "F".into(), name: "cv.pdf".into(), size: 9, caption: Some("my cv".into()) })
    );
    let bare = json!({"document": {"file_id": "F", "file_unique_id": "U"}});
    assert!(matches!(deed(&bare), Deed::File(RemoteFile { name, .. }) if name == "document"));
    let size = |id: &str, side: u32| json!({"file_id": id, "file_unique_id": id, "width": side, "height": side, "file_size": side});
    let photo = json!({"photo": [size("S", 90), size("L", 800), size("M", 320)]});
    assert!(matches!(deed(&photo), Deed::File(RemoteFile { file_id, .. }) if file_id == "L"));
}

#[test]
fn ones_own_contact_is_a_number_and_anybody_elses_is_not() {
    let contact = |id: Option<u64>| json!({"contact": {"phone_number": "4915112345678", "first_name": "Ada", "user_id": id}});
    assert_eq!(deed(&contact(Some(7))), Deed::Phone("+4915112345678".into()));
    assert_eq!(deed(&contact(Some(8))), Deed::Unsupported("contact"));
    assert_eq!(deed(&contact(None)), Deed::Unsupported("contact"));
}

#[test]
fn what_cannot_be_read_is_named() {
    assert_eq!(deed(&json!({"location": {"latitude": 1.5, "longitude": 2.5}})), Deed::Unsupported("location"));
    let voice = json!({"voice": {"file_id": "F", "file_unique_id": "U", "duration": 3}});
    assert_eq!(deed(&voice), Deed::Unsupported("voice"));
}

#[test]
fn an_edit_names_the_message_and_differs_by_its_words() {
    let edit = |text: &str| match normalise(
        &json!({"update_id": 1, "edited_message": from_ada(&json!({"text": text, "edit_date": 1_790_000_009}))}),
    ) {
        Normal::Incoming(incoming) => *incoming,
        other => panic!("{other:?}"),
    };
    let first = edit("six");
    assert_eq!(first.deed, Deed::Edited { text: "six".into(), original: "m:7:11".into() });
    assert!(first.key.starts_with("e:7:11:1790000009:"), "{}", first.key);
    assert_eq!(first.key, edit("six").key);
    assert_ne!(first.key, edit("seven").key);
}

#[test]
fn a_press_names_its_button_if_it_is_ours() {
    let message = Uuid::from_u128(0x42);
    let press = |data: &str| match normalise(&json!({"update_id": 1, "callback_query": {
        "id": "99", "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "chat_instance": "1", "data": data,
        "message": from_ada(&json!({"text": "Question"})),
    }})) {
        Normal::Press(press) => press,
        other => panic!("{other:?}"),
    };
    let ours = press(&render::callback_data(message, 1));
    assert_eq!((ours.button, ours.message_id, ours.id.as_str(), ours.who.chat), (Some((message, 1)), Some(11), "99", 7));
    for foreign in [
        "thedata",
        "b:",
        "b:42:1",
        "b:00000000000000000000000000000042",
        "b:zz000000000000000000000000000042:1",
        "b:00000000000000000000000000000042:-1",
    ] {
        assert_eq!(press(foreign).button, None, "{foreign}");
    }
}

#[test]
fn groups_bots_and_other_kinds_are_ignored_on_purpose() {
    let group = json!({"message_id": 1, "date": 1, "text": "hello", "from": {"id": 7, "is_bot": false, "first_name": "Ada"},
        "chat": {"id": -100, "title": "Group", "type": "group"}});
    assert_eq!(normalise(&json!({"update_id": 1, "message": group})), Normal::Ignored("not private"));
    let bot = from_ada(&json!({"text": "hi", "from": {"id": 8, "is_bot": true, "first_name": "Bot"}}));
    assert_eq!(normalise(&json!({"update_id": 1, "message": bot})), Normal::Ignored("not from a person"));
    for kind in ["poll", "inline_query", "channel_post", "something_of_next_year"] {
        assert_eq!(normalise(&json!({"update_id": 1, kind: {"x": 1}})), Normal::Ignored("kind"));
    }
    assert_eq!(normalise(&json!({"update_id": 1})), Normal::Ignored("kind"));
    // teloxide's parser panics on this one.
    let reaction = json!({"update_id": 1, "message_reaction": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "old_reaction": [], "new_reaction": []}});
    assert_eq!(normalise(&reaction), Normal::Ignored("kind"));
}

#[test]
fn what_is_not_as_the_bot_api_says_is_unreadable() {
    for update in
        [json!(null), json!([]), json!("x"), json!({}), json!({"update_id": "1"}), json!({"message": from_ada(&json!({"text": "x"}))})]
    {
        assert!(matches!(normalise(&update), Normal::Unreadable(_)), "{update}");
    }
    for message in [json!(null), json!(1), json!({}), from_ada(&json!({"chat": 7})), from_ada(&json!({"date": "today"}))] {
        assert!(matches!(normalise(&json!({"update_id": 1, "message": message})), Normal::Unreadable(_)), "{message}");
    }
    for id in [json!(0), json!(-1), json!(2_147_483_648_i64), json!(9_007_199_254_740_992_i64), json!(9_223_372_036_854_775_808_u64)] {
        let update = json!({"update_id": id, "message": from_ada(&json!({"text": "x"}))});
        assert!(matches!(normalise(&update), Normal::Incoming(_)), "a message is read whatever its update's number: {id}");
    }
}
