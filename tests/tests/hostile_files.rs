//! Files that are made to do harm, given to the process that reads resumes: each ends, soon, as text or as a reason.

use std::process::Stdio;
use std::time::{Duration, Instant};

use chatbot_tests::documents::{DOCX, LINES, PDF, document_xml, docx, docx_with, packed_zeros, pdf, pdf_of, pdf_with, stream, zip};
use chatbot_tests::server::{binary, command};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Processor time is limited to five seconds; a busy machine may give it slowly.
const SOON: Duration = Duration::from_secs(60);

/// What the reading process says: its reply, or nothing if it was killed.
async fn read(media_type: &str, bytes: &[u8]) -> Option<Value> {
    let begun = Instant::now();
    let mut child = command(binary("chatbot-http"))
        .args(["read-resume", media_type])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let give = async {
        let _ = stdin.write_all(bytes).await;
        drop(stdin);
    };
    let mut said = Vec::new();
    let hear = stdout.read_to_end(&mut said);
    let ended = tokio::time::timeout(SOON, async { tokio::join!(give, hear, child.wait()) }).await;
    assert!(ended.is_ok(), "no end after {:?}", begun.elapsed());
    assert!(said.len() < 2 * 1024 * 1024, "{} bytes of answer", said.len());
    serde_json::from_slice(&said).ok()
}

async fn failure(media_type: &str, bytes: &[u8]) -> String {
    read(media_type, bytes).await.map_or_else(|| "killed".to_owned(), |said| said["failed"].as_str().unwrap_or("read").to_owned())
}

#[tokio::test]
async fn honest_files_are_read() {
    for (media_type, bytes) in [(PDF, pdf()), (DOCX, docx())] {
        let said = read(media_type, &bytes).await.unwrap();
        let text = said["read"]["text"].as_str().unwrap_or_else(|| panic!("{media_type}: {said}"));
        for line in LINES {
            assert!(text.contains(line), "{media_type} lacks {line:?}: {text}");
        }
    }
}

#[tokio::test]
async fn hostile_zips_are_refused_before_they_are_opened() {
    let nothing = "<w:p/>";
    let zeros = vec![0; 30 * 1024 * 1024];
    let many: Vec<(String, Vec<u8>)> = (0..10_000).map(|n| (format!("word/x{n}.xml"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let noise: Vec<u8> = (0..2 * 1024 * 1024_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let heavy: Vec<(String, &[u8])> = (0..30).map(|n| (format!("word/media{n}.bin"), noise.as_slice())).collect();
    let heavy: Vec<(&str, &[u8])> = heavy.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let mut locked = docx();
    // The bit that says "encrypted", in every header.
    for at in 0..locked.len() - 4 {
        match &locked[at..at + 4] {
            b"PK\x03\x04" => locked[at + 6] |= 1,
            b"PK\x01\x02" => locked[at + 8] |= 1,
            _ => {}
        }
    }
    for (what, bytes, want) in [
        ("a bomb", docx_with(nothing, &[("word/media/a.bin", &zeros)]), "unsafe"),
        ("a bomb for a document", zip(&[("word/document.xml", &zeros)]), "unsafe"),
        ("ten thousand entries", docx_with(nothing, &many), "unsafe"),
        ("more than fifty megabytes", docx_with(nothing, &heavy), "unsafe"),
        ("a path that climbs", docx_with(nothing, &[("../../etc/cron.d/x", b"x")]), "unsafe"),
        ("a path from the root", docx_with(nothing, &[("/etc/cron.d/x", b"x")]), "unsafe"),
        ("a drive", docx_with(nothing, &[("C:\\x", b"x")]), "unsafe"),
        ("a password", locked, "encrypted"),
        ("no document", zip(&[("xl/workbook.xml", b"<x/>")]), "unsupported"),
        ("no words", docx_with(nothing, &[]), "no_text"),
        ("half of it", docx()[..docx().len() / 2].to_vec(), "crashed"),
        ("its end only", docx()[docx().len() / 2..].to_vec(), "crashed"),
        ("a zip in a zip", docx_with(nothing, &[("word/embeddings/a.docx", &docx())]), "no_text"),
        ("zeros", vec![0; 10 * 1024 * 1024], "crashed"),
    ] {
        let got = failure(DOCX, &bytes).await;
        assert_eq!(got, want, "{what}");
    }
}

#[tokio::test]
async fn hostile_xml_is_refused_and_resolves_nothing() {
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    for doctype in [laughs, outside] {
        let xml = format!("<?xml version=\"1.0\"?>{doctype}{}", document_xml("<w:p><w:r><w:t>&x;&b;</w:t></w:r></w:p>"));
        assert_eq!(failure(DOCX, &zip(&[("word/document.xml", xml.as_bytes())])).await, "unsafe");
    }
    let deep = "<w:p>".repeat(100_000);
    assert_eq!(failure(DOCX, &docx_with(&deep, &[])).await, "unsafe");
    let undeclared = read(DOCX, &docx_with("<w:p><w:r><w:t>a &nosuch; b &#x41;&amp;c</w:t></w:r></w:p>", &[])).await.unwrap();
    assert_eq!(undeclared["read"]["text"], "a  b A&c\n");
    // Far more words than any resume has are cut.
    let long = "<w:p><w:r><w:t>All work and no play. </w:t></w:r></w:p>".repeat(60_000);
    let said = read(DOCX, &docx_with(&long, &[("word/a", b"")])).await.unwrap();
    assert!(said["failed"] == "unsafe" || said["read"]["text"].as_str().unwrap().len() <= 300_000, "{}", said["failed"]);
}

#[tokio::test]
async fn a_pdf_cut_anywhere_ends_as_text_or_as_damaged() {
    let whole = pdf();
    for part in 0..64 {
        let said = failure(PDF, &whole[..whole.len() * part / 64]).await;
        assert!(["read", "crashed", "no_text", "killed"].contains(&said.as_str()), "cut at {part}/64: {said}");
    }
}

#[tokio::test]
async fn hostile_pdfs_end_soon() {
    let catalogue = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>".to_vec();
    let bomb = packed_zeros(1_000_000_000);
    let twice = {
        let inner = packed_zeros(400_000_000);
        stream("/Filter [/FlateDecode]", &inner)
    };
    let loops = pdf_of(&[catalogue.clone(), b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_vec()], "");
    let many_pages = format!("<< /Type /Pages /Kids [{}] /Count 100000 >>", "3 0 R ".repeat(100_000));
    let nested = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let dictionaries = "<< /A ".repeat(50_000);
    let mut xref_loop = pdf_with(&LINES, None, "");
    let start = xref_loop.windows(4).position(|w| w == b"xref").unwrap();
    xref_loop = pdf_with(&LINES, None, &format!("/Prev {start}"));
    let huge_length = b"<< /Length 99999999999 >>\nstream\nBT (x) Tj ET\nendstream".to_vec();
    let negative = b"<< /Length -5 >>\nstream\nBT (x) Tj ET\nendstream".to_vec();
    let encrypted = "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (12345678901234567890123456789012) /U (12345678901234567890123456789012) >> /ID [(0123456789012345) (0123456789012345)]";
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("a gigabyte of nothing", pdf_with(&[], Some(stream("/Filter /FlateDecode", &bomb)), "")),
        ("a bomb in a list", pdf_with(&[], Some(twice), "")),
        ("a bomb of objects", pdf_of(&[catalogue.clone(), stream("/Type /ObjStm /N 1000000 /First 10 /Filter /FlateDecode", &bomb)], "")),
        (
            "predicted rows",
            pdf_with(&[], Some(stream("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 1 >>", &packed_zeros(200_000_000))), ""),
        ),
        ("pages that hold themselves", loops),
        ("a hundred thousand pages", pdf_of(&[catalogue.clone(), many_pages.into_bytes(), page.clone()], "")),
        ("lists in lists", pdf_of(&[catalogue.clone(), nested], "")),
        ("dictionaries in dictionaries", pdf_of(&[catalogue.clone(), dictionaries.into_bytes()], "")),
        ("an index that names itself", xref_loop),
        ("a length of many gigabytes", pdf_with(&[], Some(huge_length), "")),
        ("a length below nothing", pdf_with(&[], Some(negative), "")),
        ("a form that draws itself", pdf_with(&[], Some(stream("", b"/X Do")), "")),
        ("a stack without an end", pdf_with(&[], Some(stream("", "q ".repeat(2_000_000).as_bytes())), "")),
        ("text without a font", pdf_with(&[], Some(stream("", b"BT (x) Tj /None 1 Tf (y) Tj ET")), "")),
        (
            "sizes without a bound",
            pdf_with(&[], Some(stream("", b"BT /F1 1e308 Tf 1e308 0 0 1e308 1e308 1e308 Tm (Jane) Tj -1e308 1e308 Td (Miller) Tj ET")), ""),
        ),
        ("a script that opens", pdf_with(&LINES, None, "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
        ("a password", pdf_with(&LINES, None, encrypted)),
        ("its mark and zeros", [b"%PDF-1.7\n".to_vec(), vec![0; 10 * 1024 * 1024 - 9]].concat()),
        ("its mark and noise", [b"%PDF-1.7\n".to_vec(), packed_zeros(50_000_000)].concat()),
        ("a picture", b"\x89PNG\r\n\x1a\n0000IHDR".to_vec()),
        ("nothing", Vec::new()),
    ];
    for (what, bytes) in files {
        let begun = Instant::now();
        let said = failure(PDF, &bytes).await;
        assert!(
            ["read", "crashed", "no_text", "killed", "unsafe", "too_large", "encrypted"].contains(&said.as_str()),
            "{what}: {said} after {:?}",
            begun.elapsed()
        );
        match what {
            "a password" => assert_eq!(said, "encrypted", "{what}"),
            "a script that opens" => assert_eq!(said, "read", "{what}"),
            "nothing" | "a picture" | "its mark and zeros" => assert_eq!(said, "crashed", "{what}"),
            _ => {}
        }
    }
    // A PDF at its beginning, a zip at its end.
    assert_eq!(failure(PDF, &[pdf(), zip(&[("a", b"b")])].concat()).await, "unsafe");
}

#[tokio::test]
async fn other_formats_are_none_of_its_business() {
    for media_type in ["application/msword", "image/png", "", "application/rtf"] {
        assert_eq!(failure(media_type, &pdf()).await, "unsupported", "{media_type:?}");
    }
    assert_eq!(failure(PDF, &vec![b'x'; 10 * 1024 * 1024 + 1]).await, "too_large");
}
