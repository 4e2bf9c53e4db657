//! Never lost, never doubled: the function stops before and after every effect of the whole path,
//! the platform tries again, and the end is the same.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tests::counter::callback;
use tests::facts::{brings, case, day, invoice, pays};
use tests::fakes::Delivered;
use tests::tripwire::Side;
use tests::world::World;
use upominek::domain::account::{Account, Case, Hold};
use upominek::domain::approval::Approval;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::Fact;
use upominek::domain::handle::{Attention, Command, NewLegalStop, NewPlan, Word};
use upominek::domain::legal::{LegalEnd, LegalKind};
use upominek::domain::policy::{Channel, Shipped};
use upominek::domain::reminder::ReminderState;
use upominek::domain::stops::Party;
use upominek::ports::delivery::DeliveryFact;
use upominek::ports::store::{KeptBecause, Purpose};

/// Two debtors: an e-mail, then an SMS, then the money; one payment comes before its invoice.
async fn from_invoice_to_money(world: &World) {
    world.take(&pays("early", Some("FV/2"), 1_000)).await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.work().await;
    for day in ["2027-01-18", "2027-01-20"] {
        world.live_through(day).await;
    }
    world.take(&pays("late", Some("FV/1"), 12_300)).await;
    world.take(&pays("rest", Some("FV/2"), 4_000)).await;
    world.work().await;
    world.jump("2027-01-21T10:00:00Z");
    world.sweep().await;
}

pub(crate) async fn reminders_are_settled(world: &World, account: &Account, taken: &[Delivered], place: &str) {
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    for reminder in &account.reminders {
        let settled = matches!(
            reminder.state,
            ReminderState::Sent | ReminderState::Cancelled | ReminderState::Failed | ReminderState::Ambiguous | ReminderState::PresumedSent
        );
        assert!(settled, "{place}: {} is {:?}", reminder.id, reminder.state);
        let tag = format!("acme/{}/{}", account.profile.debtor, reminder.id);
        let calls = taken.iter().filter(|message| message.tag == tag).count();
        assert!(calls <= 1, "{place}: {} went {calls} times", reminder.id);
        if reminder.state == ReminderState::Ambiguous {
            let listed = waits.iter().any(|row| row.about == account.profile.debtor.as_str());
            assert!(listed, "{place}: the ambiguous {} is listed for a person", reminder.id);
        }
    }
}

async fn everybody_is_settled(world: &World, place: &str) {
    let taken = world.heard();
    for debtor in ["anna", "ola"] {
        let account = world.account(debtor).await;
        assert!(account.cases.is_empty(), "{place}: {debtor} is settled");
        assert!(account.credits.is_empty(), "{place}: nothing is booked twice for {debtor}");
        reminders_are_settled(world, &account, &taken, place).await;
    }
    let sms = taken.iter().filter(|message| message.subject.is_none()).count();
    assert!(sms <= 2, "{place}: {sms} SMS");
}

/// Two debtors: one address bounces and its step goes by SMS; one debtor pays by the page, gets a part
/// back, and the refund's callback comes before the payment's; a person holds, releases and books.
async fn at_the_counter(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.live_through("2027-01-18").await;
    world.jump("2027-01-19T10:00:00Z");
    for message in world.heard() {
        world.told(&message, &DeliveryFact::Went).await;
        let bounced = DeliveryFact::Bounced(vec!["ola@example.com".to_owned()]);
        if message.to == "ola@example.com" {
            world.told(&message, &bounced).await;
            world.told(&message, &bounced).await;
        }
    }
    world.work().await;
    world.sweep().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("odd", "up-nobody", "paid", 77)).await;
    world.call(b"{").await;
    world.call(&callback("paid", &reference, "refunded", 2_300)).await;
    world.call(&callback("paid", &reference, "paid", 12_300)).await;
    world.call(&callback("paid", &reference, "paid", 12_300)).await;
    let hold = Hold { reason: "they called".to_owned(), from: day("2027-01-19"), until: None };
    world.command("ola", &Command::Hold(None, hold), None).await;
    world.command("ola", &Command::Release(None, "they called".to_owned()), None).await;
    let Fact::Payment(fact) = pays("cash", Some("FV/2"), 5_000).fact else { unreachable!() };
    world.command("ola", &Command::Payment { fact, case: Some(case("2")), odd: None }, Some("cash")).await;
    // The refund that waited comes on the 20th; what it opens again is silent for that day.
    for later in ["2027-01-20T10:30:00Z", "2027-01-20T14:00:00Z", "2027-01-21T10:00:00Z", "2027-01-21T14:00:00Z", "2027-01-21T16:30:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

async fn the_till_is_right(world: &World, place: &str) {
    let taken = world.heard();
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    let open: Vec<i64> = anna.cases.iter().map(Case::open_minor).collect();
    assert_eq!(open, [2_300], "{place}: what went back is open again, once");
    assert!(ola.cases.is_empty() && ola.credits.is_empty() && anna.credits.is_empty(), "{place}: all else is settled");
    for account in [&anna, &ola] {
        reminders_are_settled(world, account, &taken, place).await;
    }
    let mut sms: Vec<&str> = taken.iter().filter(|message| message.subject.is_none()).map(|message| message.text.as_str()).collect();
    let all = sms.len();
    sms.sort_unstable();
    sms.dedup();
    assert_eq!(all, sms.len(), "{place}: an SMS went twice");
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    let odd = waits.iter().filter(|row| matches!(row.attention, Attention::OddPayment { .. })).count();
    assert_eq!(odd, 2, "{place}: the unknown reference and the unreadable callback are listed");
    let kept = world.store.kept_events(None, 100).await.unwrap().rows;
    let because: Vec<KeptBecause> = kept.iter().map(|kept| kept.because).collect();
    assert_eq!(because, [KeptBecause::Quarantine], "{place}: the unreadable one is kept, the early refund applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_before_or_after_any_effect_loses_and_doubles_nothing() {
    let effects =
        stopped_everywhere(|world| Box::pin(from_invoice_to_money(world)), |world, place| Box::pin(everybody_is_settled(world, place)), 1);
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 4, "both debtors hear twice");
    assert!(effects > 35, "the story has {effects} effects");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_at_the_counter_loses_and_doubles_no_money() {
    let effects = stopped_everywhere(|world| Box::pin(at_the_counter(world)), |world, place| Box::pin(the_till_is_right(world, place)), 2);
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 5, "two e-mails, an SMS for the one that bounced, a receipt, and one for what is open again");
    assert!(effects > 35, "the story has {effects} effects");
}

/// The policy changes between two messages, and all are planned anew.
async fn a_policy_changes(world: &World) {
    for number in 0..2 {
        world.take(&brings(invoice(&number.to_string(), &format!("debtor-{number}"), "2027-01-15", 1_000))).await;
    }
    world.live_through("2027-01-18").await;
    let firm = world.under(world.settings.with_policy(Shipped::Firm.policy()));
    assert!(firm.run(Purpose::Replan, None).await.is_complete());
    firm.live_through("2027-01-20").await;
}

async fn all_follow_the_new_one(world: &World, place: &str) {
    let taken = world.heard();
    for number in 0..2 {
        let account = world.account(&format!("debtor-{number}")).await;
        assert_eq!(account.cases[0].policy_version, 2, "{place}");
        reminders_are_settled(world, &account, &taken, place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_the_policy_changes_forgets_nobody() {
    let effects =
        stopped_everywhere(|world| Box::pin(a_policy_changes(world)), |world, place| Box::pin(all_follow_the_new_one(world, place)), 1);
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 4, "an e-mail and an SMS each");
    assert!(effects > 35, "the story has {effects} effects");
}

/// One debtor gets instalments and pays the first; another one is left alone, by the law and then while a
/// checkout is under way, which fails.
async fn stops_begin_and_end(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.live_through("2027-01-18").await;
    let instalments = vec![(day("2027-01-20"), 2_300), (day("2027-02-15"), 10_000)];
    let plan = NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: "by phone".to_owned() };
    world.command("anna", &Command::MakePlan(plan), None).await;
    let stop = NewLegalStop {
        kind: LegalKind::Objection,
        since: day("2027-01-18"),
        until: None,
        reason: "a letter".to_owned(),
        contacts: Vec::new(),
    };
    world.command("ola", &Command::LegalStop(stop), None).await;
    world.live_through("2027-01-20").await;
    world.take(&pays("first", Some("FV/1"), 2_300)).await;
    world.command("ola", &Command::EndLegalStop(LegalKind::Objection, LegalEnd::Lifted { reason: "answered".to_owned() }), None).await;
    let reference = world.checkout("ola", 5_000).await;
    world.call(&callback("slow", &reference, "pending", 5_000)).await;
    world.live_through("2027-01-21").await;
    world.call(&callback("slow", &reference, "declined", 5_000)).await;
    world.call(&callback("slow", &reference, "pending", 5_000)).await;
    world.live_through("2027-01-22").await;
}

async fn everybody_is_asked_for_what_is_due(world: &World, place: &str) {
    let taken = world.heard();
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    let plan = anna.profile.plans.first().unwrap_or_else(|| panic!("{place}: the plan stands"));
    assert_eq!((anna.profile.plans.len(), plan.instalments.len(), anna.profile.last_instalment), (1, 2, 2), "{place}: it was made once");
    assert_eq!(anna.cases[0].open_minor(), 10_000, "{place}");
    assert!(anna.cases[0].taken.iter().filter(|taken| taken.step == "plan-1/due").count() <= 1, "{place}");
    assert_eq!((ola.profile.legal_stops.len(), ola.cases[0].pending.as_ref()), (0, None), "{place}: nothing stops it any more");
    for account in [&anna, &ola] {
        reminders_are_settled(world, account, &taken, place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_of_the_machine_loses_and_doubles_no_stop_of_a_person() {
    let effects = stopped_everywhere(
        |world| Box::pin(stops_begin_and_end(world)),
        |world, place| Box::pin(everybody_is_asked_for_what_is_due(world, place)),
        1,
    );
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 4, "each hears twice");
    assert!(effects > 35, "the story has {effects} effects");
}

pub(crate) type Step<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;
/// Approval is required and the list is mailed: a line is approved, moved, skipped, taken back and approved.
async fn a_person_looks_at_the_list(world: &World) {
    for (id, customer) in [("1", "anna"), ("2", "ola"), ("3", "jan")] {
        world.take(&brings(invoice(id, customer, "2027-01-15", 5_000))).await;
    }
    let list_at = chrono::NaiveTime::from_hms_opt(17, 0, 0);
    let strict = world.under(Settings { approval: Approval::Required, list_at, run_cap: Some(10), ..world.settings.clone() });
    let said = |id: &str, on: &str, word| Command::Instruct { case: case(id), on: day(on), word };
    let approve = || Word::Approve { seen: None };
    strict.command("anna", &said("1", "2027-01-18", approve()), None).await;
    strict.live_through("2027-01-18").await;
    strict.jump("2027-01-18T20:30:00Z");
    strict.sweep().await;
    strict.sweep().await;
    strict.command("ola", &said("2", "2027-01-19", Word::By { channel: Channel::Sms }), None).await;
    strict.jump("2027-01-19T03:00:00Z");
    strict.night().await;
    strict.command("jan", &said("3", "2027-01-19", Word::Skip { note: "they called".to_owned() }), None).await;
    strict.command("jan", &Command::WithdrawInstruction { case: case("3"), on: day("2027-01-19") }, None).await;
    strict.command("jan", &said("3", "2027-01-19", approve()), None).await;
    strict.live_through("2027-01-19").await;
    for later in ["2027-01-19T20:30:00Z", "2027-01-19T21:30:00Z", "2027-01-19T22:00:00Z", "2027-01-19T22:45:00Z"] {
        strict.jump(later);
        strict.sweep().await;
    }
}

async fn what_was_said_of_the_list_counts(world: &World, place: &str) {
    let taken = world.heard();
    for debtor in ["anna", "ola", "jan"] {
        reminders_are_settled(world, &world.account(debtor).await, &taken, place).await;
    }
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    for list in ["2027-01-19", "2027-01-20"] {
        let mails = taken.iter().filter(|one| one.text.contains(&format!("/api/v1/list/{list}"))).count();
        let told = waits.iter().any(|row| matches!(&row.attention, Attention::ListNotMailed { on, .. } if *on == day(list)));
        assert!(mails == 1 || (mails == 0 && told), "{place}: the list of {list} was mailed {mails} times");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_around_the_list_of_tomorrow_loses_and_doubles_nothing() {
    let effects = stopped_everywhere(
        |world| Box::pin(a_person_looks_at_the_list(world)),
        |world, place| Box::pin(what_was_said_of_the_list_counts(world, place)),
        1,
    );
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 5, "an e-mail each to Anna and Jan, an SMS to Ola, two lists");
    assert!(effects > 50, "the story has {effects} effects");
}

/// Plays a story once without a stop, then once for each effect and side with a stop there. Returns
/// how many effects it has, and how many messages it sends undisturbed.
pub(crate) async fn stopped_everywhere(
    story: for<'w> fn(&'w World) -> Step<'w>,
    verify: for<'w> fn(&'w World, &'w str) -> Step<'w>,
    may_miss: usize,
) -> (usize, usize) {
    const START: &str = "2027-01-18T02:00:00Z";
    let world = World::new(START).await;
    story(&world).await;
    verify(&world, "without a stop").await;
    let undisturbed = world.heard().len();
    let (next, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(usize::MAX)));
    let workers = (0..2).map(|_| {
        let (next, end) = (next.clone(), end.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, SeqCst);
                let side = if number % 2 == 0 { Side::Before } else { Side::After };
                if number / 2 >= end.load(SeqCst) {
                    return;
                }
                let world = World::new(START).await;
                world.tripwire.stop_at(number / 2, side);
                story(&world).await;
                let Some(stopped) = world.tripwire.stopped() else {
                    end.fetch_min(number / 2, SeqCst);
                    return;
                };
                let place = format!("stopped at effect {} ({stopped})", number / 2);
                verify(&world, &place).await;
                let heard = world.heard().len();
                // A reminder whose sender stopped is ambiguous: it may be missing, and so may the one
                // that would have followed its bounce; never is there one more.
                assert!((undisturbed - may_miss..=undisturbed).contains(&heard), "{place}: {heard} messages");
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    (end.load(SeqCst), undisturbed)
}
