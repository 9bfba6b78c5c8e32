//! A channel: a loft of pigeons. What leaves may arrive, be refused, be asked back, or nobody knows.

use async_trait::async_trait;
use chatbot_core::channel::{ChannelAdapter, ChannelError, Outbound, Sent};
use chatbot_core::message::{Delivery, Sender};
use chrono::Duration;
use uuid::Uuid;

use crate::sim::Pace;

pub const PLATFORM: &str = "pigeon";
pub const ACCOUNT: &str = "loft";

/// One process's.
pub struct Pigeon {
    pub pace: Pace,
}

impl Pigeon {
    /// Notes the begin, and looks whether anything before it in its session is still on its way.
    async fn begin(&self, id: Uuid) {
        let Some(message) = self.pace.sim.eye.message(id).await.unwrap() else { return };
        self.pace.sim.witness().begins(self.pace.process, message.session_id, id, message.seq);
        let history = self.pace.sim.eye.history(message.session_id, 0, message.seq).await.unwrap();
        let on_its_way = |m: &chatbot_core::message::ChatMessage| {
            m.seq < message.seq && m.sender != Sender::Candidate && matches!(m.delivery, Delivery::Ready | Delivery::Sending)
        };
        if let Some(earlier) = history.into_iter().find(on_its_way) {
            let mut witness = self.pace.sim.witness();
            if !witness.clock_was_set {
                let session = witness.name(message.session_id);
                witness.wrong(format!("I4: {session}/{} begins while {} before it is {:?}", message.seq, earlier.seq, earlier.delivery));
            }
        }
    }

    fn arrives(&self, id: Uuid) {
        let mut witness = self.pace.sim.witness();
        let times = witness.arrivals.entry(id).or_default();
        *times += 1;
        if *times > 1 {
            witness.tally.count("messages that arrived twice");
        }
    }
}

#[async_trait]
impl ChannelAdapter for Pigeon {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn account(&self) -> &'static str {
        ACCOUNT
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn send(&self, message: &Outbound<'_>) -> Result<Sent, ChannelError> {
        let (dice, id) = (&self.pace.sim.dice, message.message_id);
        self.begin(id).await;
        self.pace.steps(dice.below(4)).await;
        let fate = if self.pace.sim.in_chaos() { dice.below(100) } else { 99 };
        let reason = "simulated".to_owned();
        match fate {
            0..=7 => return Err(ChannelError::Retry { reason, after: None }),
            8..=12 => {
                let after = Some(Duration::milliseconds(dice.between(200, 5000).cast_signed()));
                return Err(ChannelError::Retry { reason, after });
            }
            13..=15 => return Err(ChannelError::Refused { reason }),
            16..=19 => return Err(ChannelError::Unknown { reason }),
            _ => {}
        }
        self.arrives(id);
        self.pace.step().await;
        self.pace.steps(dice.below(3)).await;
        if fate <= 24 { Err(ChannelError::Unknown { reason }) } else { Ok(Sent { provider_ref: None }) }
    }

    async fn send_text(&self, _: &str, _: &str) -> Result<Sent, ChannelError> {
        unreachable!("`send` is what is called")
    }
}
