//! Headings, and what stands under them.

/// What a part of a resume is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Before the first heading: name and contact.
    Header,
    Summary,
    Experience,
    Education,
    Skills,
    Languages,
    Other,
}

/// Lines under one heading.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) section: Section,
    pub(super) lines: &'a [String],
}

/// Whole headings, in lower case.
const HEADINGS: &[(&str, Section)] = &[
    ("experience", Section::Experience),
    ("employment", Section::Experience),
    ("employment history", Section::Experience),
    ("work history", Section::Experience),
    ("career", Section::Experience),
    ("career history", Section::Experience),
    ("professional background", Section::Experience),
    ("positions held", Section::Experience),
    ("internships", Section::Experience),
    ("berufserfahrung", Section::Experience),
    ("experiencia", Section::Experience),
    ("expérience", Section::Experience),
    ("education", Section::Education),
    ("education and training", Section::Education),
    ("academic background", Section::Education),
    ("academic history", Section::Education),
    ("qualifications", Section::Education),
    ("ausbildung", Section::Education),
    ("skills", Section::Skills),
    ("core competencies", Section::Skills),
    ("competencies", Section::Skills),
    ("technologies", Section::Skills),
    ("expertise", Section::Skills),
    ("tech stack", Section::Skills),
    ("tools", Section::Skills),
    ("skills and tools", Section::Skills),
    ("skills and technologies", Section::Skills),
    ("kenntnisse", Section::Skills),
    ("languages", Section::Languages),
    ("language skills", Section::Languages),
    ("sprachen", Section::Languages),
    ("summary", Section::Summary),
    ("profile", Section::Summary),
    ("about", Section::Summary),
    ("about me", Section::Summary),
    ("objective", Section::Summary),
    ("career objective", Section::Summary),
    ("personal statement", Section::Summary),
    ("overview", Section::Summary),
    ("introduction", Section::Summary),
    ("contact", Section::Header),
    ("contact details", Section::Header),
    ("contact information", Section::Header),
    ("personal details", Section::Header),
    ("personal information", Section::Header),
    ("curriculum vitae", Section::Header),
    ("resume", Section::Header),
    ("résumé", Section::Header),
    ("cv", Section::Header),
];

/// Last words of headings of several words: "Selected Honors", "Work Experience", "Technical Skills".
const LAST_WORDS: &[(&str, Section)] = &[
    ("experience", Section::Experience),
    ("employment", Section::Experience),
    ("education", Section::Education),
    ("skills", Section::Skills),
    ("competencies", Section::Skills),
    ("technologies", Section::Skills),
    ("languages", Section::Languages),
    ("summary", Section::Summary),
    ("profile", Section::Summary),
    ("projects", Section::Other),
    ("publications", Section::Other),
    ("honors", Section::Other),
    ("honours", Section::Other),
    ("awards", Section::Other),
    ("achievements", Section::Other),
    ("accomplishments", Section::Other),
    ("certifications", Section::Other),
    ("certificates", Section::Other),
    ("licenses", Section::Other),
    ("courses", Section::Other),
    ("training", Section::Other),
    ("patents", Section::Other),
    ("talks", Section::Other),
    ("presentations", Section::Other),
    ("conferences", Section::Other),
    ("references", Section::Other),
    ("references on request", Section::Other),
    ("references upon request", Section::Other),
    ("references available on request", Section::Other),
    ("references available upon request", Section::Other),
    ("interests", Section::Other),
    ("hobbies", Section::Other),
    ("activities", Section::Other),
    ("volunteering", Section::Other),
    ("volunteer work", Section::Other),
    ("memberships", Section::Other),
    ("affiliations", Section::Other),
    ("scholarships", Section::Other),
    ("grants", Section::Other),
    ("teaching", Section::Other),
    ("leadership", Section::Other),
    ("extracurriculars", Section::Other),
    ("portfolio", Section::Other),
    ("links", Section::Other),
];

/// What a line is the heading of.
pub(super) fn heading(line: &str) -> Option<Section> {
    if line.contains('\t') || line.chars().count() > 48 || super::tidy::is_bullet(line) {
        return None;
    }
    let plain = line.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace(" & ", " and ").replace('/', " and ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((_, section)) = HEADINGS.iter().chain(LAST_WORDS).find(|(name, _)| *name == plain) {
        return Some(*section);
    }
    // "Responsible for education" is a sentence, "Relevant Work Experience" a heading.
    let words: Vec<&str> = line.split_whitespace().collect();
    let titled = words.iter().all(|w| {
        let first = w.chars().next();
        matches!(*w, "and" | "&" | "/" | "in") || first.is_some_and(char::is_uppercase)
    });
    if !(2..=4).contains(&words.len()) || !titled || line.contains([',', '.', '@']) || line.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let hit = |word: &str| LAST_WORDS.iter().find(|(name, _)| *name == word).map(|(_, section)| *section);
    let last = plain.rsplit(' ').next().unwrap_or_default();
    hit(last).or_else(|| {
        // "Skills and Interests", "Education and Certifications": the first names it.
        let (first, rest) = plain.split_once(' ')?;
        rest.starts_with("and ").then(|| hit(first)).flatten()
    })
}

/// The text in parts. A heading belongs to none.
pub(super) fn split(lines: &[String]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut section, mut from) = (Section::Header, 0);
    for (at, line) in lines.iter().enumerate() {
        let Some(next) = heading(line) else { continue };
        parts.push(Part { section, lines: lines.get(from..at).unwrap_or_default() });
        (section, from) = (next, at + 1);
    }
    parts.push(Part { section, lines: lines.get(from..).unwrap_or_default() });
    // A resume without headings is all header; its first lines are where name and contact stand.
    for part in &mut parts {
        if part.section == Section::Header {
            part.lines = part.lines.get(..part.lines.len().min(25)).unwrap_or_default();
        }
    }
    parts.retain(|part| part.lines.iter().any(|l| !l.is_empty()));
    parts
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_from_what_stands_under_them() {
        for (line, want) in [
            ("EXPERIENCE", Some(Section::Experience)),
            ("Work Experience:", Some(Section::Experience)),
            ("Relevant Professional Experience", Some(Section::Experience)),
            ("Selected Honors", Some(Section::Other)),
            ("Skills & Interests", Some(Section::Other)),
            ("Technical Skills", Some(Section::Skills)),
            ("Languages", Some(Section::Languages)),
            ("Education", Some(Section::Education)),
            ("Five years of experience", None),
            ("Director, Further Education", None),
            ("• Skills", None),
            ("Jane Miller", None),
        ] {
            assert_eq!(heading(line), want, "{line}");
        }
    }
}
