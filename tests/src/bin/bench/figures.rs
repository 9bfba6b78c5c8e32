//! Percentiles and medians.

/// The value that this many percent of the values don't exceed, of values in order; 0 of none.
pub(crate) fn percentile(ordered: &[u32], percent: usize) -> u32 {
    let last = ordered.len().saturating_sub(1);
    ordered.get((last * percent + 50) / 100).copied().unwrap_or(0)
}

/// Percentile of microseconds, in milliseconds.
pub(crate) fn percentile_ms(ordered: &[u32], percent: usize) -> f64 {
    f64::from(percentile(ordered, percent)) / 1000.0
}

/// The middle one; of an even number, the mean of the two in the middle; nothing of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle)?;
    let lower = if values.len().is_multiple_of(2) { values.get(middle - 1)? } else { upper };
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_medians_are_what_they_are_by_hand() {
        let hundred: Vec<u32> = (1..=101).collect();
        assert_eq!([50, 99, 100].map(|percent| percentile(&hundred, percent)), [51, 100, 101]);
        assert_eq!(percentile(&[], 50), 0);
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0]), Some(2.5));
        assert_eq!(median([]), None);
    }
}
