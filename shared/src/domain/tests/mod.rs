//! The proof of the core: given / when / then, properties, and every day of several years.
//!
//! `world` stands in for the store and `sender` for the dispatcher; tests are written in `sentences`.
//! A test's name is the rule that it proves; a file is a theme.

mod score;
mod segments;
mod sender;
mod sentences;
mod world;

mod ahead;
mod awaited_rate;
mod calendars;
mod changing_hands;
mod claimers;
mod contacts;
mod corrected_claims;
mod course;
mod course_in_plan;
mod days;
mod debtor_word;
mod drafts;
mod echo;
mod first_run;
mod grounds;
mod history;
mod holds;
mod ladder;
mod large;
mod legal;
mod money;
mod more_time;
mod no_words;
mod not_money;
mod one_message;
mod owed;
mod paid_between;
mod part_payments;
mod pending;
mod plan;
mod plan_and_others;
mod plan_policies;
mod policies;
mod postal;
mod random;
mod reach;
mod receipts;
mod record;
mod refunds;
mod revisions;
mod send_now;
mod send_now_asks;
mod service;
mod settlements;
mod side_claims;
mod silence;
mod stops;
mod tomorrow;
mod tomorrow_asks;
mod transfer;
mod vat_relief;
mod versions;
mod waking;
mod windows;
