//! Files and their bytes.

use std::sync::Arc;

use uuid::Uuid;

use super::Tables;
use super::constraint::unique;
use crate::files::StoredFile;
use crate::store::rows::Result;

pub(crate) fn insert(t: &mut Tables, file: &StoredFile, bytes: &[u8]) -> Result<()> {
    t.need_session(file.session_id)?;
    unique(!t.files.contains(&file.id), "files.id")?;
    t.files.put(file.id, file.clone());
    t.file_bytes.put(file.id, Arc::from(bytes));
    Ok(())
}

pub(crate) fn get(t: &Tables, id: Uuid) -> Option<StoredFile> {
    t.files.get(&id).cloned()
}

pub(crate) fn bytes(t: &Tables, id: Uuid) -> Option<Vec<u8>> {
    t.file_bytes.get(&id).map(|bytes| bytes.to_vec())
}

pub(crate) fn usage(t: &Tables, session_id: Uuid) -> (i64, i64) {
    let theirs = t.files.values().filter(|file| file.session_id == session_id);
    theirs.fold((0, 0), |(number, bytes), file| (number + 1, bytes + file.size))
}

pub(super) fn delete_where(t: &mut Tables, which: impl Fn(&StoredFile) -> bool) {
    let ids: Vec<Uuid> = t.files.values().filter(|file| which(file)).map(|file| file.id).collect();
    for id in ids {
        t.files.remove(&id);
        t.file_bytes.remove(&id);
    }
}
