//! Layer 3: the ratios, presences and lengths that the plan demands, as an edition states them.
//! Knows what an indicator says; must not know how a programme is measured by it.

mod read;
mod select;

pub(super) use read::{conversions, read};

use crate::diagnostics::Severity;
use crate::source::{Span, Spanned};

/// One demand of the plan. Complete when it exists: what could not be read is no indicator.
#[derive(Clone, Debug)]
pub struct Indicator {
    pub id: Spanned<String>,
    pub label: String,
    pub per: Per,
    pub scope: Scope,
    pub demand: Demand,
    pub severity: Severity,
    pub source: super::Source,
}

/// What is measured as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Programme,
    /// All programmes of one institution that begin in one year.
    InstitutionYear,
    /// One person's training over years: a programme only adds to it.
    Person,
}

/// Whom an indicator concerns; an empty list is everyone.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub institution_kinds: Vec<String>,
    /// Ids of the programmes' closed set; checked against it above this layer.
    pub class_kinds: Vec<Spanned<String>>,
    pub audiences: Vec<String>,
    /// Levels of the institution.
    pub levels: Vec<String>,
    /// At least so many days.
    pub days: Option<i64>,
}

#[derive(Clone, Debug)]
pub enum Demand {
    /// At least this share of the hours or of the courses.
    Share {
        numerator: Selector,
        basis: Basis,
        at_least: Fraction,
    },
    Presence(Requirement),
    /// One of the limbs is enough; none is derived from another.
    Length {
        limbs: Vec<Limb>,
        within_years: Option<i64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    Hours,
    Courses,
}

/// What must be there.
#[derive(Clone, Debug)]
pub enum Requirement {
    /// A course that the selector takes.
    Course(Selector),
    /// An activity, or a course, whose name holds these words.
    Activity(String),
    /// A field of the programme itself.
    Field(Spanned<String>),
}

/// Which sessions count. Every part that is given must hold; of the values of one part any will do.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    pub areas: Vec<String>,
    pub modules: Vec<String>,
    pub series: Vec<String>,
    pub topics: Vec<String>,
    pub methods: Vec<String>,
    /// Does the method count as interactive in this edition?
    pub interactive: Option<bool>,
    /// Ids of the teachers' closed set of roles; checked against it above this layer.
    pub teacher_roles: Vec<Spanned<String>>,
}

/// One side of an “or”.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limb {
    /// In halves.
    Hours(u32),
    Days(i64),
    Months(i64),
    Times(i64),
}

/// How days become hours of teaching, in halves; `None` where the edition does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversions {
    pub day: Option<u32>,
    pub half_day: Option<u32>,
}

/// An exact share, compared in integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    pub numerator: u32,
    pub denominator: u32,
}

impl Fraction {
    /// `1/5`: neither negative nor more than a whole, never over zero.
    pub fn parse(text: &str) -> Option<Fraction> {
        let (numerator, denominator) = text.split_once('/')?;
        let fraction = Fraction {
            numerator: numerator.trim().parse().ok()?,
            denominator: denominator.trim().parse().ok()?,
        };
        (fraction.denominator > 0 && fraction.numerator <= fraction.denominator).then_some(fraction)
    }

    /// Is `part` of `whole` at least this share? Nothing of nothing is no share at all, and not less than one.
    pub fn is_met(self, part: u32, whole: u32) -> bool {
        u64::from(part) * u64::from(self.denominator) >= u64::from(whole) * u64::from(self.numerator)
    }

    pub fn is_below(self, other: Fraction) -> bool {
        u64::from(self.numerator) * u64::from(other.denominator)
            < u64::from(other.numerator) * u64::from(self.denominator)
    }

    /// How many units of `whole` must turn into units that count.
    pub fn to_replace(self, part: u32, whole: u32) -> u32 {
        let wanted = (u64::from(whole) * u64::from(self.numerator)).div_ceil(u64::from(self.denominator));
        wanted.saturating_sub(u64::from(part)).min(u64::from(u32::MAX)) as u32
    }

    /// How many units that count must come on top; `None` for the whole, which no addition reaches.
    pub fn to_add(self, part: u32, whole: u32) -> Option<u32> {
        if self.is_met(part, whole) {
            return Some(0);
        }
        let (p, q) = (u64::from(self.numerator), u64::from(self.denominator));
        // (part + x) / (whole + x) >= p / q
        let short = u64::from(whole) * p - u64::from(part) * q;
        let step = q.checked_sub(p).filter(|step| *step > 0)?;
        u32::try_from(short.div_ceil(step)).ok()
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl Indicator {
    /// Where the edition states it.
    pub fn span(&self) -> Span {
        self.id.span
    }
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn shares_are_exact_and_never_over_zero() {
        assert_eq!(Fraction::parse("3/10"), Some(Fraction { numerator: 3, denominator: 10 }));
        for bad in ["1/0", "3/2", "-1/5", "0.2", "20%", ""] {
            assert_eq!(Fraction::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_share_is_met_at_its_boundary_and_not_a_thousandth_below() {
        let seven_tenths = Fraction { numerator: 7, denominator: 10 };
        assert!(!seven_tenths.is_met(699, 1000));
        assert!(seven_tenths.is_met(700, 1000) && seven_tenths.is_met(701, 1000));
        // A third has no decimal: 1 of 3 is exactly it, and 333 of 1,000 is below.
        let third = Fraction { numerator: 1, denominator: 3 };
        assert!(third.is_met(1, 3) && !third.is_met(333, 1000) && third.is_met(334, 1000));
    }

    #[test]
    fn remedies_are_the_least_that_mend() {
        let shares = [(1, 5), (3, 10), (7, 10), (1, 3), (2, 7), (1, 1)];
        for (numerator, denominator) in shares {
            let share = Fraction { numerator, denominator };
            for whole in 0..60_u32 {
                for part in 0..=whole {
                    let replace = share.to_replace(part, whole);
                    assert!(share.is_met(part + replace, whole));
                    assert!(replace == 0 || !share.is_met(part + replace - 1, whole));
                    match share.to_add(part, whole) {
                        Some(add) => {
                            assert!(share.is_met(part + add, whole + add));
                            assert!(add == 0 || !share.is_met(part + add - 1, whole + add - 1));
                        }
                        None => assert!(numerator == denominator && part < whole),
                    }
                }
            }
        }
    }
}
