//! How far apart two colours look, to all eyes.
//!
//! In: colours. Out: the distance for common sight and for the three ways in which eyes tell fewer colours apart.
//!
//! Sight with one kind of cone missing is simulated as Machado, Oliveira and Fernandes have it (2009, severity 1), distances
//! are those of OKLab, times a hundred: 2 is about the least that anybody sees side by side.

/// A colour in linear light.
type Light = [f64; 3];

/// The ways to see: what each is called, and what of the light reaches the eye.
pub(super) const SIGHTS: [(&str, [Light; 3]); 4] = [
    ("", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "eyes without red cones (protanopia)",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "eyes without green cones (deuteranopia)",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "eyes without blue cones (tritanopia)",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

/// How far apart two colours look in one of `SIGHTS`.
pub(super) fn distance(sight: &[Light; 3], one: [u8; 3], other: [u8; 3]) -> f64 {
    let [a, b] = [one, other].map(|colour| oklab(seen(sight, colour.map(linear))));
    100.0 * a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// A channel of sRGB as light.
pub(super) fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn seen(sight: &[Light; 3], light: Light) -> Light {
    times(sight, light).map(|channel| channel.clamp(0.0, 1.0))
}

fn times(matrix: &[Light; 3], [x, y, z]: Light) -> Light {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn oklab(light: Light) -> Light {
    const CONES: [Light; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const LAB: [Light; 3] = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    times(&LAB, times(&CONES, light).map(f64::cbrt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_a_hundred_apart_to_all_eyes() {
        for (name, sight) in &SIGHTS {
            let apart = distance(sight, [0; 3], [255; 3]);
            assert!((99.0..101.0).contains(&apart), "{name}: {apart}");
        }
    }

    #[test]
    fn red_and_green_are_near_each_other_only_where_a_cone_is_missing() {
        let apart = SIGHTS.map(|(_, sight)| distance(&sight, [0xb0, 0x60, 0x20], [0x70, 0x80, 0x20]));
        assert!(apart[0] > 10.0 && apart[2] < 6.0, "{apart:?}");
    }
}
