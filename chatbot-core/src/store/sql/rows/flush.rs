//! Writes for all operations of a transaction at once: one statement a table, and all of them together where the database
//! takes them together.

use std::ops::DerefMut;

use super::super::engine::Engine;
use super::super::statement::write_all;
use super::{SqlRows, actions, applications, candidates, events, inbox, messages, outbox, privacy, sessions, timers};
use crate::session::Timer;
use crate::store::rows::Result;

impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> SqlRows<E, C> {
    /// Writes what was noted.
    pub(in crate::store::sql) async fn flush(&mut self) -> Result<()> {
        if self.unit.is_written() {
            return Ok(());
        }
        self.c()?;
        let done = self.write_unit().await;
        self.noted(done)
    }

    /// No write looks for a row that another adds: what is added and changed is added as changed. References are looked at
    /// when all is written.
    async fn write_unit(&mut self) -> Result<()> {
        let (c, unit) = (&mut *self.connection, &mut self.unit);
        let changed = sessions::update_sessions(&unit.sessions.changed());
        // Two processes that add the same meet in one order, and none waits for one that waits for it.
        let mut added: Vec<_> = unit.sessions.added().collect();
        added.sort_by(|a, b| (&a.platform, &a.account, &a.platform_user_id).cmp(&(&b.platform, &b.account, &b.platform_user_id)));
        let added = sessions::insert_sessions(&added);
        unit.new_seen.sort_by(|a, b| a.key_hash.cmp(&b.key_hash));
        let mut writes = vec![
            candidates::insert_candidates(&unit.candidates.added().collect::<Vec<_>>()),
            candidates::update_candidates(&unit.candidates.changed()),
            applications::insert_applications(&unit.applications.added().collect::<Vec<_>>()),
            applications::update_applications(&unit.applications.changed()),
        ];
        if unit.sessions.closes() {
            // A session that is closed makes room for its successor.
            write_all::<E>(c, vec![changed]).await?;
        } else {
            writes.push(changed);
        }
        writes.push(added);
        let (mut put, mut gone) = (Vec::new(), Vec::new());
        for ((session_id, _), (kind, due)) in std::mem::take(&mut unit.put_timers) {
            match due {
                Some(due) => put.push(Timer { session_id, kind, due }),
                None => gone.push((session_id, kind)),
            }
        }
        let answers = std::mem::take(&mut unit.put_answers);
        let answers: Vec<_> = answers.iter().map(|((application_id, _), answer)| (*application_id, answer)).collect();
        writes.extend([
            inbox::insert_seen(&std::mem::take(&mut unit.new_seen)),
            messages::insert_messages(&std::mem::take(&mut unit.new_messages)),
            inbox::insert_inbound(&std::mem::take(&mut unit.new_inbound)),
            inbox::mark_handled(&std::mem::take(&mut unit.handled)),
            outbox::insert_outbox(&std::mem::take(&mut unit.new_outbox)),
            outbox::move_outbox(&std::mem::take(&mut unit.moved_outbox).into_values().collect::<Vec<_>>()),
            messages::set_deliveries(&std::mem::take(&mut unit.deliveries).into_iter().collect::<Vec<_>>()),
            applications::put_answers(&answers),
            privacy::put_consent_texts(&std::mem::take(&mut unit.new_consent_texts)),
            candidates::insert_consents(&std::mem::take(&mut unit.new_consents)),
            timers::put_timers(&put),
            timers::delete_timers(&gone),
            actions::insert_actions(&std::mem::take(&mut unit.new_actions)),
            actions::update_actions(&std::mem::take(&mut unit.changed_actions).into_values().collect::<Vec<_>>()),
            actions::insert_activity(&std::mem::take(&mut unit.new_activity)),
            events::insert_events(&std::mem::take(&mut unit.new_events)),
        ]);
        // What was known of these with what waited to be written is known no longer.
        unit.histories.clear();
        unit.inbound_after.clear();
        unit.candidates.written();
        unit.applications.written();
        unit.sessions.written();
        write_all::<E>(c, writes).await
    }
}
