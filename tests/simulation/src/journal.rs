//! What really happened, in the order in which it was committed: the observer reads nothing else.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, NaiveDate, Utc};
use upominek::domain::handle::Entry;
use upominek::domain::ids::DebtorId;
use upominek::domain::reminder::{Line, ReminderId};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A commit of an account begins: what follows up to `Committed` belongs to it.
    Told {
        /// What its time line says.
        entries: Vec<Entry>,
        /// The last night of the account.
        as_of: Option<NaiveDate>,
    },
    /// A commit of an account is told.
    Committed {
        /// Whose.
        debtor: DebtorId,
    },
    /// An event of a source was applied.
    Applied {
        /// Its id.
        event_id: String,
        /// To whom.
        debtor: DebtorId,
    },
    /// A person's command, by its number in the script, was committed.
    Commanded {
        /// Which.
        number: usize,
        /// Whose account.
        debtor: DebtorId,
    },
    /// A night was committed for an account.
    Evaluated {
        /// Whose.
        debtor: DebtorId,
        /// The business day.
        as_of: NaiveDate,
    },
    /// A sender claimed a reminder.
    Claimed {
        /// To whom.
        debtor: DebtorId,
        /// Which.
        reminder: ReminderId,
        /// What it was to say, each with the version of the policy by which its case is planned.
        lines: Vec<(Line, u32)>,
    },
    /// A reminder was cancelled or failed, and its steps fell free.
    Unsaid {
        /// To whom.
        debtor: DebtorId,
        /// Which.
        reminder: ReminderId,
    },
    /// A provider accepted a message.
    Accepted(Message),
}

/// A message that a provider accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// To which debtor.
    pub debtor: DebtorId,
    /// Which reminder.
    pub reminder: ReminderId,
    /// Recipient.
    pub to: String,
    /// Subject, for an e-mail.
    pub subject: Option<String>,
    /// Text.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The journal of a world.
#[derive(Debug, Clone, Default)]
pub struct Journal(Rc<RefCell<Vec<Happened>>>);

impl Journal {
    /// Writes down.
    pub fn write(&self, happened: Happened) {
        self.0.borrow_mut().push(happened);
    }

    /// What was written since the last look.
    pub fn take(&self) -> Vec<Happened> {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}
