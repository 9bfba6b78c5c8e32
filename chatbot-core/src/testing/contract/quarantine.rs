//! What nobody could read.

use super::{Bench, page, tx};
use crate::inbox::quarantine::Quarantined;

fn row(bench: &Bench, sha: u8, seconds: i64) -> Quarantined {
    Quarantined {
        id: bench.id(),
        platform: "telegram".into(),
        account: "42".into(),
        reason: "not JSON".into(),
        body: vec![0, 159, 146, 150, b'{'],
        size: 70_000,
        sha256: vec![sha; 32],
        created_at: bench.at(seconds),
    }
}

pub(super) async fn a_body_is_kept_once_an_account(bench: &Bench) {
    let first = row(bench, 1, 0);
    let again = Quarantined { id: bench.id(), ..first.clone() };
    let elsewhere = Quarantined { id: bench.id(), account: "43".into(), created_at: bench.at(1), ..first.clone() };
    assert!(tx!(bench, [first], |rows| rows.insert_quarantined(&first).await).unwrap());
    assert!(!tx!(bench, [again], |rows| rows.insert_quarantined(&again).await).unwrap());
    assert!(tx!(bench, [elsewhere], |rows| rows.insert_quarantined(&elsewhere).await).unwrap());
    assert_eq!(bench.reader().await.quarantined(page(10, 0)).await.unwrap(), [elsewhere.clone(), first]);
    assert_eq!(bench.reader().await.quarantined(page(1, 0)).await.unwrap(), [elsewhere]);
}

pub(super) async fn what_is_old_is_purged_and_counted(bench: &Bench) {
    for (sha, seconds) in [(1, -31), (2, -30), (3, -29)] {
        let row = row(bench, sha, seconds);
        assert!(tx!(bench, [row], |rows| rows.insert_quarantined(&row).await).unwrap());
    }
    let limit = bench.at(-30);
    assert_eq!(tx!(bench, [], |rows| rows.purge_quarantined(limit).await).unwrap(), 1);
    let left: Vec<u8> = bench.reader().await.quarantined(page(10, 0)).await.unwrap().iter().map(|r| r.sha256[0]).collect();
    assert_eq!(left, [3, 2]);
}
