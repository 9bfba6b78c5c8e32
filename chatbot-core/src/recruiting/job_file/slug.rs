//! Names in links.

/// The most characters a slug has.
pub const LONGEST: usize = 64;

/// Whether it can stand in a link as it is.
pub(super) fn is_slug(slug: &str) -> bool {
    (1..=LONGEST).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-')
}

/// `Senior Café-Manager (m/w/d)` → `senior-cafe-manager-m-w-d`. Empty where no letter or digit has an ASCII form.
pub(super) fn from_title(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase).filter(|c| !is_accent(*c)) {
        let mut utf8 = [0; 4];
        let part = match c {
            'a'..='z' | '0'..='9' => &*c.encode_utf8(&mut utf8),
            _ => folded(c),
        };
        match part {
            // What is not a letter or digit separates; several separate once.
            "" if out.is_empty() || out.ends_with('-') => {}
            "" => out.push('-'),
            letters => out.push_str(letters),
        }
    }
    let cut: String = out.chars().take(LONGEST).collect();
    cut.trim_matches('-').to_owned()
}

/// An accent that stands behind its letter, as some keyboards write them.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn folded(c: char) -> &'static str {
    match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ĝ' | 'ġ' | 'ģ' => "g",
        'ħ' | 'ĥ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ł' | 'ĺ' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
        'ŕ' | 'ř' | 'ŗ' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'ŝ' => "s",
        'ť' | 'ţ' | 'ț' | 'ŧ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_for_links() {
        for (title, slug) in [
            ("Rust Engineer", "rust-engineer"),
            ("Senior Café-Manager (m/w/d)", "senior-cafe-manager-m-w-d"),
            ("Pfleger:in für Köln", "pfleger-in-fuer-koeln"),
            ("  C++ / C# ", "c-c"),
            ("Cafe\u{301}", "cafe"),
            ("看護師", ""),
            ("Lagerarbeiter – Spätschicht", "lagerarbeiter-spaetschicht"),
        ] {
            assert_eq!(from_title(title), slug, "{title}");
            assert!(slug.is_empty() || is_slug(slug));
        }
    }

    #[test]
    fn a_long_title_is_cut_to_64_letters() {
        let slug = from_title(&"word ".repeat(40));
        assert!(slug.len() <= LONGEST && is_slug(&slug), "{slug}");
    }
}
