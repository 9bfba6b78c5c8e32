//! Documents, honest and hostile, built byte by byte.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The media type of a PDF.
pub const PDF: &str = "application/pdf";
/// The media type of a DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The resume of nobody, as lines.
pub const LINES: [&str; 9] = [
    "Jane Miller",
    "jane.miller@example.org | +49 30 1234567",
    "Berlin, Germany",
    "Experience",
    "Senior Engineer, Example Labs (06/2018 - 05/2023)",
    "Engineer, Example Works (06/2016 - 05/2018)",
    "Skills",
    "Rust, SQL, Kubernetes",
    "References on request",
];

/// A PDF of these objects, numbered from 1; the first is the catalogue. `trailer`: more of its dictionary.
pub fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(end, "{place:010} 00000 n ");
    }
    let _ = write!(end, "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.extend(end.bytes());
    out
}

/// A stream object.
pub fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< /Length {} {dictionary} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

/// A PDF of one page that shows these lines, whose content is this stream object if one is given.
pub fn pdf_with(lines: &[&str], content: Option<Vec<u8>>, trailer: &str) -> Vec<u8> {
    let mut words = String::from("BT /F1 11 Tf 14 TL 60 740 Td\n");
    for line in lines {
        let escaped = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let _ = writeln!(words, "({escaped}) Tj T*");
    }
    words.push_str("ET");
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>".to_vec(),
        content.unwrap_or_else(|| stream("", words.as_bytes())),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        // A form that draws itself, for whoever asks for it.
        stream("/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> >>", b"/X Do"),
    ];
    pdf_of(&objects, trailer)
}

/// The resume of nobody as a PDF.
pub fn pdf() -> Vec<u8> {
    pdf_with(&LINES, None, "")
}

/// A zip of these entries.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// `word/document.xml` with this in its body.
pub fn document_xml(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    )
}

/// The resume of nobody as a DOCX, its name and contact in the page's header.
pub fn docx() -> Vec<u8> {
    let paragraph = |line: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{line}</w:t></w:r></w:p>");
    let (top, rest) = LINES.split_at(3);
    let header: String = top.iter().copied().map(paragraph).collect();
    let body: String = rest.iter().copied().map(paragraph).collect();
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document_xml(&body).as_bytes()),
        ("word/header1.xml", document_xml(&header).as_bytes()),
    ])
}

/// A DOCX of this body and these further entries.
pub fn docx_with(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document = document_xml(body);
    let entries: Vec<(&str, &[u8])> = std::iter::once(("word/document.xml", document.as_bytes())).chain(more.iter().copied()).collect();
    zip(&entries)
}

/// At least `count` zeros as zlib packs them, thirteen bits for 258 of them (RFC 1950, 1951).
pub fn packed_zeros(count: usize) -> Vec<u8> {
    let matches = count / 258 + 1;
    let mut out = vec![0x78, 0x9c];
    let (mut bits, mut waiting) = (0_u32, 0);
    let mut push = |value: u32, length: u32| {
        bits |= value << waiting;
        waiting += length;
        while waiting >= 8 {
            out.push(bits.to_le_bytes()[0]);
            bits >>= 8;
            waiting -= 8;
        }
    };
    // The last block, of fixed codes; a zero; "258 bytes from one back", again and again; the end.
    push(3, 3);
    push(12, 8);
    for _ in 0..matches {
        push(163, 13);
    }
    push(0, 7);
    let whole = (3 + 8 + 13 * matches + 7) % 8;
    push(0, u32::try_from((8 - whole) % 8).unwrap());
    let sum = u32::try_from((1 + matches * 258) % 65_521).unwrap() << 16 | 1;
    out.extend(sum.to_be_bytes());
    out
}
