"""What each day of the story brought, and how it is shown.

A page of the diary is taken from the API, as an operator would see it, and held against the mailbox
of the local AWS: what the product says it said, and what really went out, have to be the same.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import story_cast
from story_calendar import HOLIDAY
from story_cast import DEBTORS, TEAM, Invoice

INVOICES = tuple(one for one in vars(story_cast).values() if isinstance(one, Invoice) and one.debtor in DEBTORS)
BY_CASE = {invoice.case: invoice for invoice in INVOICES}
ORDER = [debtor.name for debtor in DEBTORS]
CHANNELS = {"email": "e-mail", "sms": "SMS", "task": "task"}


@dataclass(frozen=True)
class Heard:
    """A message, as the API tells it: to whom, how, and what about."""

    who: str
    channel: str
    state: str
    invoices: tuple
    steps: tuple
    subject: str
    text: str


@dataclass
class Page:
    """One day."""

    day: int
    arrived: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    # Receipts: they remind of nothing.
    thanked: list = field(default_factory=list)
    mails: list = field(default_factory=list)
    invoices: dict = field(default_factory=dict)
    paid: list = field(default_factory=list)
    holds: dict = field(default_factory=dict)
    away: bool = False

    def to(self, debtor):
        return [one for one in self.heard if one.who == debtor.name]

    def said(self, debtor, channel=None):
        """Steps that a debtor heard on this day."""
        return [step for one in self.to(debtor) for step in one.steps if channel in (None, one.channel)]


def write_page(play, page, before):
    """Fills in what the evening shows; `before` is the page of the day before."""
    api, day = play.api, play.calendar.date(page.day)
    names = {api.debtor_id(debtor): debtor.name for debtor in DEBTORS}
    page.mails = play.mailbox.new()
    reminders = api.reminders_of(day)
    with ThreadPoolExecutor(4) as pool:
        states = pool.map(api.invoice, INVOICES)
        messages = pool.map(api.message, reminders)
        page.invoices = {invoice.number: now for invoice, now in zip(INVOICES, states) if now}
    for reminder, message in zip(reminders, messages):
        numbers = tuple(BY_CASE[case].number for case, _ in reminder.lines)
        steps = tuple(dict.fromkeys(step for _, step in reminder.lines))
        one = Heard(names[reminder.debtor], reminder.channel, reminder.state, numbers, steps, *message)
        (page.thanked if reminder.service else page.heard).append(one)
    page.heard.sort(key=lambda one: ORDER.index(one.who))
    page.holds = {one["name"]: one["hold"]["until"] for one in api.all("/debtors") if one["hold"]}
    page.paid = list(_changes(page, before))


def _changes(page, before):
    """Invoices that more was paid of than the day before, or that ended."""
    for number, now in page.invoices.items():
        was = before.invoices.get(number) if before else None
        if now.status != "open" and (was is None or was.status == "open"):
            yield number, now.status
        elif now.paid != (was.paid if was else "0.00"):
            yield number, f"{now.paid} paid, {now.open} open"


def disagreement(page):
    """What the API and the mailbox of the local AWS tell differently, or `None`."""
    addresses = {("email", debtor.name): debtor.email for debtor in DEBTORS}
    addresses |= {("sms", debtor.name): debtor.phone for debtor in DEBTORS}
    sent = [one for one in page.heard + page.thanked if one.state == "sent"]
    told = Counter((_by(one.channel), TEAM if one.channel == "task" else addresses[one.channel, one.who]) for one in sent)
    came = Counter((channel, address) for _, channel, address, _, _ in page.mails)
    if told == came:
        return None
    return f"told, and not in the mailbox: {dict(told - came)}; in the mailbox, and not told: {dict(came - told)}"


def _by(channel):
    return "email" if channel == "task" else channel


def rows(page, calendar):
    """The day as rows of a table: what, who, and the rest."""
    for label, status in page.arrived:
        yield "came", None, f"{label}: {status}"
    for one in page.heard:
        note = "" if one.state == "sent" else f" ({one.state})"
        yield "heard", one.who, f"{CHANNELS[one.channel]}, {' '.join(one.steps)}: {', '.join(one.invoices)}{note}"
    for one in page.thanked:
        yield "thanked", one.who, f"{CHANNELS[one.channel]}, {one.subject or one.text}"
    for number, what in page.paid:
        yield "money", _debtor(number), f"{number} {what}"
    heard = {number for one in page.heard for number in one.invoices}
    silent = {}
    for number, now in page.invoices.items():
        if now.status == "open" and number not in heard:
            who = _debtor(number)
            silent.setdefault((who, why(now, page, page.holds.get(who), calendar)), []).append(number)
    for (who, reason), numbers in silent.items():
        yield "silent", who, f"{', '.join(numbers)}: {reason}"


def _debtor(number):
    return next(invoice.debtor.name for invoice in INVOICES if invoice.number == number)


def why(now, page, held_until, calendar):
    """Why an invoice hears nothing: a hold, or the last decision, and what it sleeps until."""
    if page.away and now.next_on == str(calendar.date(page.day)):
        return f"{now.next_step} is due today, and nobody decides it"
    following = f"next is {now.next_step} on {calendar.short(now.next_on)}" if now.next_step else "no step follows"
    if held_until and (now.next_on or "") > held_until:
        return f"on hold until {calendar.short(held_until)}; {following}"
    if now.decided == "skip" and now.why != "not_yet":
        return f"{now.why.replace('_', ' ')}; {following}"
    return f"not yet; {following}"


def show(page, calendar):
    """Prints the day as a table."""
    off = ", a public holiday" if page.day == HOLIDAY else ", a day off" * calendar.is_day_off(page.day)
    away = ", the evaluation is away" if page.away else ""
    print(f"\nday {page.day:<2} {calendar.name(page.day)}{off}{away}")
    table = list(rows(page, calendar))
    if not table:
        print("  nothing happened")
    width = max((len(who or "") for _, who, _ in table), default=0)
    last = None
    for what, who, rest in table:
        first = f"  {what if what != last else '':<7}"
        print(f"{first} {who:<{width}}  {rest}" if who else f"{first} {rest}")
        last = what
