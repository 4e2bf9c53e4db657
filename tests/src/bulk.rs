//! Many accounts, or large ones, written without going through intake.

use upominek::domain::account::{Account, Case};
use upominek::domain::handle::{Command, Outcome, handle};
use upominek::domain::ids::DebtorId;
use upominek::ports::store::{Accounts, Also, Identity};

use crate::facts;
use crate::world::World;

fn filled(world: &World, before: &Account, cases: usize, name: &str, due_on: &str) -> Outcome {
    let invoice = facts::invoice("first", name, due_on, 10_000);
    let mut outcome = handle(before, &Command::Invoice(Box::new(invoice)), &world.setting().context()).expect("an invoice");
    let first = outcome.account.cases.remove(0);
    outcome.account.cases = (0..cases)
        .map(|case| Case { id: facts::case(&format!("{name}-{case}")), number: format!("FV/{name}-{case}"), ..first.clone() })
        .collect();
    outcome.entries.clear();
    outcome.attention.clear();
    outcome
}

/// Stores one debtor under a customer id with `cases` invoices.
pub async fn account(world: &World, customer: &str, cases: usize, due_on: &str) {
    let before = Account::new(world.settings.creditor.clone(), DebtorId::from_chance([9; 10]), 0, world.clock.time());
    let outcome = filled(world, &before, cases, customer, due_on);
    let also = [Also::Identities(vec![Identity::Customer(facts::source(), customer.to_owned())])];
    world.store.commit(&before, &outcome, &also, world.clock.time()).await.expect("a commit");
}

/// Stores `accounts` debtors with `cases` invoices each, all due far in the future.
pub async fn sleeping(world: &World, accounts: usize, cases: usize) {
    for number in 0..accounts {
        let mut chance = [7u8; 10];
        chance[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let before = Account::new(world.settings.creditor.clone(), DebtorId::from_chance(chance), 0, world.clock.time());
        let outcome = filled(world, &before, cases, &format!("z{number}"), "2028-01-14");
        world.store.commit(&before, &outcome, &[], world.clock.time()).await.expect("a commit");
    }
}
