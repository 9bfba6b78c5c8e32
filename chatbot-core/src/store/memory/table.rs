//! One table: rows by key, and which of them changed since the last commit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::Arc;

/// Rows by key. The working and the committed copy of a table share the rows that did not change.
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, Arc<V>>,
    touched: BTreeSet<K>,
}

#[cfg(feature = "testing")]
impl<K: Clone, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), touched: self.touched.clone() }
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), touched: BTreeSet::new() }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(Arc::as_ref)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.values().map(Arc::as_ref)
    }

    pub(super) fn range(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.range(keys).map(|(_, row)| row.as_ref())
    }

    pub(super) fn range_keys(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = &K> {
        self.rows.range(keys).map(|(key, _)| key)
    }

    /// Adds or replaces a row.
    pub(super) fn put(&mut self, key: K, row: V) {
        self.touched.insert(key.clone());
        self.rows.insert(key, Arc::new(row));
    }

    pub(super) fn remove(&mut self, key: &K) -> bool {
        let there = self.rows.remove(key).is_some();
        if there {
            self.touched.insert(key.clone());
        }
        there
    }

    /// Removes the rows for which `which` holds; answers how many.
    pub(super) fn remove_where(&mut self, which: impl Fn(&K, &V) -> bool) -> u64 {
        let keys: Vec<K> = self.rows.iter().filter(|(key, row)| which(key, row)).map(|(key, _)| key.clone()).collect();
        keys.iter().filter(|key| self.remove(key)).count() as u64
    }

    /// Makes the committed copy equal to this one.
    pub(super) fn publish(&mut self, committed: &mut Self) {
        for key in std::mem::take(&mut self.touched) {
            match self.rows.get(&key) {
                Some(row) => committed.rows.insert(key, Arc::clone(row)),
                None => committed.rows.remove(&key),
            };
        }
    }

    /// Makes this copy equal to the committed one.
    pub(super) fn take_back(&mut self, committed: &Self) {
        for key in std::mem::take(&mut self.touched) {
            match committed.rows.get(&key) {
                Some(row) => self.rows.insert(key, Arc::clone(row)),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<V> Table<i64, V> {
    /// Adds a row behind all others: such a table's keys are the order of insertion.
    pub(super) fn append(&mut self, row: V) {
        let last = self.rows.last_key_value().map_or(0, |(key, _)| *key);
        self.put(last + 1, row);
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// Changes a row in place; false if it isn't there.
    pub(super) fn change(&mut self, key: &K, how: impl FnOnce(&mut V)) -> bool {
        let Some(row) = self.rows.get_mut(key) else { return false };
        how(Arc::make_mut(row));
        self.touched.insert(key.clone());
        true
    }

    /// Changes the rows for which `which` holds; answers how many.
    pub(super) fn change_where(&mut self, which: impl Fn(&V) -> bool, how: impl Fn(&mut V)) -> u64 {
        let keys: Vec<K> = self.rows.iter().filter(|(_, row)| which(row)).map(|(key, _)| key.clone()).collect();
        keys.iter().filter(|key| self.change(key, &how)).count() as u64
    }
}
