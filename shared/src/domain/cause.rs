//! What Upominek itself gives as a reason: why a reminder did not go or nobody knows whether it did, why an
//! address is blocked, why a rule settled something, why an invoice was re-planned, what does not fit of a payment.
//!
//! It is stored by its name, in the place where a person's own words may stand. Earlier versions stored an
//! English sentence instead; that is read as what it meant. Anything else stays as it was written.

/// A reason of Upominek's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Every line of the reminder was skipped or moved by a person. It was never asked to be sent.
    TakenOut,
    /// It awaited approval when its send window closed.
    NotApproved,
    /// It was not sent on its day, and is decided anew.
    NotSentOnItsDay,
    /// The invoice's due date was extended.
    DueDateExtended,
    /// A person passed over its step.
    StepSkipped,
    /// The debtor wants nothing this way any more.
    ChannelRefused,
    /// An invoice of it changed its debtor.
    DebtorChanged,
    /// The sender stopped before it wrote down the provider's answer.
    SenderStopped,
    /// Its day is over.
    DayIsOver,
    /// Nothing is left to say.
    NothingLeft,
    /// The law stops everything that would be written to the debtor.
    LawStops,
    /// Its text could not be made.
    NoText,
    /// There is no address to use.
    NoAddress,
    /// Nothing is sent to the address any more: it bounced or complained.
    AddressBlocked,
    /// The creditor is in trial and the address is not on its allow-list.
    NotOnAllowList,
    /// The team's own address bounced or complained.
    TeamAddressBlocked,
    /// The address bounced for good.
    Bounced,
    /// The reader complained.
    Complained,
    /// The provider rejected it after it had accepted it.
    RejectedAfterAll,
    /// The provider rejected it.
    Rejected,
    /// No request could be made of it.
    NotSendable,
    /// The provider refused the number or the text.
    NumberRefused,
    /// The number has opted out.
    OptedOut,
    /// The provider answered with an error of its own.
    ProviderFault,
    /// The provider did not answer.
    NoAnswer,
    /// The address or number is somebody else's.
    SomebodyElses,
    /// Settled by rule: paid in time for the invoice's discount.
    DiscountEarned,
    /// Settled by rule: a difference up to the policy's `write_off_up_to`.
    SmallDifference,
    /// A rule's settlement is undone: more is open of the invoice again.
    MoreIsOpen,
    /// Time-barred as a claim against a consumer when its debtor was merged into a company.
    TimeBarredConsumer,
    /// What a merge put on an invoice ended: its debtor is one of its own again.
    TwoAgain,
    /// The version of the policy by which the invoice was planned is not kept any more.
    PolicyVersionGone,
    /// Money: its currency is not the invoice's.
    CurrencyNotInvoices,
    /// Money: this account does not have the invoice that it names.
    NotItsInvoice,
    /// Money: its invoice was paid already.
    PaidAlready,
    /// Money: its currency is not the checkout's.
    CurrencyNotCheckouts,
    /// Money: its amount is not the checkout's.
    AmountNotCheckouts,
    /// Money: its reference is none of ours.
    UnknownReference,
    /// Money: it went back and is here again.
    CameAgain,
    /// Money may stand behind a provider's callback that cannot be read.
    UnreadableCallback,
    /// A step is a task for the team, and no words for the debtor.
    TaskForTeam,
    /// Only e-mail and SMS can be refused.
    NotRefusable,
}

/// How the sentence of an earlier version began that also said what could not be read of a callback.
const UNREADABLE: &str = "its callback cannot be read: ";

impl Cause {
    /// Each once.
    pub const ALL: [Cause; 42] = [
        Cause::TakenOut,
        Cause::NotApproved,
        Cause::NotSentOnItsDay,
        Cause::DueDateExtended,
        Cause::StepSkipped,
        Cause::ChannelRefused,
        Cause::DebtorChanged,
        Cause::SenderStopped,
        Cause::DayIsOver,
        Cause::NothingLeft,
        Cause::LawStops,
        Cause::NoText,
        Cause::NoAddress,
        Cause::AddressBlocked,
        Cause::NotOnAllowList,
        Cause::TeamAddressBlocked,
        Cause::Bounced,
        Cause::Complained,
        Cause::RejectedAfterAll,
        Cause::Rejected,
        Cause::NotSendable,
        Cause::NumberRefused,
        Cause::OptedOut,
        Cause::ProviderFault,
        Cause::NoAnswer,
        Cause::SomebodyElses,
        Cause::DiscountEarned,
        Cause::SmallDifference,
        Cause::MoreIsOpen,
        Cause::TimeBarredConsumer,
        Cause::TwoAgain,
        Cause::PolicyVersionGone,
        Cause::CurrencyNotInvoices,
        Cause::NotItsInvoice,
        Cause::PaidAlready,
        Cause::CurrencyNotCheckouts,
        Cause::AmountNotCheckouts,
        Cause::UnknownReference,
        Cause::CameAgain,
        Cause::UnreadableCallback,
        Cause::TaskForTeam,
        Cause::NotRefusable,
    ];

    /// Its name, as it is stored and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::TakenOut => "taken_out",
            Cause::NotApproved => "not_approved",
            Cause::NotSentOnItsDay => "not_sent_on_its_day",
            Cause::DueDateExtended => "due_date_extended",
            Cause::StepSkipped => "step_skipped",
            Cause::ChannelRefused => "channel_refused",
            Cause::DebtorChanged => "debtor_changed",
            Cause::SenderStopped => "sender_stopped",
            Cause::DayIsOver => "day_is_over",
            Cause::NothingLeft => "nothing_left",
            Cause::LawStops => "law_stops",
            Cause::NoText => "no_text",
            Cause::NoAddress => "no_address",
            Cause::AddressBlocked => "address_blocked",
            Cause::NotOnAllowList => "not_on_allow_list",
            Cause::TeamAddressBlocked => "team_address_blocked",
            Cause::Bounced => "bounced",
            Cause::Complained => "complained",
            Cause::RejectedAfterAll => "rejected_after_all",
            Cause::Rejected => "rejected",
            Cause::NotSendable => "not_sendable",
            Cause::NumberRefused => "number_refused",
            Cause::OptedOut => "opted_out",
            Cause::ProviderFault => "provider_fault",
            Cause::NoAnswer => "no_answer",
            Cause::SomebodyElses => "somebody_elses",
            Cause::DiscountEarned => "discount_earned",
            Cause::SmallDifference => "small_difference",
            Cause::MoreIsOpen => "more_is_open",
            Cause::TimeBarredConsumer => "time_barred_consumer",
            Cause::TwoAgain => "two_again",
            Cause::PolicyVersionGone => "policy_version_gone",
            Cause::CurrencyNotInvoices => "currency_not_the_invoices",
            Cause::NotItsInvoice => "not_its_invoice",
            Cause::PaidAlready => "paid_already",
            Cause::CurrencyNotCheckouts => "currency_not_the_checkouts",
            Cause::AmountNotCheckouts => "amount_not_the_checkouts",
            Cause::UnknownReference => "unknown_reference",
            Cause::CameAgain => "came_again",
            Cause::UnreadableCallback => "unreadable_callback",
            Cause::TaskForTeam => "task_for_team",
            Cause::NotRefusable => "not_refusable",
        }
    }

    /// Its name, to be stored.
    pub fn text(self) -> String {
        self.name().to_owned()
    }

    /// What a stored reason means, if Upominek itself gave it; by its name, or by the sentence of an earlier
    /// version.
    pub fn read(stored: &str) -> Option<Self> {
        if stored.starts_with(UNREADABLE) {
            return Some(Cause::UnreadableCallback);
        }
        Self::ALL.into_iter().find(|cause| cause.name() == stored || cause.sentences().contains(&stored))
    }

    /// What earlier versions stored for it.
    const fn sentences(self) -> &'static [&'static str] {
        match self {
            Cause::TakenOut => &["every line of it was skipped or moved"],
            Cause::NotApproved => &["awaiting approval when its send window closed; decided anew"],
            Cause::NotSentOnItsDay => &["not sent on its day; decided anew"],
            Cause::DueDateExtended => &["its due date was extended"],
            Cause::StepSkipped => &["its step was skipped"],
            Cause::ChannelRefused => &["the debtor wants nothing this way any more"],
            Cause::DebtorChanged => &["an invoice of it changed its debtor; decided anew"],
            Cause::SenderStopped => &["the sender stopped before it wrote down the provider's answer"],
            Cause::DayIsOver => &["its day is over"],
            Cause::NothingLeft => &["nothing is left to say"],
            Cause::NoText => &["its text could not be made; the log of this function names the template"],
            Cause::NoAddress => &["there is no address to use"],
            Cause::AddressBlocked => &["nothing is sent to this address any more: it bounced or complained", "it bounced or complained"],
            Cause::NotOnAllowList => &["the creditor is in trial and the address is not on its allow-list"],
            Cause::TeamAddressBlocked => &["the team's address bounced or complained: change team_email in the settings"],
            Cause::Bounced => &["the address bounced for good", "it bounced for good"],
            Cause::Complained => &["its reader complained"],
            Cause::RejectedAfterAll => &["the provider rejected it after all"],
            Cause::Rejected => &["SES rejected the message"],
            Cause::NotSendable => &["the message cannot be built"],
            Cause::NumberRefused => &["SNS refused the number or the text"],
            Cause::OptedOut => &["the number has opted out"],
            Cause::ProviderFault => &["SES answered with an error of its own", "SNS answered with an error of its own"],
            Cause::NoAnswer => &["SES did not answer", "SNS did not answer"],
            Cause::SomebodyElses => &["it belongs to somebody else"],
            Cause::DiscountEarned => &["paid in time for the invoice's discount"],
            Cause::SmallDifference => &["a difference up to the policy's write_off_up_to"],
            Cause::MoreIsOpen => &["more is open of the invoice again"],
            Cause::TimeBarredConsumer => &["time-barred as a claim against a consumer when its debtor was merged into a company"],
            Cause::CurrencyNotInvoices => &["its currency is not the invoice's"],
            Cause::NotItsInvoice => &["this account does not have the invoice that it names"],
            Cause::PaidAlready => &["its invoice was paid already: the same money told twice, or a second payment"],
            Cause::CurrencyNotCheckouts => &["its currency is not the checkout's"],
            Cause::AmountNotCheckouts => &["its amount is not the checkout's"],
            Cause::UnknownReference => &["its reference is none of ours"],
            Cause::TwoAgain
            | Cause::PolicyVersionGone
            | Cause::CameAgain
            | Cause::UnreadableCallback
            | Cause::TaskForTeam
            | Cause::NotRefusable
            | Cause::LawStops => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_by_its_name_and_by_what_earlier_versions_wrote() {
        for cause in Cause::ALL {
            assert_eq!(Cause::read(cause.name()), Some(cause));
            assert!(cause.sentences().iter().all(|sentence| Cause::read(sentence) == Some(cause)), "{cause:?}");
        }
        assert_eq!(Cause::read("its callback cannot be read: amount: is no number"), Some(Cause::UnreadableCallback));
        assert_eq!(Cause::read("they called"), None, "a person's words stay as they were written");
    }

    #[test]
    fn no_two_reasons_share_a_name_or_a_sentence() {
        let all = || Cause::ALL.into_iter().flat_map(|cause| cause.sentences().iter().copied().chain([cause.name()]));
        for text in all() {
            assert_eq!(all().filter(|other| *other == text).count(), 1, "{text}");
        }
    }
}
