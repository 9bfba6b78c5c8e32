//! Percentiles and medians.

/// The value below which a share of the values lies, of values in order; 0 of none.
#[allow(clippy::cast_sign_loss, reason = "a place in a list")]
pub(crate) fn percentile(ordered: &[u32], share: f64) -> f64 {
    let Some(last) = ordered.len().checked_sub(1) else { return 0.0 };
    let place = (last as f64 * share).round();
    ordered.get(place as usize).copied().map_or(0.0, f64::from)
}

/// Percentile of microseconds, in milliseconds.
pub(crate) fn percentile_ms(ordered: &[u32], share: f64) -> f64 {
    percentile(ordered, share) / 1000.0
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
#[allow(clippy::float_cmp, reason = "small whole numbers")]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_medians_are_what_they_are_by_hand() {
        let hundred: Vec<u32> = (1..=101).collect();
        assert_eq!([percentile(&hundred, 0.5), percentile(&hundred, 0.99), percentile(&hundred, 1.0)], [51.0, 100.0, 101.0]);
        assert_eq!(percentile(&[], 0.5), 0.0);
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0]), Some(2.5));
        assert_eq!(median([]), None);
    }
}
