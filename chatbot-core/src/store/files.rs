//! Files read back for a skill.

use async_trait::async_trait;
use uuid::Uuid;

use super::Store;
use crate::fault::Fault;
use crate::files::{Files, StoredFile};

#[async_trait]
impl Files for Store {
    async fn file(&self, id: Uuid) -> Result<Option<(StoredFile, Vec<u8>)>, Fault> {
        let mut rows = self.reader().await?;
        let Some(file) = rows.file(id).await? else { return Ok(None) };
        let bytes = rows.file_bytes(id).await?;
        Ok(bytes.map(|bytes| (file, bytes)))
    }
}
