//! Plain text: UTF-8, UTF-16 with its mark, and what remains as Latin-1.

use async_trait::async_trait;

use super::{MAX_TEXT, ReadError, ReadText, ResumeReader, TXT, cut};

/// Reads plain text and nothing else: what a chatbot has that was given no other reader.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainText;

#[async_trait]
impl ResumeReader for PlainText {
    async fn read(&self, media_type: &str, bytes: Vec<u8>) -> Result<ReadText, ReadError> {
        if media_type == TXT { read(&bytes) } else { Err(ReadError::Unsupported) }
    }
}

/// The text in these bytes.
pub fn read(bytes: &[u8]) -> Result<ReadText, ReadError> {
    let text = decode(bytes.get(..bytes.len().min(2 * MAX_TEXT)).unwrap_or_default());
    let odd = text.chars().filter(|c| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace() && *c != '\u{c}')).count();
    if odd * 20 > text.chars().count() || is_markup(&text) {
        return Err(ReadError::Unsupported);
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(ReadError::NoText);
    }
    Ok(ReadText::new(cut(text, MAX_TEXT)))
}

fn decode(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit)).collect();
        String::from_utf16_lossy(&units)
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return wide(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Cut in the middle of a character, not another encoding.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|b| western(*b)).collect(),
    }
}

/// Latin-1, and what Windows-1252 has where that has none: quotes, dashes, points, the euro.
fn western(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x85 => '…',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        other => char::from(other),
    }
}

/// A page, a drawing or a document of another kind, not somebody's text.
fn is_markup(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(64).collect::<String>().to_lowercase();
    ["<!doctype", "<html", "<?xml", "<svg", "<script", "{\\rtf", "<%", "<?php", "#!/", "%!ps"].iter().any(|start| head.starts_with(start))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn any_usual_encoding_is_read() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("José Ñ".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, want) in [
            ("José Ñ".as_bytes(), "José Ñ"),
            (b"\xef\xbb\xbfJos\xc3\xa9", "José"),
            (b"Jos\xe9 works \x96 \x93well\x94", "José works – “well”"),
            (utf16.as_slice(), "José Ñ"),
        ] {
            assert_eq!(read(bytes).unwrap().text, want);
        }
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        assert_eq!(read(b"<!DOCTYPE html><script>alert(1)</script>"), Err(ReadError::Unsupported));
        assert_eq!(read(&[0; 10_000]), Err(ReadError::Unsupported));
        assert_eq!(read(b" \n \t "), Err(ReadError::NoText));
        assert_eq!(read(b""), Err(ReadError::NoText));
        let long = "é".repeat(1_000_000);
        assert!(read(long.as_bytes()).unwrap().text.len() <= MAX_TEXT);
    }
}
