//! `--report junit=FILE`: what CI systems read.

use std::fmt::Write as _;
use std::time::Duration;

/// How one script went, for reports.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What it is about.
    pub(crate) name: String,
    /// Its file.
    pub(crate) path: String,
    /// How long it took.
    pub(crate) took: Duration,
    /// What does not hold.
    pub(crate) problems: Vec<String>,
    /// Why it was not run.
    pub(crate) skipped: Option<String>,
}

/// The report as XML.
pub(crate) fn report(cases: &[Case]) -> String {
    let failures = cases.iter().filter(|c| !c.problems.is_empty()).count();
    let skipped = cases.iter().filter(|c| c.skipped.is_some()).count();
    let time: f64 = cases.iter().map(|c| c.took.as_secs_f64()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites><testsuite name=\"conversations\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{time:.3}\">",
        cases.len()
    );
    for case in cases {
        let (name, path) = (escaped(&case.name), escaped(&case.path));
        let _ = write!(out, "  <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" time=\"{:.3}\">", case.took.as_secs_f64());
        if let Some(why) = &case.skipped {
            let _ = write!(out, "<skipped message=\"{}\"/>", escaped(why));
        }
        if let Some(first) = case.problems.first() {
            let message = escaped(first.lines().next().unwrap_or_default());
            let _ = write!(out, "<failure message=\"{message}\">{}</failure>", escaped(&case.problems.join("\n")));
        }
        out.push_str("</testcase>\n");
    }
    out.push_str("</testsuite></testsuites>\n");
    out
}

/// For attributes and text; characters XML cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_skips_are_counted_and_escaped() {
        let case = |problems: &[&str], skipped: Option<&str>| Case {
            name: "a < b".into(),
            path: "a.yaml".into(),
            took: Duration::from_millis(1500),
            problems: problems.iter().map(|p| (*p).to_owned()).collect(),
            skipped: skipped.map(str::to_owned),
        };
        let xml = report(&[case(&[], None), case(&["said \"x\"\u{7} & y\nmore"], None), case(&[], Some("no clock"))]);
        assert!(xml.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"4.500\""), "{xml}");
        assert!(xml.contains("<testcase name=\"a &lt; b\" classname=\"a.yaml\" file=\"a.yaml\" time=\"1.500\"></testcase>"), "{xml}");
        assert!(xml.contains("<failure message=\"said &quot;x&quot; &amp; y\">said &quot;x&quot; &amp; y&#10;more</failure>"), "{xml}");
        assert!(xml.contains("<skipped message=\"no clock\"/>"), "{xml}");
    }
}
