use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::prelude::*;

use super::*;

const COUNTRIES: [Country; 4] = [Country::Pl, Country::De, Country::Cz, Country::Gb];
const PL: Calendar<'static> = Calendar::of(Country::Pl);
const DE: Calendar<'static> = Calendar::of(Country::De);
const CZ: Calendar<'static> = Calendar::of(Country::Cz);
const GB: Calendar<'static> = Calendar::of(Country::Gb);

/// None of these is a statutory day off in any of the countries.
const OWN: &[OwnDay] = &[
    OwnDay::Once(NaiveDate::from_ymd_opt(2026, 6, 5).unwrap()),
    OwnDay::Yearly { month: 2, day: 29 },
    OwnDay::Yearly { month: 12, day: 31 },
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every country, without and with own days off.
fn calendars() -> impl Iterator<Item = Calendar<'static>> {
    COUNTRIES.into_iter().flat_map(|country| [Calendar::of(country), Calendar { country, own: OWN }])
}

/// The days after `from` up to `until`.
fn days(from: NaiveDate, until: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().skip(1).take_while(move |day| *day <= until)
}

fn twelve_years() -> impl Iterator<Item = NaiveDate> {
    days(day("2023-12-31"), day("2035-12-31"))
}

fn days_off(calendar: Calendar<'_>, year: i32) -> Vec<String> {
    let (from, until) = (day(&format!("{}-12-31", year - 1)), day(&format!("{year}-12-31")));
    days(from, until).filter(|day| calendar.is_day_off(*day)).map(|day| day.format("%m-%d").to_string()).collect()
}

#[test]
fn moveable_feasts_fall_where_the_almanac_has_them() {
    for off in ["2026-04-06", "2026-06-04", "2027-03-29", "2027-05-27", "2028-04-17", "2028-06-15"] {
        assert!(PL.is_day_off(day(off)), "{off}");
    }
    // Easter, Ascension, Pentecost, Corpus Christi.
    for feasts in [
        ["2024-03-31", "2024-05-09", "2024-05-19", "2024-05-30"],
        ["2025-04-20", "2025-05-29", "2025-06-08", "2025-06-19"],
        ["2026-04-05", "2026-05-14", "2026-05-24", "2026-06-04"],
        ["2027-03-28", "2027-05-06", "2027-05-16", "2027-05-27"],
        ["2028-04-16", "2028-05-25", "2028-06-04", "2028-06-15"],
        ["2029-04-01", "2029-05-10", "2029-05-20", "2029-05-31"],
        ["2030-04-21", "2030-05-30", "2030-06-09", "2030-06-20"],
        ["2031-04-13", "2031-05-22", "2031-06-01", "2031-06-12"],
        ["2032-03-28", "2032-05-06", "2032-05-16", "2032-05-27"],
        ["2033-04-17", "2033-05-26", "2033-06-05", "2033-06-16"],
        ["2034-04-09", "2034-05-18", "2034-05-28", "2034-06-08"],
        ["2035-03-25", "2035-05-03", "2035-05-13", "2035-05-24"],
    ] {
        let [easter, ascension, pentecost, corpus_christi] = feasts.map(day);
        let (good_friday, easter_monday, whit_monday) = (easter - Days::new(2), easter + Days::new(1), pentecost + Days::new(1));
        let off = [
            (PL, vec![easter, easter_monday, pentecost, corpus_christi]),
            (DE, vec![good_friday, easter_monday, ascension, whit_monday]),
            (CZ, vec![good_friday, easter_monday]),
            (GB, vec![good_friday, easter_monday]),
        ];
        for (calendar, feasts) in off {
            assert!(feasts.iter().all(|feast| calendar.is_day_off(*feast)), "{calendar:?} {feasts:?}");
        }
    }
}

#[test]
fn whole_years_are_as_published() {
    let published = [
        (PL, 2025, "01-01 01-06 04-20 04-21 05-01 05-03 06-08 06-19 08-15 11-01 11-11 12-24 12-25 12-26"),
        (PL, 2026, "01-01 01-06 04-05 04-06 05-01 05-03 05-24 06-04 08-15 11-01 11-11 12-24 12-25 12-26"),
        (DE, 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26"),
        (DE, 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
        (DE, 2027, "01-01 03-26 03-29 05-01 05-06 05-17 10-03 12-25 12-26"),
        (CZ, 2026, "01-01 04-03 04-06 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26"),
        (CZ, 2027, "01-01 03-26 03-29 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26"),
        (CZ, 2028, "01-01 04-14 04-17 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26"),
        (GB, 2017, "01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
        (GB, 2019, "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26"),
        (GB, 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (GB, 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (GB, 2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ];
    for (calendar, year, off) in published {
        assert_eq!(days_off(calendar, year).join(" "), off, "{:?} {year}", calendar.country);
    }
}

#[test]
fn english_holidays_of_a_weekend_are_moved() {
    // A Saturday, a Sunday; Boxing Day on a Saturday; Christmas on a Saturday, on a Sunday.
    let moved = [
        ("2022-01-01", "2022-01-03"),
        ("2023-01-01", "2023-01-02"),
        ("2020-12-26", "2020-12-28"),
        ("2027-12-25", "2027-12-27"),
        ("2027-12-26", "2027-12-28"),
        ("2022-12-25", "2022-12-27"),
    ];
    for (from, to) in moved {
        assert!(!GB.is_day_off(day(from)) && GB.is_day_off(day(to)), "{from}");
    }
    for working in ["2026-01-02", "2024-12-27", "2029-12-28", "2022-12-28", "2025-05-12", "2025-08-18"] {
        assert!(GB.is_working_day(day(working)), "{working}");
    }
}

#[test]
fn days_off_begin_with_their_statute() {
    assert!(PL.is_working_day(day("2024-12-24")));
    assert!(!PL.is_working_day(day("2025-12-24")));
    assert!(CZ.is_working_day(day("2015-04-03")));
    assert!(!CZ.is_working_day(day("2016-03-25")));
}

#[test]
fn each_year_has_its_days_off() {
    for year in 2024..=2035 {
        // Fourteen Polish feasts since 2025; two of them are the Sundays of Easter and Pentecost.
        let expected = [(PL, if year == 2024 { 13 } else { 14 }), (DE, 9), (CZ, 13), (GB, 8)];
        for (calendar, count) in expected {
            assert_eq!(days_off(calendar, year).len(), count, "{:?} {year}", calendar.country);
            let own = 1 + usize::from(year % 4 == 0) + usize::from(year == 2026);
            assert_eq!(days_off(Calendar { own: OWN, ..calendar }, year).len(), count + own, "{:?} {year}", calendar.country);
        }
    }
}

#[test]
fn a_saturday_term_ends_on_monday() {
    assert_eq!(PL.roll_forward(day("2026-11-21")), day("2026-11-23"));
    // Good Friday is a working day; the Monday after Easter is not.
    assert_eq!(PL.roll_forward(day("2026-04-04")), day("2026-04-07"));
    assert_eq!(PL.roll_back(day("2026-04-06")), day("2026-04-03"));
    assert_eq!(DE.roll_back(day("2026-04-06")), day("2026-04-02"));
}

#[test]
fn on_every_day_of_twelve_years_rolling_ends_on_the_nearest_working_day() {
    for calendar in calendars() {
        let mut longest = 0;
        for today in twelve_years() {
            let (next, last) = (calendar.roll_forward(today), calendar.roll_back(today));
            for rolled in [next, last] {
                assert!(calendar.is_working_day(rolled), "{calendar:?} {today}");
                assert!(!matches!(rolled.weekday(), Weekday::Sat | Weekday::Sun), "{calendar:?} {today}");
                assert_eq!((calendar.roll_forward(rolled), calendar.roll_back(rolled)), (rolled, rolled));
            }
            // From the working day before to the one after there is none between.
            assert!(last <= today && today <= next);
            assert_eq!(
                days(last, next).filter(|day| calendar.is_working_day(*day)).count(),
                usize::from(last < next),
                "{calendar:?} {today}"
            );
            longest = longest.max((next - today).num_days());
        }
        // Christmas from Wednesday to Sunday; without a free Christmas Eve, Easter from Good Friday on.
        let expected = if matches!(calendar.country, Country::Pl | Country::Cz) { 5 } else { 4 };
        assert_eq!(longest, expected, "{calendar:?}");
    }
}

#[test]
fn working_days_are_counted_from_the_next_one() {
    // Wednesday before a Christmas that ends on a Sunday.
    let eve = day("2026-12-23");
    assert_eq!((PL.add_working_days(eve, 1), DE.add_working_days(eve, 1)), (day("2026-12-28"), day("2026-12-24")));
    assert_eq!((GB.add_working_days(eve, 2), CZ.add_working_days(eve, 2)), (day("2026-12-29"), day("2026-12-29")));
    assert_eq!(GB.add_working_days(day("2026-12-29"), -1), day("2026-12-24"));
    // From a Saturday: itself, Monday, Friday.
    let saturday = day("2026-11-21");
    assert_eq!([0, 1, -1].map(|n| PL.add_working_days(saturday, n)), [saturday, day("2026-11-23"), day("2026-11-20")]);
}

#[test]
fn on_every_day_of_twelve_years_so_many_working_days_pass() {
    for calendar in calendars() {
        for today in twelve_years() {
            assert_eq!(calendar.add_working_days(today, 0), today);
            for count in [1, 2, 7] {
                let (later, earlier) = (calendar.add_working_days(today, count), calendar.add_working_days(today, -count));
                let passed = |from, until| days(from, until).filter(|day| calendar.is_working_day(*day)).count();
                assert!(calendar.is_working_day(later) && calendar.is_working_day(earlier), "{calendar:?} {today}");
                assert_eq!(passed(today, later), count.unsigned_abs() as usize, "{calendar:?} {today}");
                assert_eq!(passed(earlier - Days::new(1), today - Days::new(1)), count.unsigned_abs() as usize, "{calendar:?} {today}");
                if calendar.is_working_day(today) {
                    assert_eq!((calendar.add_working_days(later, -count), calendar.add_working_days(earlier, count)), (today, today));
                }
            }
        }
    }
}

#[test]
fn own_days_off_shift_no_legal_term() {
    let own = Calendar { own: OWN, ..PL };
    assert_eq!((own.roll_forward(day("2026-12-31")), own.shift_term(day("2026-12-31"))), (day("2027-01-04"), day("2026-12-31")));
    // Corpus Christi is followed by the creditor's long weekend.
    assert_eq!((own.roll_forward(day("2026-06-04")), own.shift_term(day("2026-06-04"))), (day("2026-06-08"), day("2026-06-05")));
    assert_eq!(own.shift_term(day("2026-04-04")), day("2026-04-07"));
    let good_friday = [PL, DE, CZ, GB].map(|calendar| calendar.shift_term(day("2026-04-03")));
    assert_eq!(good_friday, ["2026-04-03", "2026-04-07", "2026-04-07", "2026-04-07"].map(day));
}

#[test]
fn a_creditor_who_never_works_stops_nothing() {
    let year = days(day("2023-12-31"), day("2024-12-31"));
    let every_day: Vec<OwnDay> = year.map(|day| OwnDay::Yearly { month: day.month(), day: day.day() }).collect();
    let today = day("2026-11-20");
    let sixty = Days::new(60);
    for country in COUNTRIES {
        let idle = Calendar { country, own: &every_day };
        assert_eq!((idle.roll_forward(today), idle.roll_back(today)), (today + sixty, today - sixty));
        assert_eq!(idle.add_working_days(today, 2), today + Days::new(122));
        assert_eq!(idle.shift_term(today), today);
        assert_eq!((idle.roll_forward(NaiveDate::MAX), idle.roll_back(NaiveDate::MIN)), (NaiveDate::MAX, NaiveDate::MIN));
        assert_eq!(idle.add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
    }
}

#[test]
fn a_closed_summer_is_rolled_over() {
    let closed: Vec<OwnDay> = days(day("2026-06-30"), day("2026-08-14")).map(OwnDay::Once).collect();
    let calendar = Calendar { own: &closed, ..PL };
    // 15 August 2026 is a Saturday and the Assumption.
    assert_eq!(calendar.roll_forward(day("2026-07-01")), day("2026-08-17"));
    assert_eq!(calendar.roll_back(day("2026-08-16")), day("2026-06-30"));
    assert_eq!(calendar.add_working_days(day("2026-06-30"), 1), day("2026-08-17"));
    assert_eq!(calendar.roll_forward(day("2027-07-01")), day("2027-07-01"));
}

#[test]
fn own_days_off_are_read_and_written_alike() {
    let read = |text: &str| OwnDay::parse(text).unwrap();
    assert_eq!(read("2026-12-31"), OwnDay::Once(day("2026-12-31")));
    assert_eq!(read("05-02"), OwnDay::Yearly { month: 5, day: 2 });
    for text in ["2026-12-31", "2028-02-29", "0001-01-01", "9999-12-31", "12-31", "01-01", "02-29"] {
        let json = format!("\"{text}\"");
        assert_eq!(serde_json::from_str::<OwnDay>(&json).unwrap(), read(text));
        assert_eq!(serde_json::to_string(&read(text)).unwrap(), json);
    }
}

#[test]
fn a_yearly_29_february_is_free_in_leap_years_only() {
    let calendar = Calendar { own: &[OwnDay::Yearly { month: 2, day: 29 }], ..PL };
    assert!(!calendar.is_working_day(day("2028-02-29")));
    for working in ["2027-02-26", "2027-03-01", "2028-02-28", "2028-03-01"] {
        assert!(calendar.is_working_day(day(working)), "{working}");
    }
}

#[test]
fn an_own_day_off_that_never_comes_is_refused_with_what_would_be_right() {
    let refused = [
        ("02-30", "there is no 02-30: that month runs from 02-01 to 02-29"),
        ("11-31", "there is no 11-31: that month runs from 11-01 to 11-30"),
        ("12-00", "there is no 12-00: that month runs from 12-01 to 12-31"),
        ("2026-06-31", "there is no 2026-06-31: that month runs from 2026-06-01 to 2026-06-30"),
        ("2027-02-29", "there is no 2027-02-29: that month runs from 2027-02-01 to 2027-02-28"),
        ("13-01", "there is no month 13: months run from 01 to 12"),
        ("2026-00-10", "there is no month 00: months run from 01 to 12"),
    ];
    for (text, why) in refused {
        assert_eq!(OwnDay::parse(text).unwrap_err().to_string(), why);
        assert!(serde_json::from_str::<OwnDay>(&format!("\"{text}\"")).unwrap_err().to_string().contains(why));
    }
    let form = ["", "-", "--", "12", "1231", "12/31", "31.12", "1-2", "12-1", "+1-01", "12-31 ", " 12-31", "26-12-31", "2026-1-1"];
    let more = ["2026-12-31-01", "2026-12-31T00:00", "-2026-12-31", "+026-12-31", "12026-12-31", "grudzień-24", "１２-３１", "12−31"];
    for text in form.into_iter().chain(more) {
        assert_eq!(OwnDay::parse(text), Err(OwnDayError::Form), "{text}");
    }
    assert_eq!(OwnDayError::Form.to_string(), "a day off is written 2026-12-31, or 12-31 for every year");
}

#[test]
fn countries_are_written_in_capitals_and_poland_is_the_default() {
    assert_eq!(serde_json::to_string(&COUNTRIES).unwrap(), r#"["PL","DE","CZ","GB"]"#);
    assert_eq!(serde_json::from_str::<[Country; 4]>(r#"["PL","DE","CZ","GB"]"#).unwrap(), COUNTRIES);
    assert!(serde_json::from_str::<Country>("\"pl\"").is_err());
    assert_eq!(Country::default(), Country::Pl);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn working_days_add_up(start in 0u64..4_383, a in -300i32..=300, b in -300i32..=300, which in 0usize..8) {
        let calendar = calendars().nth(which).unwrap();
        let start = day("2024-01-01") + Days::new(start);
        let both = |from| (calendar.add_working_days(calendar.add_working_days(from, a), b), calendar.add_working_days(from, a + b));
        // There and back again leads from a day off to a working day, so only one way from there.
        let from = if a.signum() * b.signum() < 0 { calendar.roll_forward(start) } else { start };
        let (in_two, at_once) = both(from);
        prop_assert_eq!(in_two, at_once);
    }

    #[test]
    fn more_working_days_lead_further(start in 0u64..4_383, count in -300i32..=300, which in 0usize..8) {
        let calendar = calendars().nth(which).unwrap();
        let start = day("2024-01-01") + Days::new(start);
        prop_assert!(calendar.add_working_days(start, count) < calendar.add_working_days(start, count + 1));
    }
}
