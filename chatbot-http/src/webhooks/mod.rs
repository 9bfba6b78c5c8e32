//! What channels call.

pub(crate) mod whatsapp;
