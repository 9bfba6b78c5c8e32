//! Settings of the installation.

use super::{Bench, tx};

pub(super) async fn a_setting_is_none_until_it_is_put_and_then_the_last_put(bench: &Bench) {
    assert_eq!(bench.reader().await.setting("key").await.unwrap(), None);
    tx!(bench, [], |rows| rows.put_setting("key", "one").await).unwrap();
    tx!(bench, [], |rows| rows.put_setting("key", "two").await).unwrap();
    assert_eq!(bench.reader().await.setting("key").await.unwrap().as_deref(), Some("two"));
    assert_eq!(bench.reader().await.setting("KEY").await.unwrap(), None);
}

pub(super) async fn the_first_to_put_an_absent_setting_wins(bench: &Bench) {
    let first = tx!(bench, [], |rows| rows.put_setting_if_absent("key", "one").await).unwrap();
    let second = tx!(bench, [], |rows| rows.put_setting_if_absent("key", "two").await).unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("one", "one"));
}

pub(super) async fn deleting_a_setting_says_whether_it_was_there(bench: &Bench) {
    tx!(bench, [], |rows| rows.put_setting("key", "one").await).unwrap();
    assert!(tx!(bench, [], |rows| rows.delete_setting("key").await).unwrap());
    assert!(!tx!(bench, [], |rows| rows.delete_setting("key").await).unwrap());
    assert_eq!(bench.reader().await.setting("key").await.unwrap(), None);
}
