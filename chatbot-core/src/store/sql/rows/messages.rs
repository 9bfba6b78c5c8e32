//! What was said.

use serde_json::Value;
use uuid::Uuid;

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
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

const INSERT_MESSAGE: &str = concat!("insert into chat_messages (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");

pub(super) async fn insert_message<E: Engine>(c: &mut E::Connection, message: &ChatMessage) -> Result<()> {
    sql::<E>(INSERT_MESSAGE)
        .bind(message.id)
        .bind(message.session_id)
        .bind(message.seq)
        .text(message.sender.as_str())
        .text(&message.content)
        .text(&message.content_format)
        .json(&message.metadata)
        .time(message.sent_at)
        .text(message.delivery.as_str())
        .bind(message.turn_upto)
        .run(c)
        .await?;
    Ok(())
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

const SET_MESSAGE_DELIVERY: &str = "update chat_messages set delivery = $2 where id = $1";

pub(super) async fn set_message_delivery<E: Engine>(c: &mut E::Connection, id: Uuid, delivery: Delivery) -> Result<()> {
    sql::<E>(SET_MESSAGE_DELIVERY).bind(id).text(delivery.as_str()).run(c).await?;
    Ok(())
}
