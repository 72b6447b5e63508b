//! "Did you mean …?": the candidate that a mistyped name most likely stands for.

use strsim::{jaro_winkler, osa_distance};

/// The candidate nearest to what was written, or `None` where none is near enough to be worth a guess.
///
/// Equal distances are settled by the order of the candidates' own text, so the answer does not depend on their order.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = written.to_lowercase();
    let length = wanted.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            if other.chars().count().abs_diff(length) > allowed.max(length / 2) {
                return None;
            }
            let distance = osa_distance(&wanted, &other);
            let close = distance <= allowed || jaro_winkler(&wanted, &other) > 0.93;
            close.then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised() {
        assert_eq!(nearest("pilar", ["pillar", "title"]), Some("pillar"));
        assert_eq!(nearest("Run fewer meeting", ["Run fewer meetings", "Set a direction"]), Some("Run fewer meetings"));
        assert_eq!(nearest("zebra", ["pillar", "title"]), None);
    }
}
