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
        // A .docx is a zip whose entries lie under word/.
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
        if *name == "application/zip" && head.windows(5).any(|w| w == b"word/") {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }
        return name;
    }
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) { "text/plain" } else { "application/octet-stream" }
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
