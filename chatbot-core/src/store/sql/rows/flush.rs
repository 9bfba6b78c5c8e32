//! Writes for all operations of a transaction at once: one statement a table, in the order in which rows name each other.

use std::ops::DerefMut;

use super::super::engine::Engine;
use super::{SqlRows, actions, applications, candidates, events, inbox, messages, outbox, privacy, sessions, timers};
use crate::session::Timer;
use crate::store::StoreError;
use crate::store::rows::Result;

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    /// Writes what was noted.
    pub(in crate::store::sql) async fn flush(&mut self) -> Result<()> {
        if self.unit.is_written() {
            return Ok(());
        }
        self.c()?;
        let done = self.write_all().await;
        self.noted(done)
    }

    async fn write_all(&mut self) -> Result<()> {
        let (c, unit) = (&mut *self.connection, &mut self.unit);
        let candidates: Vec<_> = unit.candidates.added().collect();
        candidates::insert_candidates::<E>(c, &candidates).await?;
        candidates::update_candidates::<E>(c, &unit.candidates.changed()).await?;
        unit.candidates.written();

        let applications: Vec<_> = unit.applications.added().collect();
        applications::insert_applications::<E>(c, &applications).await?;
        applications::update_applications::<E>(c, &unit.applications.changed()).await?;
        unit.applications.written();

        // A session that is closed makes room for its successor: first the changed, then the new.
        sessions::update_sessions::<E>(c, &unit.sessions.changed()).await?;
        let sessions: Vec<_> = unit.sessions.added().collect();
        sessions::insert_sessions::<E>(c, &sessions).await?;
        unit.sessions.written();

        let seen = std::mem::take(&mut unit.new_seen);
        if usize::try_from(inbox::insert_seen::<E>(c, &seen).await?) != Ok(seen.len()) {
            // Another process recorded one of the keys since we looked: run again, and find it.
            return Err(StoreError::Again);
        }
        messages::insert_messages::<E>(c, &std::mem::take(&mut unit.new_messages)).await?;
        inbox::insert_inbound::<E>(c, &std::mem::take(&mut unit.new_inbound)).await?;
        inbox::mark_handled::<E>(c, &std::mem::take(&mut unit.handled)).await?;

        outbox::insert_outbox::<E>(c, &std::mem::take(&mut unit.new_outbox)).await?;
        let moved: Vec<_> = std::mem::take(&mut unit.moved_outbox).into_values().collect();
        outbox::move_outbox::<E>(c, &moved).await?;
        let deliveries: Vec<_> = std::mem::take(&mut unit.deliveries).into_iter().collect();
        messages::set_deliveries::<E>(c, &deliveries).await?;

        let answers = std::mem::take(&mut unit.put_answers);
        let answers: Vec<_> = answers.iter().map(|((application_id, _), answer)| (*application_id, answer)).collect();
        applications::put_answers::<E>(c, &answers).await?;
        privacy::put_consent_texts::<E>(c, &std::mem::take(&mut unit.new_consent_texts)).await?;
        candidates::insert_consents::<E>(c, &std::mem::take(&mut unit.new_consents)).await?;

        let (mut put, mut gone) = (Vec::new(), Vec::new());
        for ((session_id, _), (kind, due)) in std::mem::take(&mut unit.put_timers) {
            match due {
                Some(due) => put.push(Timer { session_id, kind, due }),
                None => gone.push((session_id, kind)),
            }
        }
        timers::put_timers::<E>(c, &put).await?;
        timers::delete_timers::<E>(c, &gone).await?;

        actions::insert_activity::<E>(c, &std::mem::take(&mut unit.new_activity)).await?;
        events::insert_events::<E>(c, &std::mem::take(&mut unit.new_events)).await
    }
}
