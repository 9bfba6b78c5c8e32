//! Whose turn it is: weighted round robin, as one cycle that is gone round. Heavy slots come often and spread out, and the
//! first turn is slot 1's.

/// The order of one round, as indexes into `weights`: smooth (after each turn everybody has had about their share), turned
/// so that it begins with the first slot.
pub(super) fn cycle(weights: &[u32]) -> Vec<usize> {
    let common = weights.iter().copied().fold(0, gcd).max(1);
    let shares: Vec<i64> = weights.iter().map(|w| i64::from((w / common).max(1))).collect();
    let total: i64 = shares.iter().sum();
    let mut credit = vec![0_i64; shares.len()];
    let mut order = Vec::new();
    for _ in 0..total {
        for (credit, share) in credit.iter_mut().zip(&shares) {
            *credit += share;
        }
        let mut best: Option<(usize, i64)> = None;
        for (at, credit) in credit.iter().enumerate() {
            if best.is_none_or(|(_, most)| *credit > most) {
                best = Some((at, *credit));
            }
        }
        let Some((at, _)) = best else { break };
        if let Some(credit) = credit.get_mut(at) {
            *credit -= total;
        }
        order.push(at);
    }
    let first = order.iter().position(|at| *at == 0).unwrap_or(0);
    order.rotate_left(first);
    order
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::cycle;

    #[test]
    fn a_round_begins_with_the_first_slot_and_gives_everybody_their_share() {
        assert_eq!(cycle(&[1, 1]), [0, 1]);
        assert_eq!(cycle(&[7, 7, 7]), [0, 1, 2]);
        assert_eq!(cycle(&[]), Vec::<usize>::new());
        for weights in [vec![1, 5], vec![5, 1], vec![2, 3, 4], vec![100, 1, 50]] {
            let order = cycle(&weights);
            assert_eq!(order.first(), Some(&0), "{weights:?}");
            for (at, weight) in weights.iter().enumerate() {
                let turns = order.iter().filter(|o| **o == at).count();
                assert_eq!(turns * weights.iter().sum::<u32>() as usize, *weight as usize * order.len(), "{weights:?}");
            }
        }
        // Spread out: a heavy slot never has all its turns in a row.
        assert_eq!(cycle(&[3, 1, 1]).len(), 5);
        assert!(!cycle(&[3, 1, 1]).windows(3).any(|w| w == [0, 0, 0]));
    }
}
