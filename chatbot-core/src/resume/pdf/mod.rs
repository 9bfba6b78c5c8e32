//! PDF: characters with their places, put back into lines. Only ever called in a child process: the formats' library
//! panics on what it doesn't like, and a file can make it spin.

mod layout;
mod widths;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, MediaBox, Object, OutputDev, OutputError, Transform, output_doc_page};

use self::layout::{Glyph, Page};
use super::{MAX_TEXT, ReadError, ReadText, cut};

/// Pages that are read.
const MAX_PAGES: usize = 40;
/// Characters that are read.
const MAX_GLYPHS: usize = 400_000;
/// Links that are read.
const MAX_LINKS: usize = 200;

/// The text in a PDF.
pub fn read(bytes: &[u8]) -> Result<ReadText, ReadError> {
    if ends_as_zip(bytes) {
        return Err(ReadError::Unsafe);
    }
    let mut document = Document::load_mem(bytes).map_err(|error| match error {
        pdf_extract::Error::Decryption(_) | pdf_extract::Error::InvalidPassword => ReadError::Encrypted,
        _ => ReadError::Crashed,
    })?;
    if document.is_encrypted() {
        // Many are locked against printing only, with an empty password for reading.
        document.decrypt("").map_err(|_| ReadError::Encrypted)?;
    }
    // Still there if the lock is of a kind that isn't known: then what comes out is no text.
    let locked = document.trailer.has(b"Encrypt");
    widths::repair(&mut document);
    let links = links(&document);
    let mut output = Collected::default();
    let mut broken = false;
    // A page at a time: the library panics on colours and fonts it doesn't know, and the other pages are text all the same.
    for number in document.get_pages().into_keys().take(MAX_PAGES) {
        let page = AssertUnwindSafe(|| output_doc_page(&document, &mut output, number));
        broken |= !matches!(catch_unwind(page), Ok(Ok(())));
        output.flush();
        if output.glyphs > MAX_GLYPHS {
            break;
        }
    }
    if !output.text.chars().any(char::is_alphanumeric) {
        return Err(match (locked, broken) {
            (true, _) => ReadError::Encrypted,
            (false, true) => ReadError::Crashed,
            (false, false) => ReadError::NoText,
        });
    }
    Ok(ReadText { text: cut(output.text, MAX_TEXT), links, largest: output.largest })
}

/// A PDF whose end is a zip's is two files in one.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(66_000)..).unwrap_or_default();
    let Some(at) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else { return false };
    let Some(&[low, high]) = tail.get(at + 20..at + 22) else { return false };
    at + 22 + usize::from(u16::from_le_bytes([low, high])) == tail.len()
}

/// Where the first pages' links lead, each once.
fn links(document: &Document) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for page in document.get_pages().into_values().take(3) {
        let Ok(annotations) = document.get_page_annotations(page) else { continue };
        for annotation in annotations.into_iter().take(MAX_LINKS) {
            let action = annotation.get(b"A").and_then(|a| document.dereference(a)).map(|(_, a)| a).and_then(Object::as_dict);
            let uri = action.and_then(|a| a.get(b"URI")).and_then(Object::as_str);
            if let Ok(uri) = uri
                && let Ok(uri) = std::str::from_utf8(uri)
                && uri.len() < 500
                && out.len() < MAX_LINKS
                && seen.insert(uri.to_owned())
            {
                out.push(uri.to_owned());
            }
        }
    }
    out
}

/// Takes characters as they are drawn; a page is laid out when it ends.
#[derive(Default)]
struct Collected {
    page: Page,
    pages: usize,
    glyphs: usize,
    text: String,
    largest: Option<String>,
}

impl Collected {
    fn flush(&mut self) {
        let page = std::mem::take(&mut self.page);
        self.pages += 1;
        if self.pages == 1 {
            self.largest = page.largest();
        }
        self.text.push_str(&page.text());
        self.text.push('\n');
    }
}

impl OutputDev for Collected {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(&mut self, at: &Transform, width: f64, _: f64, font_size: f64, words: &str) -> Result<(), OutputError> {
        self.glyphs += 1;
        if self.glyphs > MAX_GLYPHS || self.text.len() > MAX_TEXT {
            // Ends the reading; what was collected stands.
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        let size = font_size.abs() * (at.m11 * at.m22 - at.m12 * at.m21).abs().sqrt();
        let glyph = Glyph { x: at.m31, y: -at.m32, width: width * size, size, upright: at.m11.abs() >= at.m12.abs() };
        if [glyph.x, glyph.y, glyph.width, glyph.size].iter().all(|n| n.is_finite()) {
            self.page.add(glyph, words);
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
