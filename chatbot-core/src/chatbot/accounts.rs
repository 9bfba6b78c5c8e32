//! Our accounts on platforms: a person is somebody's on one of them.

use std::collections::BTreeMap;

/// The accounts that are served, here or by another process.
#[derive(Debug, Clone, Default)]
pub(super) struct Accounts(BTreeMap<String, Vec<String>>);

impl Accounts {
    pub(super) fn add(&mut self, platform: &str, account: &str) {
        let known = self.0.entry(platform.to_owned()).or_default();
        if !known.iter().any(|known| known == account) {
            known.push(account.to_owned());
        }
    }

    /// The account of a platform that has one: whoever has several must be told which.
    pub(super) fn only(&self, platform: &str) -> Option<&str> {
        match self.0.get(platform).map(Vec::as_slice) {
            Some([account]) => Some(account),
            _ => None,
        }
    }
}
