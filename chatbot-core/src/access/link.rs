//! Linking codes: how a person of the employer's shows who they are in a chat. Short enough to type, good once and for
//! minutes only.

use secrecy::SecretString;

/// The digits of a code: no letter that reads like another (Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a code: 40 bits.
const LENGTH: usize = 8;
/// What stands before a code in a chat link (`t.me/bot?start=link_CODE`).
const IN_LINKS: &str = "link_";

/// A new code, as it is shown: `ABCD-1234`.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn new_code() -> Result<SecretString, getrandom::Error> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32: every digit is as likely.
    let digits: String = bytes.iter().filter_map(|b| DIGITS.get(usize::from(b % 32))).map(|d| char::from(*d)).collect();
    let (first, second) = digits.split_at(LENGTH / 2);
    Ok(SecretString::from(format!("{first}-{second}")))
}

/// A code as it is compared: capitals without dashes or spaces, look-alikes read as the digit meant. `None`: no code.
pub fn normalise(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(LENGTH);
    for c in typed.chars().filter(|c| !matches!(c, '-' | ' ' | '_')) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let digit = u8::try_from(c).ok().filter(|d| DIGITS.contains(d))?;
        if code.len() == LENGTH {
            return None;
        }
        code.push(char::from(digit));
    }
    (code.len() == LENGTH).then_some(code)
}

/// What is stored and looked up of a normalised code.
pub fn hash(code: &str) -> Vec<u8> {
    super::token::hash(&format!("link:{code}"))
}

/// What follows `/link` (or `/start link_`) in a message; `Some("")` where nothing does, `None` where it is no such command.
pub fn asked(words: &str) -> Option<String> {
    let rest = words.trim().strip_prefix('/')?;
    let mut parts = rest.split_whitespace();
    let command = parts.next()?.split('@').next()?.to_lowercase();
    let rest = parts.collect::<Vec<_>>().join(" ");
    match command.as_str() {
        "link" => Some(rest),
        "start" => {
            Some(rest.get(..IN_LINKS.len()).filter(|p| p.eq_ignore_ascii_case(IN_LINKS)).and(rest.get(IN_LINKS.len()..))?.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["ABCD-1230", "abcd1230", " abcd 123o", "AbCd-l2eo".replace('e', "3").as_str()] {
            assert_eq!(normalise(typed).unwrap(), "ABCD1230", "{typed}");
        }
        for wrong in ["", "ABCD-123", "ABCD-12345", "ABCD-123U", "ABCD-12é4", "🦀🦀🦀🦀🦀🦀🦀🦀"] {
            assert_eq!(normalise(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn new_codes_differ_and_read_back() {
        let codes: std::collections::HashSet<String> = (0..200).map(|_| normalise(new_code().unwrap().expose_secret()).unwrap()).collect();
        assert_eq!(codes.len(), 200);
    }

    #[test]
    fn the_command_is_known_in_both_its_forms() {
        for (words, code) in [
            ("/link ABCD-1234", Some("ABCD-1234")),
            ("/LINK@our_bot abcd 1234", Some("abcd 1234")),
            ("/start link_ABCD1234", Some("ABCD1234")),
            ("/link", Some("")),
            ("/start", None),
            ("/start rust-engineer", None),
            ("/start linked-data", None),
            ("/start lin🦀", None),
            ("link ABCD-1234", None),
        ] {
            assert_eq!(asked(words).as_deref(), code, "{words}");
        }
    }
}
