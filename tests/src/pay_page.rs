//! The pay page as its function makes it, warm: the link, the account, the page.

use upominek::app::apply::find;
use upominek::app::fresh_link;
use upominek::app::link::token_hash;
use upominek::domain::message::page::{Offer, ProviderButton, pay_page};
use upominek::domain::message::page_facts::page_facts;
use upominek::domain::window::local_day;

use crate::world::World;

impl World {
    /// The newest pay link that a customer got.
    pub fn link_of(&self, customer: &str) -> String {
        let heard = self.heard();
        let mine = heard.iter().rev().find(|message| message.to.starts_with(customer)).expect("a message");
        let (_, rest) = mine.text.split_once("https://pay.example/p/").expect("a link");
        rest.chars().take_while(char::is_ascii_alphanumeric).collect()
    }

    /// Somebody asks for a fresh link for a customer, and presses again when it fails.
    pub async fn asks_for_a_link(&self, customer: &str) {
        let debtor = self.debtor(customer).await;
        self.at_least_once(|| fresh_link::ask(&self.store, &self.queue, &self.clock, &debtor, self.setting())).await;
    }

    /// The page behind a link.
    pub async fn page(&self, token: &str) -> String {
        let target = self.table.link(&token_hash(token)).await.expect("an answer").expect("a link");
        let account = find(&self.store, &target.debtor, None).await.expect("an answer").expect("an account");
        let facts = page_facts(&account, &self.settings, local_day(self.clock.time(), self.settings.zone), None);
        let buttons = [ProviderButton { id: "sandbox", label: None }];
        pay_page(&facts, &Offer { providers: &buttons, form_token: "t0ken", back: None, said: None }).expect("a page")
    }
}
