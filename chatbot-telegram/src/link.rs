//! The address that opens the bot at a job: `https://t.me/<bot>?start=<payload>`.
//!
//! A payload holds 64 characters of A-Z, a-z, 0-9, `_` and `-` at most. It is `<slug>` or `<slug>__<source>`; a slug has no
//! `_`, so the first two end it. Where slug and source together are too long, or a slug has other characters, the job
//! stands there by its id: `j-<32 hex digits>`. A source loses the characters no payload can carry, and is cut to what is left.

use chatbot_core::recruiting::Job;
use uuid::Uuid;

/// Characters of a payload, at most.
const MAX: usize = 64;

/// What stands behind `?start=` for a job, and where the link was found.
pub fn payload(job: &Job, source: Option<&str>) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let source: String = source.unwrap_or_default().trim().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let plain = !job.slug.is_empty() && job.slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let room = if source.is_empty() { MAX } else { MAX.saturating_sub(2 + source.len().min(24)) };
    let name = if plain && job.slug.len() <= room { job.slug.clone() } else { format!("j-{}", job.id.simple()) };
    if source.is_empty() {
        return name;
    }
    let left = MAX - 2 - name.len();
    format!("{name}__{}", source.chars().take(left).collect::<String>())
}

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The job, by slug or, if it reads as one, by id.
    pub slug: String,
    /// The job's id, if it stands there by it.
    pub job_id: Option<Uuid>,
    /// Where the link was found.
    pub source: Option<String>,
}

/// Reads a payload back.
pub fn read(payload: &str) -> Payload {
    let (slug, source) = payload.split_once("__").unwrap_or((payload, ""));
    let id = slug.strip_prefix("j-").filter(|id| id.len() == 32).and_then(|id| Uuid::try_parse(id).ok());
    Payload { slug: slug.to_lowercase(), job_id: id, source: (!source.is_empty()).then(|| source.to_owned()) }
}

/// The whole address.
pub fn deep_link(username: &str, payload: Option<&str>) -> String {
    match payload {
        Some(payload) => format!("https://t.me/{username}?start={payload}"),
        None => format!("https://t.me/{username}"),
    }
}

/// The address as a QR code of half blocks, for a terminal: two of its rows in one line. `None` if it is too long for one.
pub fn qr(text: &str) -> Option<String> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    // Quiet rows and columns around it, which readers need; dark on light, as terminals are mostly light on dark.
    let quiet = 2;
    let light = |row: usize, column: usize| {
        let inside = (quiet..quiet + width).contains(&row) && (quiet..quiet + width).contains(&column);
        !inside || colors.get((row - quiet) * width + (column - quiet)).is_none_or(|color| *color == qrcode::Color::Light)
    };
    let side = width + 2 * quiet;
    let mut out = String::new();
    for row in (0..side).step_by(2) {
        for column in 0..side {
            out.push(match (light(row, column), row + 1 >= side || light(row + 1, column)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push('\n');
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use chatbot_core::testing::{SeqIds, fixtures};

    use super::*;

    fn job(slug: &str) -> Job {
        let mut job = fixtures::job(&SeqIds::after(1), chrono::DateTime::UNIX_EPOCH);
        job.slug = slug.into();
        job
    }

    #[test]
    fn a_payload_reads_back_as_the_job_and_the_source() {
        for (slug, source, want) in [
            ("cook", None, "cook"),
            ("cook", Some("fair"), "cook__fair"),
            ("cook", Some("job fair, Köln!"), "cook__job-fair--K-ln-"),
            (
                "a-very-long-name-for-a-job-that-nobody-would-ever-write-by-hand",
                None,
                "a-very-long-name-for-a-job-that-nobody-would-ever-write-by-hand",
            ),
        ] {
            assert_eq!(payload(&job(slug), source), want);
            assert_eq!(read(want).slug, slug);
        }
        let long = "a-very-long-name-for-a-job-that-nobody-would-ever-write-by-hand";
        let coded = payload(&job(long), Some("newsletter"));
        let back = read(&coded);
        assert_eq!((back.job_id, back.source.as_deref()), (Some(job(long).id), Some("newsletter")), "{coded}");
        for source in ["x", &"y".repeat(300)] {
            let coded = payload(&job(long), Some(source));
            assert!(coded.len() <= 64 && coded.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{coded}");
        }
    }

    #[test]
    fn anything_reads_as_some_payload() {
        assert_eq!(read("Cook").slug, "cook");
        assert_eq!(read("cook____x").source.as_deref(), Some("__x"));
        assert_eq!(read("j-not-an-id").job_id, None);
        assert_eq!(read("").slug, "");
    }

    #[test]
    fn a_link_has_a_qr_code() {
        let code = qr(&deep_link("our_bot", Some("rust-engineer__fair"))).unwrap();
        let widths: std::collections::BTreeSet<usize> = code.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths.len(), 1, "{code}");
        assert!(code.lines().count() * 2 >= *widths.first().unwrap());
        assert!(qr(&"x".repeat(5000)).is_none());
    }
}
