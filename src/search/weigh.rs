//! Layer 8, search: the numbers behind a score, all integers: how much one posting weighs (level), how much one term
//! weighs (idf), and the coarse steps in which collection-wide figures move. It knows no posting list and no query.
//!
//! Collection-wide figures enter every posting. They are frozen to a ladder of four steps per doubling, so that an
//! edit of one document almost never touches the shards of terms it does not hold.

/// Levels run from 1 to this.
pub const LEVELS: u32 = 15;

const STEPS: [u64; 4] = [1024, 1218, 1448, 1722];

/// The highest step of the ladder that is not above `x`; every number below 16 is a step.
pub fn step_down(x: u32) -> u32 {
    if x < 16 {
        return x;
    }
    let octave = 31 - x.leading_zeros();
    let mut best = 1u32 << octave;
    for step in STEPS {
        let candidate = (step << octave) >> 10;
        if candidate <= u64::from(x) {
            best = candidate as u32;
        }
    }
    best
}

/// The lowest step of the ladder that is not below `x`.
pub fn step_up(x: u32) -> u32 {
    let below = step_down(x);
    if below == x {
        return x;
    }
    let octave = 31 - x.leading_zeros();
    STEPS
        .iter()
        .map(|step| ((step << octave) >> 10) as u32)
        .find(|candidate| *candidate >= x)
        .unwrap_or(1 << (octave + 1).min(31))
}

/// BM25's term-frequency part (k1 = 1.2, b = 0.75) as a level of 1..=15. `length` and `average` count terms of the
/// field and are steps of the ladder.
pub fn level(tf: u32, length: u32, average: u32) -> u32 {
    let (tf, length, average) = (u64::from(tf), u64::from(length), u64::from(average.max(1)));
    // 15 * tf / (tf + 0.3 + 0.9 * length / average), both sides times 10 * average, rounded to nearest
    let top = 2 * 150 * tf * average;
    let bottom = 10 * tf * average + 3 * average + 9 * length;
    let rounded = (top + bottom) / (2 * bottom);
    (rounded as u32).clamp(1, LEVELS)
}

/// idf as one byte, kept as thresholds: a term found in at most `limits[b - 1]` documents weighs at least `b`.
/// Built once and stored in the manifest, so no reader ever computes a logarithm.
pub fn idf_limits(documents: u32) -> Vec<u32> {
    let n = f64::from(step_up(documents));
    let byte = |df: u32| ((20.0 * ((n + 1.0) / (f64::from(df) + 0.5)).ln()).round()).clamp(1.0, 255.0) as u32;
    let top = byte(1);
    let mut limits = Vec::with_capacity(top as usize);
    for b in 1..=top {
        // byte() falls with df: the largest df that still weighs b, by bisection
        let (mut low, mut high) = (1u32, n as u32 + 1);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if byte(middle) >= b {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        limits.push(low);
    }
    limits
}

/// The weight of a term found in `df` documents, 1..=255; a term found nowhere weighs as the rarest.
pub fn idf(limits: &[u32], df: u32) -> u64 {
    limits.partition_point(|limit| *limit >= df).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladder() {
        assert_eq!((step_down(15), step_down(17), step_down(19), step_down(1000)), (15, 16, 19, 861));
        assert_eq!((step_up(15), step_up(17), step_up(1000), step_up(1024)), (15, 19, 1024, 1024));
        for x in 1..5000 {
            assert!(step_down(x) <= x && step_up(x) >= x && step_down(step_up(x)) == step_up(x), "{x}");
        }
    }

    #[test]
    fn levels_and_idf() {
        assert_eq!(level(1, 1000, 1000), 7);
        assert_eq!(level(10_000, 10, 1000), 15);
        assert_eq!(level(1, 1_000_000, 10), 1);
        let limits = idf_limits(2579);
        assert!(limits.windows(2).all(|w| w[0] >= w[1]));
        assert_eq!(idf(&limits, 0), idf(&limits, 1));
        assert!(idf(&limits, 1) > idf(&limits, 2) && idf(&limits, 2579) >= 1);
    }
}
