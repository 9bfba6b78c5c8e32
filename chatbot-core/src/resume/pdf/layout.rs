//! From places to lines. A PDF knows no words, lines or columns, only where each character is drawn.
//!
//! Characters drawn beside each other make a run; runs of one height make a row, its wide gaps shown as tabs. A page with
//! a side bar, whose rows don't meet those of the main column, is read column by column.

/// Where a character stands: points, from the left and, growing downwards, from an origin above.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) size: f64,
    /// Not drawn along a margin.
    pub(super) upright: bool,
}

/// Characters that were drawn beside each other.
#[derive(Debug, Clone)]
struct Run {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    text: String,
}

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    runs: Vec<Run>,
}

/// A gap this much of the letters' size is a space …
const SPACE: f64 = 0.12;
/// … and this much parts columns.
const COLUMN: f64 = 1.3;
/// Rows of a side bar, at the least.
const BAR_ROWS: usize = 6;

impl Page {
    /// Adds a character to the run it continues, or begins one.
    pub(super) fn add(&mut self, at: Glyph, text: &str) {
        if !at.upright || at.size < 0.5 {
            return;
        }
        if let Some(run) = self.runs.last_mut() {
            let gap = at.x - run.right;
            let size = run.size.max(at.size);
            if (at.y - run.y).abs() < 0.3 * size && gap > -0.4 * size && gap < COLUMN * size {
                // Before a space that is drawn as well: letters are set apart, and two spaces part the words.
                if gap > SPACE * size && !run.text.ends_with(' ') {
                    run.text.push(' ');
                }
                run.text.push_str(text);
                run.right = run.right.max(at.x + at.width);
                run.size = size;
                return;
            }
        }
        self.runs.push(Run { left: at.x, right: at.x + at.width, y: at.y, size: at.size, text: text.to_owned() });
    }

    /// The row in the largest letters.
    pub(super) fn largest(&self) -> Option<String> {
        let words = |run: &&Run| run.text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        let biggest = self.runs.iter().filter(words).max_by(|a, b| a.size.total_cmp(&b.size).then(b.y.total_cmp(&a.y)))?;
        let same: Vec<&Run> = self.runs.iter().filter(|r| r.size > 0.95 * biggest.size && (r.y - biggest.y).abs() < 3.0 * r.size).collect();
        let rows = rows(&same);
        let text: Vec<String> = rows.iter().take(2).map(|row| join(row)).collect();
        Some(text.join("\n").trim().to_owned()).filter(|t| !t.is_empty())
    }

    /// Its lines.
    pub(super) fn text(&self) -> String {
        let runs: Vec<&Run> = self.runs.iter().filter(|r| !r.text.trim().is_empty()).collect();
        let Some(gutter) = gutter(&runs) else { return lines(&runs) };
        let (top, bottom) = runs
            .iter()
            .filter(|r| r.left < gutter && r.right > gutter)
            .partition::<Vec<&Run>, _>(|r| runs.iter().filter(|o| o.right <= gutter || o.left >= gutter).all(|o| o.y >= r.y - 1.0));
        let left: Vec<&Run> = runs.iter().copied().filter(|r| r.right <= gutter).collect();
        let right: Vec<&Run> = runs.iter().copied().filter(|r| r.left >= gutter).collect();
        [lines(&top), lines(&left), lines(&right), lines(&bottom)].join("\n")
    }
}

/// Runs of one height, from top to bottom, each from left to right.
fn rows<'a>(runs: &[&'a Run]) -> Vec<Vec<&'a Run>> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    let mut rows: Vec<(f64, Vec<&Run>)> = Vec::new();
    for run in sorted {
        match rows.last_mut() {
            Some((y, row)) if (run.y - *y).abs() < 0.35 * run.size.max(1.0) => row.push(run),
            _ => rows.push((run.y, vec![run])),
        }
    }
    rows.into_iter()
        .map(|(_, mut row)| {
            row.sort_by(|a, b| a.left.total_cmp(&b.left));
            row
        })
        .collect()
}

fn join(row: &[&Run]) -> String {
    let mut out = String::new();
    let mut end: Option<(f64, f64)> = None;
    for run in row {
        if let Some((right, size)) = end {
            let gap = run.left - right;
            if gap > COLUMN * size.max(run.size) {
                out.push('\t');
            } else if gap > SPACE * size.min(run.size) {
                out.push(' ');
            }
        }
        out.push_str(&run.text);
        end = Some((run.right, run.size));
    }
    out
}

/// Rows as lines, an empty one where the page leaves room.
fn lines(runs: &[&Run]) -> String {
    let mut out = String::new();
    let mut before: Option<f64> = None;
    for row in rows(runs) {
        let (Some(first), size) = (row.first(), row.iter().map(|r| r.size).fold(0.0, f64::max)) else { continue };
        if before.is_some_and(|y| first.y - y > 1.9 * size) {
            out.push('\n');
        }
        before = Some(first.y);
        out.push_str(join(&row).trim());
        out.push('\n');
    }
    out
}

/// The middle of an empty strip that parts a side bar from the main column; `None` where the rows go across.
fn gutter(runs: &[&Run]) -> Option<f64> {
    let left = runs.iter().map(|r| r.left).fold(f64::INFINITY, f64::min);
    let right = runs.iter().map(|r| r.right).fold(f64::NEG_INFINITY, f64::max);
    let width = right - left;
    if runs.len() < 2 * BAR_ROWS || !(width > 200.0 && width < 5_000.0) {
        return None;
    }
    // How many runs cover each two points of the width.
    let bin = |x: f64| usize::try_from(((x - left) / 2.0).clamp(0.0, 2_500.0).round() as i64).unwrap_or(0);
    let bins = bin(right);
    let mut cover = vec![0_usize; bins + 1];
    for run in runs {
        let (from, upto) = (bin(run.left), bin(run.right));
        for bin in cover.iter_mut().take(upto.min(bins)).skip(from) {
            *bin += 1;
        }
    }
    // A heading or two may go across the whole page.
    let few = 2 + runs.len() / 60;
    let (mut best, mut start): (Option<(usize, usize)>, Option<usize>) = (None, None);
    for (at, count) in cover.iter().enumerate().skip(bins * 15 / 100).take(bins * 70 / 100) {
        if *count <= few {
            let from = *start.get_or_insert(at);
            if best.is_none_or(|(a, b)| at - from > b - a) {
                best = Some((from, at));
            }
        } else {
            start = None;
        }
    }
    let (from, upto) = best.filter(|(from, upto)| upto - from >= 4)?;
    let gutter = left + (from + upto) as f64;
    let one: Vec<&Run> = runs.iter().copied().filter(|r| r.right <= gutter).collect();
    let other: Vec<&Run> = runs.iter().copied().filter(|r| r.left >= gutter).collect();
    let (one, other) = (rows(&one), rows(&other));
    let (small, large) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let height = |row: &Vec<&Run>| row.first().map_or(0.0, |r| r.y);
    let meets = small.iter().filter(|row| large.iter().any(|o| (height(o) - height(row)).abs() < 1.0)).count();
    // Dates beside what they date stand on the same lines; a side bar keeps its own.
    (small.len() >= BAR_ROWS && meets * 10 < small.len() * 6).then_some(gutter)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    /// Draws words from here on, each letter half as wide as it is high; `tracking` is left between letters.
    fn draw(page: &mut Page, x: f64, y: f64, size: f64, tracking: f64, words: &str) {
        let step = size * 0.5 + tracking;
        for (at, letter) in words.chars().enumerate() {
            let glyph = Glyph { x: x + at as f64 * step, y, width: size * 0.5, size, upright: true };
            page.add(glyph, &letter.to_string());
        }
    }

    #[test]
    fn a_date_at_the_margin_stands_in_its_row_and_a_side_bar_apart() {
        let mut page = Page::default();
        draw(&mut page, 60.0, 50.0, 24.0, 0.0, "Jane Miller");
        draw(&mut page, 60.0, 100.0, 10.0, 0.0, "Example Labs");
        draw(&mut page, 60.0, 112.0, 10.0, 0.0, "Built things");
        // Drawn later, as a column of its own.
        draw(&mut page, 450.0, 100.0, 10.0, 0.0, "2018 - 2020");
        assert_eq!(page.text(), "Jane Miller\n\nExample Labs\t2018 - 2020\nBuilt things\n");
        assert_eq!(page.largest().as_deref(), Some("Jane Miller"));

        let mut page = Page::default();
        for row in 0..12 {
            draw(&mut page, 40.0, 100.0 + f64::from(row) * 17.0, 9.0, 0.0, &format!("skill number {row}"));
            draw(&mut page, 220.0, 104.0 + f64::from(row) * 13.0, 10.0, 0.0, &format!("words of the main column, row {row}"));
        }
        let text = page.text();
        assert!(!text.contains('\t') && text.find("skill number 11") < text.find("row 0"), "{text}");
    }

    #[test]
    fn letters_set_apart_keep_their_words_apart() {
        let mut page = Page::default();
        draw(&mut page, 60.0, 50.0, 24.0, 5.0, "JANE MILLER");
        let text = page.largest().unwrap();
        assert_eq!(text, "J A N E  M I L L E R");
    }
}
