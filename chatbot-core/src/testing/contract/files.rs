//! Files.

use uuid::Uuid;

use super::{Bench, tx};
use crate::files::StoredFile;

/// A file of a session in the store.
pub(super) async fn file(bench: &Bench, session_id: Uuid, bytes: &[u8]) -> StoredFile {
    let file = StoredFile {
        id: bench.id(),
        session_id,
        candidate_id: Some(bench.id()),
        name: "../Lebenslauf – Zoë.pdf".into(),
        media_type: "application/pdf".into(),
        size: bytes.len() as i64,
        sha256: "00ff".into(),
        created_at: bench.now(),
    };
    let bytes = bytes.to_vec();
    tx!(bench, [file, bytes], |rows| rows.insert_file(&file, &bytes).await).unwrap();
    file
}

pub(super) async fn a_file_reads_back_with_and_without_its_bytes(bench: &Bench) {
    let session = bench.session().await.id;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let large = file(bench, session, &bytes).await;
    let empty = file(bench, session, &[]).await;
    let mut rows = bench.reader().await;
    assert_eq!(rows.file(large.id).await.unwrap(), Some(large.clone()));
    assert_eq!(rows.file_bytes(large.id).await.unwrap(), Some(bytes));
    assert_eq!(rows.file_bytes(empty.id).await.unwrap(), Some(Vec::new()));
    assert_eq!(rows.file(bench.id()).await.unwrap(), None);
    assert_eq!(rows.file_bytes(bench.id()).await.unwrap(), None);
}

pub(super) async fn a_sessions_files_are_counted_and_summed(bench: &Bench) {
    let (session, other) = (bench.session().await.id, bench.session().await.id);
    assert_eq!(bench.reader().await.file_usage(session).await.unwrap(), (0, 0));
    file(bench, session, b"four").await;
    file(bench, session, b"seven!!").await;
    file(bench, other, b"x").await;
    assert_eq!(bench.reader().await.file_usage(session).await.unwrap(), (2, 11));
}

pub(super) async fn a_file_needs_its_session(bench: &Bench) {
    let known = file(bench, bench.session().await.id, b"x").await;
    let lost = StoredFile { id: bench.id(), session_id: bench.id(), ..known };
    assert!(tx!(bench, [lost], |rows| rows.insert_file(&lost, b"x").await).is_err());
}
