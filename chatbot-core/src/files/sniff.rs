//! What a file is, by its bytes, and what it may be called on a page.

/// The media type its first bytes show; `application/octet-stream` for what isn't known.
pub fn media_type(bytes: &[u8]) -> &'static str {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"{\\rtf", "application/rtf"),
        (b"\xd0\xcf\x11\xe0", "application/msword"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // A .docx is a zip with a document under word/. Its directory, which lists every entry, is its end.
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
        let tail = bytes.get(bytes.len().saturating_sub(66_000)..).unwrap_or_default();
        let document = || [head, tail].iter().any(|part| part.windows(17).any(|w| w == b"word/document.xml"));
        if *name == "application/zip" && document() {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }
        return name;
    }
    if is_text(bytes) { "text/plain" } else { "application/octet-stream" }
}

/// UTF-8, UTF-16 with its mark, or bytes that are letters in an older encoding of the West: no controls, and mostly ASCII.
fn is_text(bytes: &[u8]) -> bool {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return !text.contains('\0');
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let plain = bytes.iter().filter(|b| b.is_ascii()).count();
    let controls = bytes.iter().any(|b| b.is_ascii_control() && !b.is_ascii_whitespace());
    !controls && plain * 10 > bytes.len() * 7
}

/// The name it was sent under, without path, controls and direction marks, at most 120 characters.
pub fn display_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = base
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(120)
        .collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() { "file".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media_type(b"%PDF-1.7 ..."), "application/pdf");
        assert_eq!(media_type(b"<html><script>"), "text/plain");
        assert_eq!(media_type(b"MZ\x90\x00\x03"), "application/octet-stream");
        assert_eq!(media_type(b"Jos\xe9 Mar\xeda, welder, ten years"), "text/plain");
        assert_eq!(media_type(b"\xff\xfeJ\0a\0"), "text/plain");
        assert_eq!(media_type(&[0x80; 100]), "application/octet-stream");
        let late = [b"PK\x03\x04".to_vec(), vec![b'x'; 100_000], b"word/document.xml".to_vec()].concat();
        assert!(media_type(&late).contains("wordprocessingml"));
        assert!(media_type(b"PK\x03\x04..............word/document.xml").contains("wordprocessingml"));
    }

    #[test]
    fn a_name_is_never_a_path_nor_a_trick() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("C:\\cv.pdf"), "cv.pdf");
        assert_eq!(display_name("cv\u{202e}fdp.exe"), "cvfdp.exe");
        assert_eq!(display_name("\r\n"), "file");
        assert_eq!(display_name(&"a".repeat(300)).len(), 120);
    }
}
