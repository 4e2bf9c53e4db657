//! Amounts by currency, written as decimal strings in major units: `PLN: "100.00"`.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::money::Currency;

/// Amounts by currency, minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts(pub BTreeMap<Currency, i64>);

impl Amounts {
    /// The amount in a currency, minor units; 0 where none is named.
    pub fn of(&self, currency: Currency) -> i64 {
        self.0.get(&currency).copied().unwrap_or(0)
    }

    /// Whether no currency is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Amounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(currency, minor)| (currency.code(), currency.decimal(*minor))))
    }
}

impl<'de> Deserialize<'de> for Amounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts: BTreeMap<String, String> = BTreeMap::deserialize(deserializer)?;
        let read = texts.into_iter().map(|(code, text)| {
            let currency = Currency::parse(&code).map_err(|error| Error::custom(format!("{code}: {error}")))?;
            let minor = currency.minor(&text).map_err(|error| Error::custom(format!("{code}: {error}")))?;
            if minor <= 0 {
                return Err(Error::custom(format!("{code}: amount must be more than 0")));
            }
            Ok((currency, minor))
        });
        read.collect::<Result<_, _>>().map(Self)
    }
}
