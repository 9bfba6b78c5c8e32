//! What is written comes back as it was.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use serde_json::{Value, json};

use super::{Bench, tx};
use crate::message::ChatMessage;
use crate::testing::fixtures;

async fn metadata_back(bench: &Bench, session: uuid::Uuid, seq: i64, metadata: Value) -> Value {
    let message = ChatMessage { metadata, ..fixtures::message(bench.ids.as_ref(), bench.now(), session, seq, "") };
    tx!(bench, [message], |rows| rows.insert_message(&message).await).unwrap();
    bench.reader().await.message(message.id).await.unwrap().unwrap().metadata
}

pub(super) async fn json_comes_back_as_it_went(bench: &Bench) {
    let session = bench.session().await.id;
    let deep = (0..60).fold(json!("bottom"), |inner, level| json!({"level": level, "in": [inner]}));
    let values = [
        json!({}),
        json!([]),
        json!(null),
        json!(""),
        json!(true),
        json!({"": {"": []}, "null": null, "quote\"d": "back\\slash", "new\nline": "tab\t", "del": "\u{7f}\u{1}"}),
        json!({"umlaut": "äöüß", "emoji": "👩🏽‍💻", "rtl": "שלום", "cjk": "日本語", "escape": "\u{2028}"}),
        json!([i64::MAX, i64::MIN, u64::MAX, 0, -1, 0.1, 1.5e300, 5.0, 1e-7, 123_456_789.123_456_78]),
        deep,
    ];
    for (seq, value) in values.into_iter().enumerate() {
        assert_eq!(metadata_back(bench, session, seq as i64 + 1, value.clone()).await, value);
    }
}

pub(super) async fn text_of_any_script_comes_back_as_it_went(bench: &Bench) {
    let session = bench.session().await.id;
    let long = "Ein langer Satz, mehrmals. ".repeat(4000);
    let texts =
        ["", " ", "'; drop table chat_sessions; --", "$1 ? :x %s {}", "Zażółć gęślą jaźń", "👩🏽‍💻 ﷽ \u{202e}", "e\u{301}", "a\r\nb\n", &long];
    for (i, text) in texts.into_iter().enumerate() {
        let message = fixtures::message(bench.ids.as_ref(), bench.now(), session, i as i64 + 1, text);
        tx!(bench, [message], |rows| rows.insert_message(&message).await).unwrap();
        assert_eq!(bench.reader().await.message(message.id).await.unwrap().unwrap().content, text);
    }
}

pub(super) async fn a_nul_is_no_error(bench: &Bench) {
    let session = bench.session().await.id;
    let message = fixtures::message(bench.ids.as_ref(), bench.now(), session, 1, "before\0after");
    tx!(bench, [message], |rows| rows.insert_message(&message).await).unwrap();
    let back = bench.reader().await.message(message.id).await.unwrap().unwrap().content;
    assert!(["before\0after", "before\u{fffd}after"].contains(&back.as_str()), "kept or replaced: {back:?}");
    let back = metadata_back(bench, session, 2, json!({"a\0b": "\0"})).await;
    assert!([json!({"a\0b": "\0"}), json!({"a\u{fffd}b": "\u{fffd}"})].contains(&back), "kept or replaced: {back}");
}

pub(super) async fn however_many_are_written_at_once_each_is_kept_as_it_is(bench: &Bench) {
    for many in [1, 2, 64, 65, 300] {
        let session = bench.session().await.id;
        let message = |seq: i64| {
            let text = format!("{seq}, and {}", if seq % 3 == 0 { "so long, ".repeat(9) } else { String::new() });
            let metadata = json!({"number": seq, "of": many});
            ChatMessage { metadata, ..fixtures::message(bench.ids.as_ref(), bench.now(), session, seq, &text) }
        };
        let messages: Vec<ChatMessage> = (1..=many).map(message).collect();
        tx!(bench, [messages], |rows| {
            for message in &messages {
                rows.insert_message(message).await?;
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(bench.reader().await.messages(session, 0, 1_000).await.unwrap(), messages);
    }
}

pub(super) async fn times_keep_their_microseconds(bench: &Bench) {
    let day = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let times = [
        bench.now(),
        bench.now() + Duration::microseconds(1),
        bench.now() + Duration::microseconds(999_999),
        bench.now() + Duration::milliseconds(500),
        day("1970-01-01T00:00:00Z"),
        day("2024-02-29T23:59:59.999999Z"),
        day("2199-12-31T23:59:59Z"),
    ];
    for time in times {
        let session = bench.session_with(|s| (s.ready_at, s.opened_at, s.last_entry_at) = (Some(time), time, time)).await;
        let back = bench.session_now(session.id).await;
        assert_eq!((back.ready_at, back.opened_at, back.last_entry_at), (Some(time), time, time));
        assert_eq!(time, time.trunc_subsecs(6));
    }
}

pub(super) async fn numbers_keep_their_last_digit(bench: &Bench) {
    let job = bench.job().await;
    for score in [0.0, 66.67, 100.0, 0.1 + 0.2, f64::MIN_POSITIVE, 1.0 / 3.0] {
        let application = bench.application_with(&job, |a| a.jd_match_score = Some(score)).await;
        let back = bench.reader().await.application(application.id).await.unwrap().unwrap();
        assert_eq!(back.jd_match_score.map(f64::to_bits), Some(score.to_bits()));
    }
    let session = bench.session_with(|s| (s.last_seq, s.last_inbound, s.control_epoch) = (i64::MAX, -1, i64::MIN)).await;
    assert_eq!(bench.session_now(session.id).await, session);
}

pub(super) async fn bytes_come_back_as_they_went(bench: &Bench) {
    for token in [vec![0_u8], (0..=255).collect::<Vec<u8>>(), b"'\\x00".to_vec()] {
        let session = bench.session_with(|s| s.token_hash = Some(token.clone())).await;
        assert_eq!(bench.reader().await.session_by_token(&token).await.unwrap().map(|s| s.id), Some(session.id));
    }
}
