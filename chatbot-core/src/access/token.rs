//! Opaque bearer tokens: 256 random bits, stored as SHA-256.

use secrecy::SecretString;
use sha2::{Digest, Sha256};

/// A new token, 64 hexadecimal digits.
///
/// # Errors
/// When the operating system gives no randomness; nothing safe can be done then.
pub fn new_token() -> Result<SecretString, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(SecretString::from(hex(&bytes)))
}

/// What is stored and looked up.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
