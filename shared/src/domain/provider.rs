//! The payment providers that are connected, as settings, paths and debtors know them.

use super::money::Currency;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// In settings and paths.
    pub name: &'static str,
    /// As a debtor reads it.
    pub label: &'static str,
    /// Whether its page has BLIK and fast transfers from the start, in złoty.
    pub blik: bool,
    /// The one currency that it takes, where there is only one.
    pub only: Option<Currency>,
}

impl Provider {
    const fn new(name: &'static str, label: &'static str, blik: bool) -> Self {
        Self { name, label, blik, only: None }
    }

    const fn in_zloty(self) -> Self {
        Self { only: Some(Currency::PLN), ..self }
    }

    /// Whether a debtor can pay in a currency there, as far as the provider itself says; what a contract leaves out is
    /// not known here.
    pub fn takes(&self, currency: Currency) -> bool {
        self.only.is_none_or(|only| only == currency)
    }

    /// Whether a debtor who pays in a currency finds BLIK and fast transfers there.
    pub fn has_blik(&self, currency: Currency) -> bool {
        self.blik && currency == Currency::PLN
    }
}

/// All of them.
pub const PROVIDERS: [Provider; 7] = [
    Provider::new("sandbox", "Sandbox", false),
    // What its page has is chosen in its dashboard.
    Provider::new("stripe", "Stripe", false),
    Provider::new("payu", "PayU", true),
    Provider::new("przelewy24", "Przelewy24", true),
    // As with Stripe.
    Provider::new("mollie", "Mollie", false),
    Provider::new("tpay", "Tpay", true).in_zloty(),
    Provider::new("paypal", "PayPal", false),
];

/// What may stand in a creditor's settings, in words.
pub const RULE: &str = "sandbox, stripe, payu, przelewy24, mollie, tpay or paypal, each once";

/// The provider of a name.
pub fn named(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

/// Names of providers as a debtor is shown them for a currency that they take: where BLIK and fast transfers exist
/// first, for that is how most pay, and otherwise in the creditor's order.
pub fn in_order<'a>(names: impl IntoIterator<Item = &'a str>, currency: Currency) -> Vec<&'a str> {
    let taken = |name: &&str| named(name).is_some_and(|provider| provider.takes(currency));
    let mut names: Vec<_> = names.into_iter().filter(taken).collect();
    names.sort_by_key(|name| !named(name).is_some_and(|provider| provider.has_blik(currency)));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_names_them_all() {
        for provider in PROVIDERS {
            assert!(RULE.contains(provider.name), "{}", provider.name);
        }
    }

    #[test]
    fn blik_and_fast_transfers_come_first_in_złoty_and_else_the_creditors_order_stays() {
        let names = ["stripe", "przelewy24", "sandbox", "payu"];
        assert_eq!(in_order(names, Currency::PLN), ["przelewy24", "payu", "stripe", "sandbox"]);
        assert_eq!(in_order(names, Currency::EUR), names);
    }

    #[test]
    fn who_takes_złoty_only_is_not_offered_for_euro() {
        assert_eq!(in_order(["paypal", "tpay"], Currency::PLN), ["tpay", "paypal"]);
        assert_eq!(in_order(["paypal", "tpay"], Currency::EUR), ["paypal"]);
    }
}
