//! `/dashboard`: figures as pictures drawn here, and as tables beside them.

use askama::Template;

use super::conversations::Choice;

/// A figure that stands by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tile {
    /// Of what.
    pub(crate) name: &'static str,
    /// How much.
    pub(crate) value: String,
    /// What it means, in a few words.
    pub(crate) hint: String,
}

/// A bar with its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bar {
    /// Of what.
    pub(crate) name: String,
    /// How much.
    pub(crate) value: i64,
    /// Of these, the darker part.
    pub(crate) part: i64,
    /// How it is written.
    pub(crate) text: String,
}

/// Bars below each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chart {
    /// For the heading, and the picture's name.
    pub(crate) title: &'static str,
    /// What the length is.
    pub(crate) value_name: &'static str,
    /// What the darker part is; empty: there is none.
    pub(crate) part_name: &'static str,
    /// The bars.
    pub(crate) bars: Vec<Bar>,
}

/// A bar's height with its gap, in the picture's units.
const STEP: i64 = 26;
/// How wide the longest bar is.
const WIDTH: i64 = 600;

#[allow(clippy::trivially_copy_pass_by_ref, clippy::unused_self, reason = "templates call methods, with references")]
impl Chart {
    fn most(&self) -> i64 {
        self.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1)
    }

    /// The picture's height.
    pub(crate) fn height(&self) -> i64 {
        STEP * i64::try_from(self.bars.len()).unwrap_or(0)
    }

    /// Whether what stands beside the bars is more than a number.
    pub(crate) fn is_long(&self) -> bool {
        self.bars.iter().any(|bar| bar.text.len() > 8)
    }

    /// Where a bar begins.
    pub(crate) fn top(&self, at: &usize) -> i64 {
        STEP * i64::try_from(*at).unwrap_or(0) + 4
    }

    /// How long it is.
    pub(crate) fn length(&self, value: &i64) -> i64 {
        (WIDTH * *value / self.most()).max(i64::from(*value > 0) * 2)
    }
}

/// Columns beside each other, a day each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Days {
    /// Oldest first: the day, begun, submitted.
    pub(crate) days: Vec<Bar>,
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::unused_self, reason = "templates call methods, with references")]
impl Days {
    /// The picture's width.
    pub(crate) fn width(&self) -> i64 {
        12 * i64::try_from(self.days.len()).unwrap_or(0).max(1)
    }

    /// Where a column stands.
    pub(crate) fn left(&self, at: &usize) -> i64 {
        12 * i64::try_from(*at).unwrap_or(0) + 1
    }

    /// How high it is, of 120.
    pub(crate) fn tall(&self, value: &i64) -> i64 {
        let most = self.days.iter().map(|day| day.value).max().unwrap_or(0).max(1);
        (120 * *value / most).max(i64::from(*value > 0) * 2)
    }

    /// Where it begins from above.
    pub(crate) fn top(&self, value: &i64) -> i64 {
        124 - self.tall(value)
    }
}

/// The dashboard.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "dashboard.html")]
pub(crate) struct DashboardView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// What unsafe requests carry as `x-csrf-token`.
    pub(crate) csrf_token: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// How many actions are open in all.
    pub(crate) open_actions: usize,
    /// Jobs to choose from.
    pub(crate) jobs: Vec<Choice>,
    /// Periods to choose from.
    pub(crate) periods: Vec<Choice>,
    /// How the server does just now.
    pub(crate) now: Vec<Tile>,
    /// What happened in the period.
    pub(crate) period: Vec<Tile>,
    /// Day by day.
    pub(crate) days: Days,
    /// Everything else.
    pub(crate) charts: Vec<Chart>,
    /// Only the newest applications are counted.
    pub(crate) truncated: bool,
}
