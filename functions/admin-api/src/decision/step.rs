//! Why a case takes its step, for a person.

use upominek::domain::grounds::{DueKind, StepFacts, Way};
use upominek::domain::policy::Start;
use upominek::domain::reminder::ReminderId;

use super::say::{day_en, day_pl, lacks, much, way_en, way_pl};
use crate::dto::Text;

/// The step with what it rests on; a decision of an earlier version has its name alone.
pub fn taken(step: &str, reminder: &ReminderId, facts: Option<&StepFacts>) -> Text {
    let Some(facts) = facts else {
        return Text::new(
            format!("Krok „{step}” idzie w przypomnieniu {reminder}."),
            format!("Step “{step}” goes with reminder {reminder}."),
        );
    };
    let sum = much(facts.net_minor, reminder.currency);
    let (due, counted, way) = (due(facts), counted(facts), by_way(reminder, &facts.way));
    let (planned_pl, planned_en) = (day_pl(facts.planned_on), day_en(facts.planned_on));
    let (version, segment) = (facts.policy_version, segment(facts));
    let by_hand = match facts.sent_now {
        true => Text::new(" Zespół wysłał go, nie czekając na jego dzień.", " The team sent it without waiting for its day."),
        false => Text::new("", ""),
    };
    Text::new(
        format!(
            "Krok „{step}” idzie w przypomnieniu {reminder}; z tej faktury prosi o {}. {} Krok liczy się od {} i był planowany na {planned_pl}. Polityka w wersji {version}{}. {}{}",
            sum.pl, due.pl, counted.pl, segment.pl, way.pl, by_hand.pl
        ),
        format!(
            "Step “{step}” goes with reminder {reminder} and asks for {} of this invoice. {} The step counts from {} and was planned for {planned_en}. Version {version} of the policy{}. {}{}",
            sum.en, due.en, counted.en, segment.en, way.en, by_hand.en
        ),
    )
}

fn segment(facts: &StepFacts) -> Text {
    match &facts.segment {
        Some(segment) => Text::new(format!(", segment „{segment}”"), format!(", segment “{segment}”")),
        None => Text::new("", ""),
    }
}

/// Which day to pay by counts.
fn due(facts: &StepFacts) -> Text {
    let (pl, en) = (day_pl(facts.due_on), day_en(facts.due_on));
    match facts.due {
        DueKind::Printed => Text::new(format!("Termin zapłaty z faktury: {pl}."), format!("Due date as printed: {en}.")),
        DueKind::Extended => {
            Text::new(format!("Termin zapłaty przedłużony przez zespół: {pl}."), format!("Due date put off by the team: {en}."))
        }
        DueKind::Instalment => Text::new(format!("Dzień raty: {pl}."), format!("Day of the instalment: {en}.")),
    }
}

/// From which day the step counts.
fn counted(facts: &StepFacts) -> Text {
    let (pl, en) = (day_pl(facts.counted_from), day_en(facts.counted_from));
    match facts.anchor {
        Start::Due if facts.counted_from == facts.due_on => Text::new("tego dnia", "that day"),
        Start::Due => Text::new(format!("{pl}, bo tamten dzień jest wolny,"), format!("{en}, since that day is a day off,")),
        Start::Issued => Text::new(format!("dnia wystawienia ({pl})"), format!("the day of issue ({en})")),
        Start::Previous => Text::new(format!("poprzedniego kroku ({pl})"), format!("the step before ({en})")),
    }
}

/// Why by this channel.
fn by_way(reminder: &ReminderId, way: &Way) -> Text {
    let (pl, en) = (way_pl(reminder.channel), way_en(reminder.channel));
    match way {
        Way::First => Text::new(format!("Droga: {pl}, pierwsza z wymienionych w kroku."), format!("By {en}, the step's first choice.")),
        Way::Fallback(before) => {
            let why = lacks(before);
            Text::new(
                format!("Droga: {pl}, bo wcześniejsze odpadają: {}.", why.pl),
                format!("By {en}, since what comes before it cannot be used: {}.", why.en),
            )
        }
        Way::Chosen => {
            Text::new(format!("Droga: {pl}, wybrana przez zespół na ten dzień."), format!("By {en}, as the team chose for this day."))
        }
        Way::Joined => Text::new(
            format!("Droga: {pl}, bo idzie razem z ostrzejszym krokiem innej faktury."),
            format!("By {en}, since it goes together with a stricter step of another invoice."),
        ),
    }
}
