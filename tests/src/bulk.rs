//! Many sleeping accounts, written without going through intake.

use upominek::domain::account::Account;
use upominek::domain::handle::{Command, handle};
use upominek::domain::ids::DebtorId;
use upominek::ports::store::Accounts;

use crate::facts;
use crate::world::World;

/// Stores `accounts` debtors with `cases` invoices each, all due far in the future.
pub async fn sleeping(world: &World, accounts: usize, cases: usize) {
    for number in 0..accounts {
        let mut chance = [7u8; 10];
        chance[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let debtor = DebtorId::from_chance(chance);
        let now = world.clock.time();
        let before = Account::new(world.settings.creditor.clone(), debtor, 0, now);
        let mut account = before.clone();
        let mut last = None;
        for case in 0..cases {
            let invoice = facts::invoice(&format!("z{number}-{case}"), "z", "2028-01-14", 10_000);
            let outcome = handle(&account, &Command::Invoice(Box::new(invoice)), &world.setting().context()).expect("an invoice");
            account = outcome.account.clone();
            last = Some(outcome);
        }
        let mut outcome = last.expect("at least one case");
        outcome.entries.clear();
        outcome.attention.clear();
        world.store.commit(&before, &outcome, &[], now).await.expect("a commit");
    }
}
