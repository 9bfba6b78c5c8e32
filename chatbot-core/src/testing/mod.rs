//! For tests of ours and of embedders.

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::similar_names,
    clippy::cast_possible_wrap,
    reason = "tests may"
)]
pub(crate) mod contract;
pub mod fixtures;
mod seq_ids;

pub use seq_ids::SeqIds;
