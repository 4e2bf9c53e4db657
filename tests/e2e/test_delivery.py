"""Delivery: what SES tells afterwards about an e-mail, and what becomes of the reminder, its address and its step."""

import hashlib
import time
import unittest
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache

from routes import never_were
from sending import issue, send
from ses import DEAD, GREETING, QUEUE, Message, changed_by, envelope, put, quick_tries, rest, taken_from_the_dead, tell, waiting_in
from stage import PRIVATE, RUN, Creditor, now, private, private_number, stack, to_the_next_morning, travel
from town import MOST_MORNINGS

# A step a day, each by e-mail: what goes by SMS here goes there because the address does not work.
DAILY = {"id": "daily", "anchor": {"from": "due", "days": 1}, "channels": ["email", "sms"], "tone": "friendly", "repeat": {"every_days": 1, "times": 14}}
LADDER = {"name": "daily", "least_gap_days": 1, "steps": [DAILY]}
# Hours of UTC: all send windows of Warsaw are open, and stay so for some hours.
OFFICE_HOURS = range(8, 14)
# All of them are closed, and it is still the same day.
EVENING = 19


@dataclass
class Days:
    """The day on which everybody was reminded by e-mail and SES told what became of it, and two more such days.

    `calm` is the one to whom nothing happens. The other creditor has an `angry`, too, under the same address.
    """

    creditor: Creditor
    other: Creditor
    people: dict
    stranger: dict
    ids: dict = field(default_factory=dict)
    day: str = ""
    later: list = field(default_factory=list)
    heard: dict = field(default_factory=dict)
    touched: list = field(default_factory=list)

    def message(self, label, **other_tags):
        """The e-mail of the first day to a debtor."""
        tags = {"creditor": self.creditor.id, "debtor": self.ids[label], "reminder": f"{self.day}_email_PLN"}
        return Message(self.people[label]["email"], **tags | other_tags)

    def reminder(self, label, channel="email", day=None):
        """A reminder as the API shows it, or `None`."""
        answer = self.creditor.api.call("GET", f"/reminders/{self.ids[label]}/{day or self.day}_{channel}_PLN")
        return answer.json if answer.status == 200 else None

    def sent(self, label, day):
        """(channel, step) of what went to a debtor on a day."""
        found = [one for one in self.creditor.api.all("/reminders", day=day) if one["debtor"] == self.ids[label]]
        return [(one["channel"], one["step"]) for one in found if one["state"] == "sent"]

    def count(self, label, since, until):
        """How many e-mails and SMS came to a debtor's address and number between two moments."""
        person, came = self.people[label], self.heard[until] - self.heard[since]
        return came[person["email"]], came[person["phone"]]

    def listens(self, moment):
        self.heard[moment] = Counter(to.lower() for _, _, to, _, _ in stack().mailbox.all())


def days():
    made = _made()
    if isinstance(made, Exception):
        raise AssertionError("the days could not be made") from made
    return made


@cache
def _made():
    # A failure is remembered, too: the days would not be better the next time.
    try:
        return _make()
    except (Exception, SystemExit) as failure:  # noqa: BLE001 (whatever it was, it is raised again)
        return AssertionError(repr(failure))


def _make():
    it = _settle()
    _until(lambda: all(_reminded_today(it, label) for label in it.people), today=now().hour in OFFICE_HOURS)
    it.day = now().date().isoformat()
    it.listens("reminded")
    _tell_all(it)
    _a_while()
    it.listens("same day")
    _again(it)
    travel(datetime.combine(now().date(), datetime.min.time(), timezone.utc) + timedelta(hours=EVENING))
    it.listens("evening")
    tell(it.message("late").bounce())
    _a_while()
    it.listens("night")
    while len(it.later) < 2:
        _until(lambda: _reminded_today(it, "calm"))
        it.later.append(now().date().isoformat())
        it.listens(f"later {len(it.later)}")
    _fall_silent(it)
    return it


def _settle():
    labels = ("calm", "hard", "mute", "fwd", "late", "angry", "vague", "early")
    numbers = {label: private_number() for label in labels}
    creditor = _with_ladder(Creditor("dlv", allowed=numbers.values()))
    people = {label: creditor.debtor(label, phone=number) for label, number in numbers.items()}
    people["mute"]["phone"] = None
    other = _with_ladder(Creditor("obc", allowed=[people["angry"]["email"]]))
    stranger = {"angry": other.debtor("angry", phone=None, email=people["angry"]["email"]), "own": other.debtor("own", phone=None)}
    it = Days(creditor, other, people, stranger)
    overdue = (now().date() - timedelta(days=7)).isoformat()
    for owed, debtors in ((creditor, people), (other, stranger)):
        for label, person in debtors.items():
            issue(owed, f"inv-{label}", person, due_on=overdue)
    it.ids = {label: creditor.find(f"inv-{label}")["debtor"] for label in people}
    return it


def _with_ladder(creditor):
    answer = creditor.api.call("PUT", "/policy", LADDER)
    assert answer.status == 202, answer.text
    return creditor


def _reminded_today(it, label):
    return it.sent(label, now().date().isoformat())


def _until(happened, today=False):
    """On one of the next mornings, or, where that may be, a little later today."""
    for go in [_a_while] * today + [to_the_next_morning] * MOST_MORNINGS:
        go()
        if happened():
            return
    raise AssertionError(f"nobody was reminded within {MOST_MORNINGS} days")


def _a_while():
    travel(now() + timedelta(minutes=20))


def _tell_all(it):
    theirs = it.other.find("inv-own")["debtor"]
    forged = Message(it.stranger["own"]["email"], creditor=it.creditor.id, debtor=theirs, reminder=f"{it.day}_email_PLN")
    it.touched = [key for key in changed_by(forged.bounce(), forged.complaint(), forged.send()) if it.other.id in key[0]]
    elsewhere = private("an e-mail address", f"dalej@fwd-{RUN}.example")
    hard, angry = it.message("hard").bounce(), it.message("angry").complaint()
    tell(hard, hard, it.message("mute").bounce(), it.message("fwd").bounce(recipient=elsewhere), angry, angry)


def _again(it):
    """The events come once more, late; and the shop, which knows nothing of them, repeats the address."""
    tell(it.message("hard").send(), it.message("hard").bounce(), it.message("angry").complaint())
    person = it.people["hard"] | {"email": it.people["hard"]["email"].upper()}
    invoice = it.creditor.invoice("inv-hard", person, revision=2, due_on=it.creditor.find("inv-hard")["due_on"])
    answer = send(it.creditor, "invoice.updated", invoice)
    assert answer.status == 200, f"an invoice was answered {answer.status}: {answer.text}"
    private("an e-mail address", person["email"])
    rest()


def _fall_silent(it):
    """A reminder a day for everybody would only make the nights of other tests longer."""
    for creditor in (it.creditor, it.other):
        answer = creditor.api.call("PATCH", "/settings", {"hold": {"reason": "enough was said", "from": it.day}})
        assert answer.status == 200, f"a hold was answered {answer.status}: {answer.text}"


def write(label, **fields):
    """A reminder of the first day as a sender that stopped, or got no answer, leaves it.

    SES cannot be made silent here: so the table is told.
    """
    it, stored = days(), stack().stored
    key = (f"ACCOUNT#{it.creditor.id}#{it.ids[label]}", f"2#REMINDER#{it.day}_email_PLN")
    item = next(item for item in stored.items() if (item["PK"]["S"], item["SK"]["S"]) == key)
    item |= {name: {"NULL": True} for name in ("claim", "check_at", "message_id", "reason", "settled_at")}
    item |= {name: value if isinstance(value, dict) else {"S": value} for name, value in fields.items()}
    stored.dynamodb.put_item(TableName=stored.table, Item=item)


class Harmless(unittest.TestCase):
    """What tells nothing new changes nothing, however often and in whatever order it comes."""

    def setUp(self):
        self.days = days()

    def changes_nothing(self, *events):
        given_up = waiting_in(DEAD)
        self.assertEqual(changed_by(*events), [])
        self.assertEqual(waiting_in(DEAD), given_up)

    def test_sent_and_delivered_twice_and_out_of_order(self):
        calm = self.days.message("calm")
        self.assertEqual(self.days.reminder("calm")["state"], "sent")
        self.changes_nothing(calm.delivery(), calm.send(), calm.delivery(), calm.send())

    def test_a_soft_bounce_and_a_delay(self):
        calm = self.days.message("calm")
        kinds = (("Transient", "General"), ("Transient", "MailboxFull"), ("Undetermined", "Undetermined"))
        self.changes_nothing(*(calm.bounce(*kind) for kind in kinds), calm.delay(), calm.delay())

    def test_who_or_what_never_was(self):
        never = never_were() | {"creditor": f"nobody-{RUN}"}
        for name, label in (("creditor", "calm"), ("debtor", "calm"), ("reminder", "early")):
            with self.subTest(name):
                message = self.days.message(label, **{name: never[name]})
                self.changes_nothing(message.send(), message.bounce(), message.complaint())

    def test_tags_that_are_missing_or_cannot_be_ids(self):
        for name in ("creditor", "debtor", "reminder"):
            with self.subTest(name):
                odd = [self.days.message("calm", **{name: odd}).bounce() for odd in ("", "A#B", "ż", "x" * 300, "2031-02-30_email_PLN")]
                missing, empty, untagged = (self.days.message("calm").bounce() for _ in range(3))
                del missing["mail"]["tags"][name], untagged["mail"]["tags"]
                empty["mail"]["tags"][name] = []
                self.changes_nothing(*odd, missing, empty, untagged)

    def test_a_text_that_is_no_event_is_taken_off_the_queue(self):
        self.changes_nothing(GREETING, "", "{", "[]", "null", '{"eventType": "Bounce"}')

    def test_an_event_of_a_kind_that_is_new(self):
        calm = self.days.message("calm")
        self.changes_nothing(calm.event("Open", open={}), calm.event("Telepathy"))


class Bounced(unittest.TestCase):
    """Who cannot be reached at an address for good hears the same step another way, once, and the address rests."""

    def setUp(self):
        self.days = days()

    def test_the_reminder_failed_with_a_reason_that_names_nobody(self):
        for label in ("hard", "mute", "late"):
            with self.subTest(label):
                reminder = self.days.reminder(label)
                self.assertEqual(reminder["state"], "failed")
                self.assertIn("bounced", reminder["reason"])
                self.assertNotIn("@", reminder["reason"])
                self.assertIn("adres nie działa", reminder["reason_text"]["pl"])

    def test_the_same_step_goes_by_sms_on_the_same_day_and_once(self):
        """Although the event comes three times, the last time after the SMS went."""
        failed, instead = self.days.reminder("hard"), self.days.reminder("hard", "sms")
        self.assertEqual((instead["state"], instead["step"], instead["lines"]), ("sent", failed["step"], failed["lines"]))
        self.assertEqual(self.days.count("hard", "reminded", "same day"), (0, 1))
        self.assertEqual(self.days.count("hard", "same day", "night"), (0, 0))

    def test_after_the_window_the_same_step_goes_by_sms_when_it_opens_next(self):
        self.assertEqual(self.days.count("late", "evening", "night"), (0, 0))
        self.assertEqual(self.days.sent("late", self.days.later[0]), [("sms", self.days.reminder("late")["step"])])
        self.assertEqual(self.days.count("late", "night", "later 1"), (0, 1))

    def test_the_address_rests_in_the_following_days(self):
        """Also when the shop says it again, in other letters; who has a good address heard an e-mail each day."""
        self.assertEqual(self.days.count("calm", "night", "later 2"), (2, 0))
        for label, sms in (("hard", 2), ("late", 2)):
            with self.subTest(label):
                self.assertEqual(self.days.count(label, "night", "later 2"), (0, sms))

    def test_the_address_rests_although_the_server_behind_it_named_another(self):
        """Mail that is forwarded bounces under the name of the box that it was forwarded to."""
        self.assertEqual(self.days.reminder("fwd")["state"], "failed")
        heard = [self.days.count("fwd", since, until) for since, until in (("reminded", "night"), ("night", "later 2"))]
        self.assertEqual(heard, [(0, 1), (0, 2)])

    def test_who_has_no_phone_is_listed_for_a_person(self):
        listed = [one["about"] for one in self.days.creditor.attention("unreachable")]
        self.assertEqual(listed, [self.days.ids["mute"]])
        self.assertEqual(self.days.count("mute", "reminded", "later 2")[0], 0)

    def test_the_failed_reminder_is_listed_once(self):
        listed = [one["reminder"] for one in self.days.creditor.attention("reminder") if one["about"] == self.days.ids["mute"]]
        self.assertEqual(listed, [f"{self.days.day}_email_PLN"])


class Complained(unittest.TestCase):
    """Who complained has read it: the step is taken, and the address gets nothing more."""

    def setUp(self):
        self.days = days()

    def test_the_step_stays_taken(self):
        reminder = self.days.reminder("angry")
        self.assertEqual((reminder["state"], reminder["reason"]), ("sent", None))
        self.assertIsNone(self.days.reminder("angry", "sms"))
        self.assertEqual(self.days.count("angry", "reminded", "night"), (0, 0))

    def test_later_steps_go_by_sms(self):
        first, *later = ("daily", "daily.2", "daily.3")
        self.assertEqual(self.days.reminder("angry")["step"], first)
        for day, step in zip(self.days.later, later):
            self.assertEqual(self.days.sent("angry", day), [("sms", step)])

    def test_the_address_gets_nothing_more_from_this_creditor(self):
        texts = [text for _, _, to, _, text in stack().mailbox.all() if to == self.days.people["angry"]["email"]]
        self.assertEqual(sum(self.days.creditor.name in text for text in texts), 1)


class Apart(unittest.TestCase):
    """An event speaks for one creditor."""

    def setUp(self):
        self.days = days()

    def test_an_id_of_another_creditor_means_nothing(self):
        self.assertEqual(self.days.touched, [])

    def test_another_creditor_still_writes_to_its_own_debtors(self):
        """Also to an address at which somebody complained about the first one."""
        for label in self.days.stranger:
            debtor = self.days.other.find(f"inv-{label}")["debtor"]
            for day in (self.days.day, *self.days.later):
                with self.subTest(label, day=day):
                    found = [one for one in self.days.other.api.all("/reminders", day=day) if one["debtor"] == debtor]
                    self.assertEqual([(one["channel"], one["state"]) for one in found], [("email", "sent")])
        self.assertEqual(self.days.count("angry", "night", "later 2")[0], 2)
        self.assertEqual(self.days.other.api.attention(), [])


class Evidence(unittest.TestCase):
    """Where nobody knows whether it went, SES does."""

    def setUp(self):
        self.days = days()

    def test_sent_or_delivered_settles_an_ambiguous_reminder(self):
        message = self.days.message("vague")
        for event in (message.send(), message.delivery()):
            with self.subTest(event["eventType"]):
                write("vague", state="ambiguous", reason="SES did not answer")
                self.assertEqual(self.days.reminder("vague")["state"], "ambiguous")
                tell(event, event)
                reminder = self.days.reminder("vague")
                self.assertEqual((reminder["state"], reminder["reason"], reminder["check_at"]), ("sent", None, None))
                self.assertEqual(reminder["message_id"], message.id)
                self.assertIsNotNone(reminder["settled_at"])

    def test_a_delay_settles_nothing(self):
        write("vague", state="ambiguous", reason="SES did not answer")
        self.assertEqual(changed_by(self.days.message("vague").delay()), [])

    def test_another_creditors_event_settles_nothing(self):
        write("vague", state="ambiguous", reason="SES did not answer")
        self.assertEqual(changed_by(self.days.message("vague", creditor=self.days.other.id).send()), [])

    def test_what_comes_before_the_senders_lease_ends_is_not_lost(self):
        """A sender stopped between SES's answer and its own note; SES tells within seconds, once."""
        until = now() + timedelta(minutes=10)
        partition = hashlib.sha256(self.days.ids["early"].encode()).digest()[0] % 8
        claim = {"M": {"token": {"S": "a" * 16}, "until": {"S": f"{until:%Y-%m-%dT%H:%M:%SZ}"}}}
        agenda = {"agenda_pk": {"S": f"RELEASE#{partition}"}, "agenda_sk": {"S": f"{until:%Y-%m-%dT%H:%M:%S.000Z}"}}
        write("early", state="claimed", claim=claim, check_at=claim["M"]["until"], **agenda)
        tell(self.days.message("early").send(), self.days.message("early").delivery())
        travel(until + timedelta(minutes=20))
        self.assertEqual(self.days.reminder("early")["state"], "sent")


class Unreadable(unittest.TestCase):
    """What is no notification of the topic goes to the dead-letter queue, and takes nothing else with it."""

    def test_it_is_given_up_after_its_tries_and_the_rest_of_its_batch_is_handled(self):
        it, torn = days(), f'{{"Type": "Notification", "MessageId": "torn-{RUN}'
        write("vague", state="ambiguous", reason="SES did not answer")
        message, nobody = it.message("vague"), it.message("calm", creditor=f"nobody-{RUN}")
        with quick_tries():
            put(torn, envelope(GREETING), envelope(nobody.bounce()), envelope("{"), envelope(message.send()))
            self.wait_for(lambda: it.reminder("vague")["state"] == "sent", "the last of the batch was handled")
            self.wait_for(lambda: waiting_in(QUEUE) == 0, "the torn one was given up")
        self.assertEqual(taken_from_the_dead(f"-{RUN}"), [torn])

    def wait_for(self, happened, what, patience=20):
        deadline = time.monotonic() + patience
        while not happened():
            self.assertLess(time.monotonic(), deadline, f"within {patience} s: {what}")
            time.sleep(0.1)


class Silent(unittest.TestCase):
    """SES's events are full of addresses; the log tells what happened to which id."""

    def test_the_log_tells_ids_and_no_address(self):
        it = days()
        lines = [line for group, line in stack().log_lines() if group.endswith(QUEUE)]
        told = [line for line in lines if it.creditor.id in line]
        for label, what in (("hard", "bounced"), ("angry", "complained")):
            self.assertTrue(any(it.ids[label] in line and what in line for line in told), f"no line tells that {label} {what}")
        found = {f"{what}: {line[:200]}" for line in lines for secret, what in PRIVATE.items() if secret in line}
        self.assertEqual(sorted(found), [])


if __name__ == "__main__":
    unittest.main()
