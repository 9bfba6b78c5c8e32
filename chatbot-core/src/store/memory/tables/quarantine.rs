//! What nobody could read.

use chrono::{DateTime, Utc};

use super::Tables;
use crate::inbox::quarantine::Quarantined;
use crate::store::rows::Page;

pub(crate) fn insert(t: &mut Tables, row: &Quarantined) -> bool {
    let same = |other: &Quarantined| (&other.platform, &other.account, &other.sha256) == (&row.platform, &row.account, &row.sha256);
    if t.quarantine.values().any(same) {
        return false;
    }
    t.quarantine.put(row.id, row.clone());
    true
}

pub(crate) fn list(t: &Tables, page: Page) -> Vec<Quarantined> {
    let mut rows: Vec<_> = t.quarantine.values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    super::page(&rows, page)
}

pub(crate) fn purge(t: &mut Tables, before: DateTime<Utc>) -> u64 {
    t.quarantine.remove_where(|_, row| row.created_at < before)
}
