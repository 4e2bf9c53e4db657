//! How a creditor's pay page looks: its colour and its logo. Both stand in the page itself.
//!
//! A page that somebody cannot read brings no money: a colour is taken only if it can be read on every ground
//! on which the page puts it, and on a dark screen it is lightened until it can.

use base64::Engine;
use serde::{Deserialize, Serialize};

/// Most characters of a logo as an address; the page stays below 60 KB with it.
pub const LONGEST_LOGO: usize = 16_000;

/// The least contrast between a text and its ground, as a ratio. Source: WCAG 2.2, success criterion 1.4.3.
const LEAST_CONTRAST: f64 = 4.5;

/// The grounds of the page on which its colour is read: the page, a card, a box.
const LIGHT: [Rgb; 3] = [Rgb(0xf3, 0xf5, 0xf6), Rgb(0xff, 0xff, 0xff), Rgb(0xee, 0xf3, 0xf2)];
/// The same on a dark screen.
const DARK: [Rgb; 3] = [Rgb(0x14, 0x18, 0x1c), Rgb(0x1d, 0x23, 0x28), Rgb(0x27, 0x2f, 0x36)];

/// A creditor's look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// The colour of buttons and links, `#rrggbb`; none for Upominek's own.
    #[serde(default)]
    pub colour: Option<String>,
    /// A picture above the name, as a `data:` address: PNG, JPEG, WebP or SVG.
    #[serde(default)]
    pub logo: Option<String>,
}

/// What a page paints its buttons and links with: `#rrggbb`, by light and in the dark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accents {
    /// On light grounds; what stands on it is white.
    pub light: String,
    /// On dark grounds; what stands on it is nearly black.
    pub dark: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb(u8, u8, u8);

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(red, green, blue))
    }

    fn text(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Source: WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.0722f64.mul_add(part(self.2), 0.2126f64.mul_add(part(self.0), 0.7152 * part(self.1)))
    }

    /// Source: WCAG 2.2, contrast ratio.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    fn is_read_on(self, grounds: [Self; 3]) -> bool {
        grounds.iter().all(|ground| self.contrast(*ground) >= LEAST_CONTRAST)
    }

    /// So many of 16 parts white.
    fn lightened(self, parts: u16) -> Self {
        let mix = |value: u8| u8::try_from((u16::from(value) * (16 - parts) + 255 * parts) / 16).unwrap_or(u8::MAX);
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

impl Brand {
    /// Everything that is wrong: field and what would be right.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let mut problems = Vec::new();
        match self.colour.as_deref().map(Rgb::parse) {
            Some(None) => problems.push(("brand.colour", "a colour such as #0a6152")),
            Some(Some(colour)) if !colour.is_read_on(LIGHT) => {
                problems.push(("brand.colour", "a darker one: on the page its contrast must be 4.5 to 1 or more (WCAG 2.2, 1.4.3)"));
            }
            _ => {}
        }
        if self.logo.as_deref().is_some_and(|logo| !is_picture(logo)) {
            problems.push(("brand.logo", "a PNG, JPEG, WebP or SVG as data:image/…;base64,… with at most 16,000 characters"));
        }
        problems
    }

    /// What a page is painted with; none for Upominek's own colours.
    pub fn accents(&self) -> Option<Accents> {
        let light = self.colour.as_deref().and_then(Rgb::parse).filter(|colour| colour.is_read_on(LIGHT))?;
        let dark = (0..=16).map(|parts| light.lightened(parts)).find(|colour| colour.is_read_on(DARK))?;
        Some(Accents { light: light.text(), dark: dark.text() })
    }

    /// The logo, if it is one.
    pub fn picture(&self) -> Option<&str> {
        self.logo.as_deref().filter(|logo| is_picture(logo))
    }
}

/// Whether a text is a small picture as an address, and of the kind that it says.
fn is_picture(logo: &str) -> bool {
    let Some((kind, data)) = logo.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,")) else { return false };
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(data) else { return false };
    let begins = |with: &[u8]| bytes.starts_with(with);
    let fits = match kind {
        "png" => begins(b"\x89PNG\r\n\x1a\n"),
        "jpeg" => begins(b"\xff\xd8\xff"),
        "webp" => begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        // As a picture of a page, an SVG runs no script and loads nothing.
        "svg+xml" => std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")),
        _ => false,
    };
    fits && logo.len() <= LONGEST_LOGO
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(colour: &str) -> Brand {
        Brand { colour: Some(colour.to_owned()), logo: None }
    }

    fn picture(kind: &str, bytes: &[u8]) -> Brand {
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        Brand { colour: None, logo: Some(format!("data:image/{kind};base64,{data}")) }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9 && (white.contrast(white) - 1.0).abs() < 1e-9);
        // #767676 is the lightest grey that can be read on white, #777777 the first that cannot.
        assert!(Rgb(0x76, 0x76, 0x76).contrast(white) >= LEAST_CONTRAST);
        assert!(Rgb(0x77, 0x77, 0x77).contrast(white) < LEAST_CONTRAST);
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_what_would_be_right() {
        for fine in ["#0a6152", "#000000", "#B00020", "#1a3d8f"] {
            assert_eq!(of(fine).problems(), [], "{fine}");
        }
        for pale in ["#ffcc00", "#ffffff", "#00b894", "#777777"] {
            assert!(of(pale).problems()[0].1.starts_with("a darker one"), "{pale}");
            assert_eq!(of(pale).accents(), None, "{pale}");
        }
        for wrong in ["0a6152", "#0a615", "#0a61522", "green", "#0a615g", "#+a6152", ""] {
            assert!(of(wrong).problems()[0].1.starts_with("a colour such as"), "{wrong}");
        }
    }

    #[test]
    fn a_logo_is_a_small_picture_of_the_kind_that_it_says() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
        for fine in [
            picture("png", b"\x89PNG\r\n\x1a\n"),
            picture("svg+xml", svg),
            picture("jpeg", b"\xff\xd8\xff\xe0"),
            picture("webp", b"RIFF0000WEBP"),
        ] {
            assert_eq!(fine.problems(), []);
            assert_eq!(fine.picture(), fine.logo.as_deref());
        }
        let address = |text: &str| Brand { colour: None, logo: Some(text.to_owned()) };
        let long = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 12_000]].concat();
        for wrong in [
            picture("png", svg),
            picture("gif", b"GIF89a"),
            picture("png", &long),
            address("https://cdn.example/logo.png"),
            address("data:text/html;base64,PHN2Zz4="),
            address("data:image/png;base64,%%%"),
            address(""),
        ] {
            assert_eq!(wrong.problems()[0].0, "brand.logo");
            assert_eq!(wrong.picture(), None, "what was kept before the check existed is not shown");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_can_be_read_by_light_and_in_the_dark(red: u8, green: u8, blue: u8) {
            let colour = Rgb(red, green, blue);
            let brand = of(&colour.text());
            match brand.accents() {
                None => prop_assert!(!brand.problems().is_empty()),
                Some(accents) => {
                    prop_assert!(brand.problems().is_empty());
                    prop_assert!(Rgb::parse(&accents.light).unwrap().is_read_on(LIGHT));
                    let dark = Rgb::parse(&accents.dark).unwrap();
                    prop_assert!(dark.is_read_on(DARK));
                    prop_assert!(dark.contrast(DARK[0]) >= LEAST_CONTRAST, "what stands on a button");
                }
            }
        }
    }
}
