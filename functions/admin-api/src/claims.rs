//! Side claims: interest and compensation as they stand, their arithmetic, and what a person does to them.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::app::AppError;
use upominek::app::apply::{Applied, apply};
use upominek::domain::account::{Account, Case};
use upominek::domain::claimed::{self, Claimed, Note, OpenClaims, Void};
use upominek::domain::decide;
use upominek::domain::handle::Command;
use upominek::domain::ids::CaseId;
use upominek::domain::interest::{self, Booking, ClaimKind, CompensationError, InterestError, Outcome, Percent, Zloty};
use upominek::domain::money::Currency;
use upominek::domain::window::local_day;
use upominek::ports::store::{Accounts, Also};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::{done, said};
use crate::debtors::debtor_in_path;
use crate::dto::Amount;
use crate::extract::{Json as Body, Params};
use crate::find::{MANUAL, is_booked};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::state::State;

/// Days with one principal and one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day; it counts too.
    pub until: NaiveDate,
    /// How many days these are.
    pub days: i64,
    /// What bore interest.
    pub principal: Amount,
    /// Percent a year, after the cap.
    #[schema(example = "15.25")]
    pub percent: String,
    /// Where the rate comes from.
    pub source: String,
    /// The agreed rate in percent, where the law capped it.
    pub agreed_percent: Option<String>,
    /// It was settled by a payment or a waiver: it is calculated no more.
    pub settled: bool,
}

/// Interest on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Interest {
    /// The table of rates.
    #[schema(example = "pl-commercial")]
    pub table: String,
    /// The first day of interest.
    pub from: NaiveDate,
    /// The last day that is accrued; `null` while no day is.
    pub accrued_until: Option<NaiveDate>,
    /// All of it.
    pub total: Amount,
    /// What came for it.
    pub collected: Amount,
    /// What was let go.
    pub waived: Amount,
    /// What is open of it.
    pub open: Amount,
    /// How it comes about.
    pub periods: Vec<Period>,
    /// The rate that is missing: days after those shown are not calculated.
    pub missing: Option<MissingRate>,
}

/// A rate that no table has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingRate {
    /// The table.
    pub table: String,
    /// The first day without a rate.
    pub on: NaiveDate,
}

/// Compensation for recovery costs of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Compensation {
    /// The day on which the invoice fell due.
    pub fell_due_on: NaiveDate,
    /// 40, 70 or 100 EUR.
    pub tier: Amount,
    /// PLN for one EUR.
    #[schema(example = "4.2267")]
    pub mid_rate: String,
    /// The day of that rate.
    pub mid_rate_on: NaiveDate,
    /// The sum in złoty.
    pub total: Amount,
    /// What came for it.
    pub collected: Amount,
    /// What was let go.
    pub waived: Amount,
    /// What is open of it.
    pub open: Amount,
}

/// Why nothing is asked for although it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The invoice is void.
    Cancelled,
    /// Credit notes took all of it off.
    NotOwed,
    /// The debtor is a consumer.
    Consumer,
}

/// What is claimed beside an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SideClaims {
    /// The invoice.
    #[schema(example = "shopify:5312")]
    pub case: String,
    /// Its number.
    pub number: String,
    /// Interest.
    pub interest: Option<Interest>,
    /// Compensation.
    pub compensation: Option<Compensation>,
    /// What is open of both for who pays today.
    pub open: Amount,
    /// Why nothing of it is asked for.
    pub void: Option<Because>,
}

/// The arithmetic of an invoice up to a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InterestNote {
    /// The last day of interest.
    pub until: NaiveDate,
    /// What is open of the invoice now.
    pub principal: Amount,
    /// Whether interest is claimed already; else it stands here as it would be.
    pub interest_claimed: bool,
    /// Whether compensation is claimed already; else it stands here as it would be.
    pub compensation_claimed: bool,
    /// The claims.
    #[serde(flatten)]
    pub claims: SideClaims,
    /// The mid rate that is missing for compensation.
    pub compensation_missing: Option<MissingRate>,
    /// Why there is none for this invoice.
    pub compensation_excluded: Option<Excluded>,
    /// Principal and side claims together.
    pub sum: Amount,
}

/// Why an invoice brings no compensation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CompensationExcluded)]
pub enum Excluded {
    /// The debtor is a consumer, who never owes it.
    Consumer,
    /// The invoice is not in złoty, and the thresholds of the act are: by which rate a claim in another
    /// currency is valued, it does not say.
    OtherCurrency,
    /// Nothing was owed.
    NotOwed,
}

fn excluded(error: &CompensationError) -> Option<Excluded> {
    match error {
        CompensationError::NotForConsumers => Some(Excluded::Consumer),
        CompensationError::NotInZloty { .. } => Some(Excluded::OtherCurrency),
        CompensationError::NothingOwed => Some(Excluded::NotOwed),
        CompensationError::MissingMidRate { .. }
        | CompensationError::NoWorkingDay { .. }
        | CompensationError::BadMidRates { .. }
        | CompensationError::TooLarge => None,
    }
}

/// Of which invoice, and up to when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UpTo {
    /// The invoice (`source:id`).
    pub case: String,
    /// The last day of interest; today if not said.
    pub until: Option<NaiveDate>,
}

/// A side claim to let go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The invoice (`source:id`).
    pub case: String,
    /// Which.
    pub claim: ClaimKind,
    /// Why, for other people: 1 to 1,000 characters.
    pub reason: String,
}

/// Money that came for a side claim.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The invoice (`source:id`).
    pub case: String,
    /// Which.
    pub claim: ClaimKind,
    /// Your id of the payment, 1 to 200 bytes; the same id is booked once.
    #[schema(example = "wyciag-2026-11-23-8")]
    pub payment_id: String,
    /// A decimal number as text, with a point.
    #[schema(example = "369.86")]
    pub amount: String,
    /// When it came; now if not said.
    pub paid_at: Option<DateTime<Utc>>,
}

fn sums(bookings: &[Booking], currency: Currency) -> (Amount, Amount) {
    let (mut collected, mut waived) = (0_i64, 0_i64);
    for booking in bookings {
        match booking.outcome {
            Outcome::Collected => collected += booking.minor,
            Outcome::Returned => collected -= booking.minor,
            Outcome::Waived { .. } => waived += booking.minor,
        }
    }
    (Amount::new(collected, currency), Amount::new(waived, currency))
}

fn percent(basis_points: u32) -> String {
    Percent(basis_points).to_string()
}

fn period(period: &interest::Period, settled: bool, currency: Currency) -> Period {
    Period {
        from: period.from,
        until: period.until,
        days: period.days(),
        principal: Amount::new(period.principal_minor, currency),
        percent: percent(period.basis_points),
        source: period.source.clone(),
        agreed_percent: period.capped.as_ref().map(|capped| percent(capped.agreed_basis_points)),
        settled,
    }
}

fn missing(error: &InterestError) -> Option<MissingRate> {
    match error {
        InterestError::MissingRate { table, day } => Some(MissingRate { table: table.clone(), on: *day }),
        InterestError::BadTable { .. } | InterestError::NotForConsumers { .. } | InterestError::TooLarge => None,
    }
}

impl SideClaims {
    /// As they stand, with what is open of them.
    pub fn new(claimed: &Claimed, open: &OpenClaims) -> Self {
        let currency = claimed.currency;
        let interest = open.interest.as_ref().or(claimed.claims.interest.as_ref()).map(|claim| {
            let (collected, waived) = sums(claim.bookings(), currency);
            let settled = claim.settlements().iter().flat_map(|one| &one.periods).map(|one| period(one, true, currency));
            let accrued = claim.accrued().0.iter().map(|one| period(one, false, currency));
            Interest {
                table: claim.table().to_owned(),
                from: claim.first_day(),
                accrued_until: claim.accrued_until(),
                total: Amount::new(open.interest_minor.saturating_add(collected.minor).saturating_add(waived.minor), currency),
                collected,
                waived,
                open: Amount::new(open.interest_minor, currency),
                periods: settled.chain(accrued).collect(),
                missing: open.stopped.as_ref().and_then(missing),
            }
        });
        let compensation = claimed.claims.compensation.as_ref().map(|claim| {
            let (collected, waived) = sums(claim.bookings(), currency);
            let sum = claim.compensation();
            Compensation {
                fell_due_on: sum.fell_due_on,
                tier: Amount::new(sum.eur_minor, Currency::EUR),
                mid_rate: Zloty(sum.mid_rate.per_ten_thousand).into(),
                mid_rate_on: sum.mid_rate.on,
                total: Amount::new(sum.pln_minor, currency),
                collected,
                waived,
                open: Amount::new(open.compensation_minor, currency),
            }
        });
        let void = claimed.void.map(|void| match void {
            Void::Cancelled => Because::Cancelled,
            Void::NotOwed => Because::NotOwed,
            Void::Consumer => Because::Consumer,
        });
        let open = Amount::new(open.open_minor(), currency);
        Self { case: claimed.case.to_string(), number: claimed.number.clone(), interest, compensation, open, void }
    }

    /// Those of an invoice for who pays today.
    pub fn of(account: &Account, case: &CaseId, caller: &Caller) -> Option<Self> {
        let claimed = account.claim(case)?;
        Some(Self::new(claimed, &account.open_claims(case, &caller.settings, caller.today())))
    }

    /// All of an account that are open.
    pub fn open_of(account: &Account, caller: &Caller) -> Vec<Self> {
        let all = account.claims.iter().filter_map(|claimed| Self::of(account, &claimed.case, caller));
        all.filter(|claims| claims.open.minor > 0 || claims.interest.as_ref().is_some_and(|interest| interest.missing.is_some())).collect()
    }
}

impl InterestNote {
    fn new(case: &Case, note: &Note, until: NaiveDate) -> Self {
        let principal_minor = if case.closed.is_some() { 0 } else { case.open_minor() };
        let compensation_missing = match &note.compensation_stopped {
            Some(CompensationError::MissingMidRate { day }) => Some(MissingRate { table: "NBP table A, EUR".to_owned(), on: *day }),
            _ => None,
        };
        Self {
            until,
            principal: Amount::new(principal_minor, case.currency),
            interest_claimed: note.claimed.0,
            compensation_claimed: note.claimed.1,
            claims: SideClaims::new(&note.claims, &note.open),
            compensation_missing,
            compensation_excluded: note.compensation_stopped.as_ref().and_then(excluded),
            sum: Amount::new(principal_minor.saturating_add(note.open.open_minor()), case.currency),
        }
    }
}

/// The arithmetic of interest and compensation of an invoice up to a day, also where nothing is claimed yet.
/// It changes nothing.
#[utoipa::path(get, path = "/debtors/{debtor}/interest", tag = "claims", params(("debtor" = String, Path, description = "The debtor's id"), UpTo),
    responses((status = 200, body = InterestNote)))]
pub async fn interest_note(caller: Caller, Path(debtor): Path<String>, Params(up_to): Params<UpTo>) -> Result<Json<InterestNote>, Problem> {
    let id = case_id("case", up_to.case)?;
    let until = up_to.until.unwrap_or_else(|| caller.today());
    let account = caller.store.load(&debtor_in_path(&debtor)?, Some(&id)).await?.ok_or_else(|| Problem::not_found("debtor"))?;
    let Some(case) = account.case(&id) else {
        return Err(Problem::field("case", "is no invoice of this debtor", "an invoice of this debtor, source:id"));
    };
    let net = decide::net_open(&account).into_iter().find(|(open, _)| open.id == id).map_or_else(|| case.open_minor(), |(_, net)| net);
    let note = claimed::note(&account, case, net, &caller.settings, until);
    Ok(Json(InterestNote::new(case, &note, until)))
}

/// Lets a side claim go, for good; where nothing of it is open, nothing changes.
#[utoipa::path(post, path = "/debtors/{debtor}/claims/waive", tag = "claims", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Waiver, responses((status = 204, description = "Nothing of it is owed any more")))]
pub async fn waive_claim(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(waiver): Body<Waiver>,
) -> Result<StatusCode, Problem> {
    let case = case_id("case", waiver.case)?;
    let reason = waiver.reason.trim().to_owned();
    if !(1..=1_000).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "is empty or too long", "1 to 1,000 characters"));
    }
    done(&caller, &state, &debtor, Some(&case), &Command::WaiveClaim { case: case.clone(), claim: waiver.claim, reason }).await
}

/// Records money that came for one side claim. What comes for an invoice as a whole is a payment.
#[utoipa::path(post, path = "/debtors/{debtor}/claims/collect", tag = "claims", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Collection, responses((status = 204, description = "It is booked, now or before")))]
pub async fn collect_claim(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<Collection>,
) -> Result<StatusCode, Problem> {
    let case = case_id("case", new.case)?;
    if !(1..=200).contains(&new.payment_id.len()) {
        return Err(Problem::field("payment_id", "is empty or too long", "1 to 200 bytes"));
    }
    let paid_at = new.paid_at.unwrap_or(caller.now);
    if local_day(paid_at, caller.settings.zone) > caller.today() {
        return Err(Problem::field("paid_at", "lies in the future", "an instant up to now"));
    }
    let debtor = debtor_in_path(&debtor)?;
    let account = caller.store.load(&debtor, Some(&case)).await?.ok_or_else(|| Problem::not_found("debtor"))?;
    let Some(claimed) = account.claim(&case) else {
        return Err(Problem::field("claim", "is not claimed for this invoice", "interest or compensation that was claimed"));
    };
    let amount_minor = claimed.currency.minor(&new.amount).map_err(|error| Problem::field("amount", "is no amount", error.to_string()))?;
    if is_booked(&caller, &new.payment_id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let payment = format!("{MANUAL}:{}", new.payment_id);
    let on = local_day(paid_at, caller.settings.zone);
    let command = Command::CollectClaim { case: case.clone(), claim: new.claim, payment, amount_minor, on };
    let also = [Also::Booking { provider: MANUAL.to_owned(), id: new.payment_id.clone() }];
    match apply(&caller.store, &state.clock, &debtor, Some(&case), &command, &also, caller.setting()).await {
        Ok(Applied::Done(_)) => Ok(StatusCode::NO_CONTENT),
        Ok(Applied::NoAccount) => Err(Problem::not_found("debtor")),
        Ok(Applied::Refused(why)) => said(why, Some(&case)).map(|()| StatusCode::NO_CONTENT),
        // Somebody booked the same id in between; only then does trying again never end.
        Err(AppError::Busy) if is_booked(&caller, &new.payment_id).await? => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(error.into()),
    }
}
