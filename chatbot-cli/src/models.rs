//! The models of scripts: tapes, played; or, where somebody wants new tapes, the models of the PROVIDER variables, recorded.

use std::path::Path;
use std::sync::Arc;

use chatbot_core::provider::{Limits, Provider, ProviderKind, ProviderSlot, Recorder, Slots, TapeProvider, http};

use crate::failure::Failure;

/// What scripts ask.
pub(crate) struct Models {
    slots: Slots,
    tapes: Vec<TapeProvider>,
}

impl Models {
    /// As the PROVIDER variables say. Without `record` nobody is asked over a network: scripts say the same every time.
    pub(crate) fn of(record: Option<&Path>) -> Result<Self, Failure> {
        let slots = ProviderSlot::from_vars(std::env::vars())?;
        let (mut made, mut tapes) = (Vec::new(), Vec::new());
        match record {
            Some(folder) => {
                if !slots.iter().any(|slot| slot.kind.is_remote()) {
                    let why = "--record: no model is set; example: PROVIDER1_TYPE=ollama PROVIDER1_MODEL=llama3.2";
                    return Err(Failure::Other(why.into()));
                }
                let secrets: Vec<_> = slots.iter().filter_map(|slot| slot.api_key.clone()).collect();
                for (provider, limits) in http::providers(&slots)? {
                    made.push((Arc::new(Recorder::new(provider, folder, secrets.clone())) as Arc<dyn Provider>, limits));
                }
            }
            None => {
                for slot in slots.iter().filter(|slot| slot.kind == ProviderKind::Replay) {
                    let Some(folder) = &slot.tapes else { continue };
                    let player = TapeProvider::new(folder);
                    tapes.push(player.clone());
                    made.push((Arc::new(player) as Arc<dyn Provider>, Limits::from(slot)));
                }
            }
        }
        Ok(Self { slots: made, tapes })
    }

    /// The slots, for one chatbot.
    pub(crate) fn slots(&self) -> Slots {
        self.slots.clone()
    }

    /// What had no tape since this was last asked.
    pub(crate) fn missing(&self) -> Vec<String> {
        self.tapes.iter().flat_map(TapeProvider::missing).map(|missing| missing.to_string()).collect()
    }
}
