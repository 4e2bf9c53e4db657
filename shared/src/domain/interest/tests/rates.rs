//! Rate tables: the shipped ones, and what is wrong with others.

use super::*;
use crate::fields::FieldError;

fn entry(valid_from: &str, valid_until: Option<&str>, basis_points: i32) -> RateEntry {
    RateEntry { valid_from: day(valid_from), valid_until: valid_until.map(day), basis_points, source: "announcement".to_owned() }
}

fn table(rates: Vec<RateEntry>) -> RateTable {
    RateTable { id: "own".to_owned(), rates, cap: Cap::default() }
}

fn rate(table: &RateTable, on: &str) -> Option<u32> {
    table.in_force(day(on)).map(|rate| rate.basis_points)
}

#[test]
fn the_shipped_document_is_whole() {
    let read: RateTables = serde_json::from_str(include_str!("../../../../data/rates.json")).unwrap();
    assert_eq!(&read, RateTables::shipped());
    let ids: Vec<&str> = read.iter().map(|table| table.id.as_str()).collect();
    assert_eq!(ids, [PL_COMMERCIAL, PL_COMMERCIAL_HEALTHCARE, PL_STATUTORY]);
    for table in read.iter() {
        assert_eq!(table.validate(), [], "{}", table.id);
    }
}

#[test]
fn commercial_rates_are_those_of_each_half_year() {
    let figures = [
        ("2024-01-01", 1575),
        ("2024-06-30", 1575),
        ("2024-07-01", 1575),
        ("2024-12-31", 1575),
        ("2025-01-01", 1575),
        ("2025-06-30", 1575),
        ("2025-07-01", 1525),
        ("2025-12-31", 1525),
        ("2026-01-01", 1400),
        ("2026-06-30", 1400),
    ];
    for (on, basis_points) in figures {
        assert_eq!(rate(shipped(PL_COMMERCIAL), on), Some(basis_points), "{on}");
        // 8 pp instead of 10 pp above the same reference rate.
        assert_eq!(rate(shipped(PL_COMMERCIAL_HEALTHCARE), on), Some(basis_points - 200), "{on}");
    }
}

#[test]
fn statutory_rates_change_on_the_day_of_the_reference_rate() {
    let begins = [
        ("2025-05-08", 1075),
        ("2025-07-03", 1050),
        ("2025-09-04", 1025),
        ("2025-10-09", 1000),
        ("2025-11-06", 975),
        ("2025-12-04", 950),
        ("2026-03-05", 925),
    ];
    for pair in begins.windows(2) {
        let eve = day(pair[1].0).pred_opt().unwrap().to_string();
        assert_eq!(rate(shipped(PL_STATUTORY), pair[0].0), Some(pair[0].1));
        assert_eq!(rate(shipped(PL_STATUTORY), &eve), Some(pair[0].1), "{eve}");
    }
    assert_eq!(rate(shipped(PL_STATUTORY), "2026-03-05"), Some(925));
}

#[test]
fn both_kinds_of_tables_rest_on_the_same_reference_rate() {
    // Reference + 10 pp on the first day of a half-year, reference + 5.5 pp on the same day.
    for on in ["2025-07-01", "2026-01-01"] {
        let statutory = rate(shipped(PL_STATUTORY), on).unwrap();
        assert_eq!(rate(shipped(PL_COMMERCIAL), on), Some(statutory + 450), "{on}");
    }
}

#[test]
fn outside_of_what_is_confirmed_there_is_no_rate() {
    for (id, before, after) in [
        (PL_COMMERCIAL, "2023-12-31", "2026-07-01"),
        (PL_COMMERCIAL_HEALTHCARE, "2023-12-31", "2026-07-01"),
        (PL_STATUTORY, "2025-05-07", "2026-03-21"),
    ] {
        assert_eq!(rate(shipped(id), before), None, "{id}");
        assert_eq!(rate(shipped(id), after), None, "{id}");
    }
}

#[test]
fn an_entry_without_a_last_day_holds_until_the_next_or_for_ever() {
    let own = table(vec![entry("2025-01-01", None, 800), entry("2026-01-01", None, 900)]);
    assert_eq!(own.validate(), []);
    assert_eq!(own.in_force(day("2025-12-31")).unwrap().until, Some(day("2025-12-31")));
    assert_eq!(rate(&own, "2025-12-31"), Some(800));
    assert_eq!(rate(&own, "2026-01-01"), Some(900));
    assert_eq!(rate(&own, "2099-01-01"), Some(900));
    assert_eq!(rate(&own, "2024-12-31"), None);
}

#[test]
fn everything_that_is_wrong_comes_at_once_with_its_place() {
    let mut rates = vec![
        entry("2025-01-01", Some("2025-06-30"), -1),
        entry("2025-07-02", Some("2025-12-31"), 10_001),
        entry("2025-12-31", Some("2025-12-30"), 800),
        entry("2025-12-31", None, 800),
    ];
    rates[3].source = " ".to_owned();
    let found = RateTable { id: String::new(), rates, cap: Cap::default() }.validate();
    let absurd = "hundredths of a percent: 1525 is 15.25 %";
    let sorted = "a day after 2025-12-31: the oldest rate first, each day once";
    assert_eq!(
        found,
        [
            FieldError::new("id", "is empty", "a name, such as contract-2026"),
            FieldError::new("rates[0].basis_points", "is negative", "0 or more hundredths of a percent"),
            FieldError::new("rates[1].basis_points", "is more than 100 % a year", absurd),
            FieldError::new("rates[2].valid_until", "is before valid_from", "2025-12-31 or later"),
            FieldError::new("rates[3].source", "is empty", "where the rate comes from"),
            FieldError::new("rates[1].valid_from", "leaves a hole after 2025-06-30", "2025-07-01"),
            FieldError::new("rates[2].valid_from", "overlaps the entry before, which ends on 2025-12-31", "2026-01-01"),
            FieldError::new("rates[3].valid_from", "is unsorted", sorted),
        ]
    );
}

#[test]
fn an_empty_table_and_the_edges_of_what_is_absurd() {
    assert_eq!(table(vec![]).validate(), [FieldError::new("rates", "is empty", "at least one rate")]);
    assert_eq!(table(vec![entry("2025-01-01", None, 0), entry("2025-01-02", None, 10_000)]).validate(), []);
}

#[test]
fn a_misspelt_field_is_no_rate_without_end() {
    let json = r#"{"id":"own","rates":[{"valid_from":"2025-01-01","valid_untill":"2025-06-30","basis_points":800,"source":"x"}]}"#;
    assert!(serde_json::from_str::<RateTable>(json).unwrap_err().to_string().contains("valid_untill"));
    assert_eq!(serde_json::from_str::<RateTable>(&json.replace("untill", "until")).unwrap().rates[0].valid_until, Some(day("2025-06-30")));
}

#[test]
fn a_creditor_adds_tables_and_the_rate_of_a_new_half_year() {
    let mut longer = shipped(PL_COMMERCIAL).clone();
    longer.rates.push(entry("2026-07-01", Some("2026-12-31"), 1375));
    let all = RateTables::shipped().with_own(vec![longer, agreed(1200)]).unwrap();
    assert_eq!(rate(all.table(PL_COMMERCIAL).unwrap(), "2026-11-22"), Some(1375));
    assert_eq!(rate(all.table("contract").unwrap(), "2026-11-22"), Some(1200));
    assert_eq!(all.table(PL_STATUTORY), RateTables::shipped().table(PL_STATUTORY));
    assert_eq!(all.iter().count(), 4);
}

#[test]
fn a_creditor_does_not_change_the_rates_that_are_known() {
    let refused = |table: RateTable| RateTables::shipped().with_own(vec![table]).unwrap_err();
    // Higher in one half-year.
    let mut higher = shipped(PL_STATUTORY).clone();
    higher.rates[5].basis_points = 1900;
    let expected = "9.50 % on 2025-12-04, as in the table pl-statutory that is known";
    assert_eq!(refused(higher), [FieldError::new("tables[0].rates[5].basis_points", "is not the rate that is known", expected)]);
    // Higher for a few days within one.
    let mut within = shipped(PL_STATUTORY).clone();
    within.rates[5].valid_until = Some(day("2026-01-31"));
    within.rates.insert(6, entry("2026-02-01", Some("2026-03-04"), 951));
    assert_eq!(refused(within)[0].field, "tables[0].rates[6].basis_points");
    // Ending sooner.
    let mut shorter = shipped(PL_STATUTORY).clone();
    shorter.rates.pop();
    assert_eq!(refused(shorter)[0].problem, "does not cover all days that are known");
    let mut sooner = shipped(PL_STATUTORY).clone();
    sooner.rates[6].valid_until = Some(day("2026-03-19"));
    assert_eq!(refused(sooner)[0].problem, "does not cover all days that are known");
    // Not even where the known table has no end.
    let known = RateTables::shipped().with_own(vec![agreed(1200)]).unwrap();
    let mut ended = agreed(1200);
    ended.rates[0].valid_until = Some(day("2026-12-31"));
    assert_eq!(known.with_own(vec![ended]).unwrap_err()[0].problem, "does not cover all days that are known");
}

#[test]
fn own_tables_that_are_wrong_or_there_twice_are_refused_with_their_place() {
    let found = RateTables::shipped().with_own(vec![agreed(1200), agreed(-5)]).unwrap_err();
    let fields: Vec<&str> = found.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["tables[1].id", "tables[1].rates[0].basis_points"]);
}
