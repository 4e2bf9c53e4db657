//! What was decided of an invoice until now, or on one day.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::app::history::{Place, changes, on_day};
use upominek::domain::decide;
use upominek::domain::fact::InvoiceRef;
use upominek::domain::history::{Stood, Told};
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::ports::time_line::Before;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::decision::{Decision, day_en, day_pl};
use crate::dto::{Status, Text};
use crate::extract::Params;
use crate::find::{find, holder};
use crate::invoices::case_id;
use crate::page::{Cursors, Limit, List};
use crate::problem::Problem;

/// Of which invoice, and of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The source and its id of the invoice: `shopify:5312`.
    pub case: String,
    /// A business day up to today: only what stood on it, what stood at its end first. Without it all changes,
    /// the newest first.
    pub on: Option<NaiveDate>,
    /// `next` of the page before; not with `on`, which has one page.
    pub after: Option<String>,
    /// Rows of a page, 1 to 100; 50 if not said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
}

/// What stood about an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StoodKind)]
pub enum Kind {
    /// A decision.
    Decided,
    /// None: what was decided held no longer, and the next night decided anew.
    Undecided,
    /// The invoice was closed.
    Closed,
}

/// What was decided of an invoice, and from when on it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PastDecision {
    /// The first business day for which it stood.
    pub since_on: NaiveDate,
    /// When it was written down; it stood until the row before it.
    pub recorded_at: DateTime<Utc>,
    /// A decision, none, or the end of the invoice.
    pub stood: Kind,
    /// The same for a person.
    pub text: Text,
    /// `closed`: how the invoice ended.
    pub status: Option<Status>,
    /// `decided`: the decision. On a given day without `next_on`, which may have moved since it was decided.
    pub decision: Option<Decision>,
}

impl PastDecision {
    /// As it was written down.
    pub fn new(told: &Told) -> Self {
        let shown = Self::shown(told, None, None, ended(&told.stood));
        match &told.stood {
            Stood::Decided(decision) => {
                let decision = Decision::from(decision);
                Self { stood: Kind::Decided, text: decision.text.clone(), decision: Some(decision), ..shown }
            }
            Stood::Undecided => shown,
            Stood::Closed(how) => Self { stood: Kind::Closed, status: Some(Some(*how).into()), ..shown },
        }
    }

    /// As it stood on a day.
    pub fn on(told: &Told, day: NaiveDate) -> Self {
        let shown = Self::new(&Told { stood: without_next_day(&told.stood), ..told.clone() });
        match &told.stood {
            Stood::Decided(decide::Decision::Step { step, reminder, .. }) if told.since_on < day => {
                let text = Text::new(
                    format!(
                        "Krok „{step}” przypadł na {} (przypomnienie {reminder}); tego dnia nic więcej nie było do powiedzenia.",
                        day_pl(told.since_on)
                    ),
                    format!(
                        "Step “{step}” was taken on {} by reminder {reminder}; nothing more was due on this day.",
                        day_en(told.since_on)
                    ),
                );
                Self { text, ..shown }
            }
            Stood::Decided(_) | Stood::Undecided | Stood::Closed(_) => shown,
        }
    }

    fn shown(told: &Told, status: Option<Status>, decision: Option<Decision>, text: Text) -> Self {
        Self { since_on: told.since_on, recorded_at: told.at, stood: Kind::Undecided, text, status, decision }
    }
}

/// The day of the next step may have moved since; what stood says which step it was.
fn without_next_day(stood: &Stood) -> Stood {
    match stood {
        Stood::Decided(decide::Decision::Skip { reason, next_step, .. }) => {
            Stood::Decided(decide::Decision::Skip { reason: reason.clone(), next_step: next_step.clone(), next_on: None })
        }
        Stood::Decided(decide::Decision::Step { .. }) | Stood::Undecided | Stood::Closed(_) => stood.clone(),
    }
}

fn ended(stood: &Stood) -> Text {
    use upominek::domain::account::Closed;
    match stood {
        Stood::Closed(Closed::Paid) => Text::new("Faktura była zapłacona.", "The invoice was paid."),
        Stood::Closed(Closed::Cancelled) => Text::new("Źródło anulowało fakturę.", "The source had cancelled the invoice."),
        Stood::Closed(Closed::WrittenOff) => Text::new("Zespół spisał resztę faktury.", "The team had written off what was left."),
        Stood::Undecided | Stood::Decided(_) => undecided(),
    }
}

/// That nothing is decided until the next night.
pub fn undecided() -> Text {
    Text::new(
        "Wcześniejsza decyzja przestała obowiązywać; następna noc zdecyduje od nowa.",
        "What was decided holds no longer; the next night decides anew.",
    )
}

/// What was decided of an invoice: all changes, the newest first, or what stood on a day (`on`), what stood
/// at its end first. Empty where nothing was decided by then.
#[utoipa::path(get, path = "/invoices/decisions", tag = "invoices", params(Which), responses((status = 200, body = List<PastDecision>)))]
pub async fn decisions(caller: Caller, Params(query): Params<Which>) -> Result<Json<List<PastDecision>>, Problem> {
    let case = case_id("case", query.case)?;
    let found = find(&caller, &InvoiceRef::Case(case.clone()), None).await?.invoices.into_iter().next();
    let (_, known) = found.ok_or_else(|| Problem::not_found("invoice"))?;
    let holder = holder(&caller, &known, &case).await?.ok_or_else(|| Problem::not_found("invoice"))?.profile.debtor;
    if let Some(day) = query.on {
        return on(&caller, &case, &holder, day, query.after.is_some()).await;
    }
    let list = format!("decisions {case}");
    let cursors = Cursors::of(caller.store.creditor(), &list);
    let after = cursors.read(query.after.as_deref())?.and_then(|place| read_place(&place));
    let from = after.unwrap_or(Place { debtor: holder, before: Before::Now });
    let part = changes(&caller.store, &case, from, query.limit.unwrap_or_default().count(), caller.settings.zone).await?;
    Ok(Json(List { data: part.told.iter().map(PastDecision::new).collect(), next: cursors.write(part.next.as_ref().map(written)) }))
}

async fn on(caller: &Caller, case: &CaseId, holder: &DebtorId, day: NaiveDate, paged: bool) -> Result<Json<List<PastDecision>>, Problem> {
    if day > caller.today() {
        return Err(Problem::field("on", "has not come", format!("{} or earlier", caller.today())));
    }
    if paged {
        return Err(Problem::field("after", "does not go with a day", "either on or after"));
    }
    let told = on_day(&caller.store, case, holder, day, caller.settings.zone).await?;
    Ok(Json(List::whole(told.iter().map(|one| PastDecision::on(one, day)).collect())))
}

/// A place as a cursor carries it.
fn written(place: &Place) -> String {
    let debtor = &place.debtor;
    match &place.before {
        Before::Now => format!("{debtor}\nnow\n"),
        Before::Instant(at) => format!("{debtor}\nat\n{}", at.to_rfc3339()),
        Before::Place(place) => format!("{debtor}\nplace\n{place}"),
    }
}

fn read_place(text: &str) -> Option<Place> {
    let mut parts = text.splitn(3, '\n');
    let debtor = DebtorId::parse(parts.next()?).ok()?;
    let before = match (parts.next()?, parts.next()?) {
        ("at", at) => Before::Instant(at.parse().ok()?),
        ("place", place) => Before::Place(place.to_owned()),
        _ => Before::Now,
    };
    Some(Place { debtor, before })
}

#[cfg(test)]
mod tests {
    use upominek::domain::account::Closed;
    use upominek::domain::decide::SkipReason;
    use upominek::domain::money::Currency;
    use upominek::domain::policy::Channel;
    use upominek::domain::reminder::ReminderId;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told(stood: Stood) -> Told {
        Told { at: "2027-01-11T03:00:00Z".parse().unwrap(), since_on: day("2027-01-11"), stood }
    }

    #[test]
    fn a_place_comes_back_from_its_cursor() {
        let debtor = DebtorId::from_chance([1; 10]);
        let all = [Before::Now, Before::Instant("2027-01-11T03:00:00.123Z".parse().unwrap()), Before::Place("9#TIME#x#1".to_owned())];
        for before in all {
            let place = Place { debtor: debtor.clone(), before };
            assert_eq!(read_place(&written(&place)), Some(place));
        }
    }

    #[test]
    fn what_stood_on_a_day_names_no_day_that_may_have_moved() {
        let next_step = Some("due+7".to_owned());
        let skip = decide::Decision::Skip { reason: SkipReason::NotYet { planned_on: None }, next_step, next_on: Some(day("2027-01-21")) };
        let told = told(Stood::Decided(skip));
        let then = PastDecision::on(&told, day("2027-01-13"));
        assert!(!then.text.en.contains("21 January"), "{}", then.text.en);
        let decision = then.decision.unwrap();
        assert_eq!((decision.next_step.as_deref(), decision.next_on), (Some("due+7"), None));
        assert!(PastDecision::new(&told).text.pl.contains("21.01.2027"));
    }

    #[test]
    fn a_step_is_the_reason_for_silence_on_the_days_after_it() {
        let reminder = ReminderId::new(day("2027-01-11"), Channel::Email, Currency::PLN);
        let told = told(Stood::Decided(decide::Decision::Step { step: "due+1".to_owned(), reminder, facts: None }));
        assert!(PastDecision::on(&told, day("2027-01-11")).text.en.contains("goes with reminder"));
        let after = PastDecision::on(&told, day("2027-01-14")).text;
        assert!(after.en.contains("was taken on 11 January 2027") && after.pl.contains("11.01.2027"), "{after:?}");
    }

    #[test]
    fn a_closed_invoice_says_how_it_ended_and_nothing_decided_says_so() {
        for how in [Closed::Paid, Closed::Cancelled, Closed::WrittenOff] {
            let shown = PastDecision::new(&told(Stood::Closed(how)));
            assert_eq!((shown.stood, shown.status), (Kind::Closed, Some(Status::from(Some(how)))));
            assert_ne!(shown.text, undecided());
        }
        assert_eq!(PastDecision::new(&told(Stood::Undecided)).text, undecided());
    }
}
