//! Whether a webhook comes from Meta: `X-Hub-Signature-256`, an HMAC-SHA256 of the raw body with the app's secret.
//! <https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads>

use axum::http::{HeaderMap, HeaderName};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Where the signature stands.
const HEADER: HeaderName = HeaderName::from_static("x-hub-signature-256");
const LENGTH: usize = 32;

/// What was sent as the signature; `None` if it is absent, there twice, or of another form than `sha256=<64 hex digits>`.
pub(crate) fn of(headers: &HeaderMap) -> Option<[u8; LENGTH]> {
    let mut values = headers.get_all(HEADER).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let hex = value.as_bytes().strip_prefix(b"sha256=")?;
    if hex.len() != 2 * LENGTH {
        return None;
    }
    let mut signature = [0; LENGTH];
    for (byte, pair) in signature.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |i: usize| pair.get(i).and_then(|d| char::from(*d).to_digit(16));
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(signature)
}

/// Whether one of the secrets made it for this body; compared in constant time.
pub(crate) fn is_valid(signature: &[u8; LENGTH], body: &[u8], secrets: &[SecretString]) -> bool {
    secrets.iter().any(|secret| {
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).is_ok_and(|mut mac| {
            mac.update(body);
            mac.verify_slice(signature).is_ok()
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const HEX: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    fn sent(values: &[&str]) -> Option<[u8; LENGTH]> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, value.parse().unwrap());
        }
        of(&headers)
    }

    fn secrets(all: &[&str]) -> Vec<SecretString> {
        all.iter().map(|s| (*s).to_owned().into()).collect()
    }

    #[test]
    fn the_known_answer_is_accepted_in_either_case_and_under_either_of_two_secrets() {
        for hex in [HEX.to_owned(), HEX.to_uppercase()] {
            let signature = sent(&[&format!("sha256={hex}")]).unwrap();
            assert!(is_valid(&signature, BODY, &secrets(&[KEY])));
            assert!(is_valid(&signature, BODY, &secrets(&["new", KEY])));
        }
    }

    #[test]
    fn another_body_and_another_secret_are_not() {
        let signature = sent(&[&format!("sha256={HEX}")]).unwrap();
        assert!(!is_valid(&signature, b"what do ya want for nothing? ", &secrets(&[KEY])));
        assert!(!is_valid(&signature, BODY, &secrets(&["jefe", ""])));
        assert!(!is_valid(&signature, BODY, &[]));
        let mut other = signature;
        other[31] ^= 1;
        assert!(!is_valid(&other, BODY, &secrets(&[KEY])));
    }

    #[test]
    fn what_has_another_form_is_no_signature() {
        let good = format!("sha256={HEX}");
        for values in [
            vec![],
            vec![HEX.to_owned()],
            vec![format!("sha1={HEX}")],
            vec![format!("SHA256={HEX}")],
            vec![format!("sha256={}", &HEX[1..])],
            vec![format!("sha256={HEX}0")],
            vec![format!("sha256=g{}", &HEX[1..])],
            vec![format!("sha256=+{}", &HEX[1..])],
            vec![format!("sha256= {HEX}")],
            vec![String::new()],
            vec![good.clone(), good],
        ] {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(sent(&values), None, "{values:?}");
        }
    }
}
