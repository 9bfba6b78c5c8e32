//! Widths of characters, in the one form that the library reads right.
//!
//! A composite font gives widths as `first [w w w]` or as `first last w` (ISO 32000-1, 9.7.4.3). pdf-extract 0.12 takes the
//! second form for nothing, so that every character has no width and no gap between words or columns can be seen. Here the
//! second form is written as the first before the text is taken out.

use pdf_extract::{Document, Object};

/// Characters of one font, at most.
const MOST: i64 = 70_000;

/// Rewrites the widths of every composite font.
pub(super) fn repair(document: &mut Document) {
    let mut repaired = Vec::new();
    for (id, object) in &document.objects {
        let Ok(font) = object.as_dict() else { continue };
        let Ok((_, widths)) = font.get(b"W").and_then(|w| document.dereference(w)) else { continue };
        let is_font = font.get(b"CIDSystemInfo").is_ok();
        if let (true, Ok(list)) = (is_font, widths.as_array())
            && let Some(list) = listed(list)
        {
            repaired.push((*id, list));
        }
    }
    for (id, list) in repaired {
        if let Some(Object::Dictionary(font)) = document.objects.get_mut(&id) {
            font.set("W", Object::Array(list));
        }
    }
}

/// The same widths as lists; `None` if they are lists already, or make no sense.
fn listed(widths: &[Object]) -> Option<Vec<Object>> {
    let mut out = Vec::new();
    let (mut rest, mut total, mut changed) = (widths, 0, false);
    loop {
        match rest {
            [] => return changed.then_some(out),
            [first, list @ Object::Array(_), after @ ..] => {
                out.extend([first.clone(), list.clone()]);
                rest = after;
            }
            [first, last, width, after @ ..] => {
                let (from, upto) = (first.as_i64().ok()?, last.as_i64().ok()?);
                let count = upto.checked_sub(from)?.checked_add(1)?;
                total += count;
                if count < 1 || total > MOST {
                    return None;
                }
                let same = vec![width.clone(); usize::try_from(count).ok()?];
                out.extend([first.clone(), Object::Array(same)]);
                changed = true;
                rest = after;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_lists_and_nonsense_stays() {
        let number = |n: i64| Object::Integer(n);
        let list = listed(&[number(3), number(4), number(500), number(9), Object::Array(vec![number(250)])]).unwrap();
        assert_eq!(list, [number(3), Object::Array(vec![number(500), number(500)]), number(9), Object::Array(vec![number(250)])]);
        assert_eq!(listed(&[number(9), Object::Array(vec![number(250)])]), None);
        assert_eq!(listed(&[number(0), number(9_000_000_000), number(500)]), None);
        assert_eq!(listed(&[number(0), number(i64::MIN), number(500)]), None);
    }
}
