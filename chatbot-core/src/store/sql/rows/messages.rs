//! What was said.

use serde_json::Value;
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Many, many, sql};
use super::spans;
use crate::message::{ChatMessage, Delivery};
use crate::store::rows::Result;

macro_rules! columns {
    () => {
        "id, session_id, seq, sender, content, content_format, metadata, sent_at, delivery, turn_upto"
    };
}

impl Record for ChatMessage {
    const TABLE: &'static str = "chat_messages";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            seq: row.get("seq")?,
            sender: row.name("sender")?,
            content: row.get("content")?,
            content_format: row.get("content_format")?,
            metadata: row.json("metadata")?,
            sent_at: row.time("sent_at")?,
            delivery: row.name("delivery")?,
            turn_upto: row.get("turn_upto")?,
        })
    }
}

const INSERT_MESSAGES: &str = concat!("insert into chat_messages (", columns!(), ") select ", columns!(), " from v");

pub(super) fn insert_messages(messages: &[ChatMessage]) -> Many {
    let rows = Set::of(messages, |set, message| {
        set.bind(message.id)
            .bind(message.session_id)
            .bind(message.seq)
            .text(message.sender.as_str())
            .text(&message.content)
            .text(&message.content_format)
            .json(&message.metadata)
            .time(message.sent_at)
            .text(message.delivery.as_str())
            .bind(message.turn_upto)
    });
    many(columns!(), rows, INSERT_MESSAGES)
}

const MESSAGES: &str = concat!("select ", columns!(), " from chat_messages where session_id = $1 and seq > $2 order by seq limit $3");

pub(super) async fn messages<E: Engine>(c: &mut E::Connection, session_id: Uuid, after: i64, limit: i64) -> Result<Vec<ChatMessage>> {
    sql::<E>(MESSAGES).bind(session_id).bind(after).bind(limit).all(c).await
}

const LAST_MESSAGES: &str =
    concat!("select ", columns!(), " from chat_messages where session_id = $1 and seq <= $2 order by seq desc limit $3");

pub(super) async fn last_messages<E: Engine>(c: &mut E::Connection, session_id: Uuid, upto: i64, limit: i64) -> Result<Vec<ChatMessage>> {
    let mut newest = sql::<E>(LAST_MESSAGES).bind(session_id).bind(upto).bind(limit).all(c).await?;
    newest.reverse();
    Ok(newest)
}

const MESSAGE: &str = concat!("select ", columns!(), " from chat_messages where id = $1");

pub(super) async fn message<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<ChatMessage>> {
    sql::<E>(MESSAGE).bind(id).optional(c).await
}

const TURN_MESSAGES: &str = concat!("select ", columns!(), " from chat_messages where session_id = $1 and turn_upto = $2 order by seq");

pub(super) async fn turn_messages<E: Engine>(c: &mut E::Connection, session_id: Uuid, upto: i64) -> Result<Vec<ChatMessage>> {
    sql::<E>(TURN_MESSAGES).bind(session_id).bind(upto).all(c).await
}

const SET_MESSAGE_METADATA: &str = "update chat_messages set metadata = $2 where id = $1";

pub(super) async fn set_message_metadata<E: Engine>(c: &mut E::Connection, id: Uuid, metadata: &Value) -> Result<()> {
    sql::<E>(SET_MESSAGE_METADATA).bind(id).json(metadata).run(c).await?;
    Ok(())
}

const SET_DELIVERIES: &str = "update chat_messages set delivery = v.k_delivery from v where chat_messages.id = v.k_id";

pub(super) fn set_deliveries(deliveries: &[(Uuid, Delivery)]) -> Many {
    let rows = Set::of(deliveries, |set, (id, delivery)| set.bind(*id).text(delivery.as_str()));
    many("k_id, k_delivery", rows, SET_DELIVERIES).among("chat_messages.id", "k_id")
}

const HISTORIES: &str = concat!(
    "select ",
    columns!(),
    " from v {chat_messages: session_id = k_session and seq > k_after and seq <= k_upto} order by session_id, seq"
);

/// Messages with `after < seq <= upto` of many sessions, in order.
pub(super) fn histories(wanted: &[(Uuid, i64, i64)]) -> Many {
    many("k_session, k_after, k_upto", spans(wanted), HISTORIES)
}
