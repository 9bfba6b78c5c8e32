//! DOCX: the paragraphs, tables, headers and footers of a zip that nobody trusts.

use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::{MAX_TEXT, ReadError, ReadText, cut};

/// Entries in the zip, at most. Word writes a few dozen.
const MAX_ENTRIES: usize = 2_000;
/// What all entries may come to, in bytes.
const MAX_EXPANDED: u64 = 50 * 1024 * 1024;
/// How much one may grow …
const MAX_RATIO: u64 = 100;
/// … once it is larger than this: little files of one repeated word are honest.
const RATIO_FLOOR: u64 = 1024 * 1024;
/// The largest part that is read.
const MAX_PART: u64 = 20 * 1024 * 1024;
/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 500;

/// The text in a DOCX.
pub fn read(bytes: &[u8]) -> Result<ReadText, ReadError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Crashed)?;
    let parts = check(&mut zip)?;
    let mut out = Words::default();
    // Names and contacts often stand in the page's header, so it comes first.
    for part in &parts {
        let entry = zip.by_index(part.index).map_err(|_| ReadError::Crashed)?;
        let mut xml = Vec::new();
        entry.take(MAX_PART + 1).read_to_end(&mut xml).map_err(|_| ReadError::Crashed)?;
        if xml.len() as u64 > MAX_PART {
            return Err(ReadError::TooLarge);
        }
        match part.kind {
            Kind::Links => links(&xml, &mut out.links)?,
            Kind::Text => words(&xml, &mut out)?,
        }
    }
    if !out.text.chars().any(char::is_alphanumeric) {
        return Err(ReadError::NoText);
    }
    Ok(ReadText { text: cut(out.text, MAX_TEXT), links: out.links, largest: None })
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Links,
}

struct Part {
    order: u8,
    kind: Kind,
    index: usize,
}

/// Looks at every entry before one is opened; answers the parts to read, in reading order.
fn check(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<Part>, ReadError> {
    if zip.len() > MAX_ENTRIES {
        return Err(ReadError::Unsafe);
    }
    let mut parts = Vec::new();
    let mut expanded = 0_u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|_| ReadError::Crashed)?;
        let name = entry.name().map_err(|_| ReadError::Unsafe)?.into_owned();
        if entry.encrypted() {
            return Err(ReadError::Encrypted);
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        expanded = expanded.saturating_add(size);
        let bomb = size > RATIO_FLOOR && size / packed.max(1) > MAX_RATIO;
        let climbs = name.starts_with(['/', '\\']) || name.contains(':') || name.split(['/', '\\']).any(|step| step == "..");
        if bomb || climbs || entry.is_symlink() || expanded > MAX_EXPANDED {
            return Err(ReadError::Unsafe);
        }
        let (order, kind) = match name.as_str() {
            "word/document.xml" => (1, Kind::Text),
            "word/_rels/document.xml.rels" => (3, Kind::Links),
            n if n.starts_with("word/header") && is_xml(n) => (0, Kind::Text),
            n if n.starts_with("word/footer") && is_xml(n) => (2, Kind::Text),
            _ => continue,
        };
        parts.push(Part { order, kind, index });
    }
    if !parts.iter().any(|part| part.order == 1) {
        return Err(ReadError::Unsupported);
    }
    parts.sort_by_key(|part| (part.order, part.index));
    Ok(parts)
}

fn is_xml(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("xml"))
}

#[derive(Default)]
struct Words {
    text: String,
    links: Vec<String>,
}

/// Paragraphs become lines, cells of a table row stand behind tabs.
fn words(xml: &[u8], out: &mut Words) -> Result<(), ReadError> {
    let xml = std::str::from_utf8(xml.strip_prefix(b"\xef\xbb\xbf").unwrap_or(xml)).map_err(|_| ReadError::Crashed)?;
    let mut reader = Reader::from_str(xml);
    let (mut depth, mut cells) = (0_usize, 0_usize);
    let mut in_text = false;
    loop {
        match reader.read_event().map_err(|_| ReadError::Crashed)? {
            Event::Start(tag) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ReadError::Unsafe);
                }
                match local(&tag) {
                    "t" => in_text = true,
                    "tc" => cells += 1,
                    _ => {}
                }
            }
            Event::Empty(tag) => match local(&tag) {
                "tab" => out.text.push('\t'),
                "br" | "cr" => out.text.push('\n'),
                "noBreakHyphen" => out.text.push('-'),
                _ => {}
            },
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match tag.local_name().into_inner() {
                    "t" => in_text = false,
                    "p" if cells == 0 => out.text.push('\n'),
                    "p" => out.text.push(' '),
                    "tc" => {
                        cells = cells.saturating_sub(1);
                        out.text.push('\t');
                    }
                    "tr" if cells == 0 => out.text.push('\n'),
                    _ => {}
                }
            }
            Event::Text(text) if in_text => out.text.push_str(&text),
            Event::CData(text) if in_text => out.text.push_str(&text),
            Event::GeneralRef(name) if in_text => out.text.push_str(&character(&name).unwrap_or_default()),
            // Word writes none; what would it be for but entities.
            Event::DocType(_) => return Err(ReadError::Unsafe),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if out.text.len() > 2 * MAX_TEXT {
            return Ok(());
        }
    }
}

/// `amp`, `#38`, `#x26`: nothing else is ever declared.
fn character(name: &str) -> Option<String> {
    let code = match name {
        "amp" => return Some("&".into()),
        "lt" => return Some("<".into()),
        "gt" => return Some(">".into()),
        "quot" => return Some("\"".into()),
        "apos" => return Some("'".into()),
        other => other.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number).map(String::from)
}

/// The addresses that hyperlinks lead to.
fn links(xml: &[u8], out: &mut Vec<String>) -> Result<(), ReadError> {
    let Ok(xml) = std::str::from_utf8(xml) else { return Ok(()) };
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| ReadError::Crashed)? {
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == "Relationship" => {
                let value = |key: &str| {
                    let found = tag.attributes().flatten().find(|a| a.key.as_ref() == key)?;
                    Some(found.value.replace("&amp;", "&"))
                };
                let is_link = value("Type").is_some_and(|kind| kind.ends_with("/hyperlink"));
                if let (true, Some(target)) = (is_link && out.len() < 200, value("Target")) {
                    out.push(target);
                }
            }
            Event::DocType(_) => return Err(ReadError::Unsafe),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}
