"""What a debtor says on the pay page: by a form without script, kept, told to the team, and undone by it."""

import unittest
from datetime import timedelta
from urllib.parse import urljoin

from paying import door, press
from sending import issue
from stage import Creditor, now, stack, to_the_next_morning
from story_aws import LINK
from story_http import request

LABELS = ("prom", "rata", "said", "disp", "sms", "both", "wrong", "fake", "pair")


class Words(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("words")
        cls.people = {label: cls.creditor.debtor(label) for label in LABELS}
        overdue = (now().date() - timedelta(days=3)).isoformat()
        for label in LABELS:
            issue(cls.creditor, f"word-{label}", cls.people[label], due_on=overdue)
        issue(cls.creditor, "word-pair-2", cls.people["pair"], due_on=overdue)
        cls.links = {}
        for _ in range(7):
            to_the_next_morning()
            cls.links = cls.found_links()
            if set(cls.links) == set(LABELS):
                return
        raise AssertionError(f"only {sorted(cls.links)} were reminded within 7 days")

    @classmethod
    def found_links(cls):
        mails = stack().mailbox.all()
        found = {}
        for label, person in cls.people.items():
            texts = [text for *_, to, _, text in mails if to in (person["email"], person["phone"]) and LINK.search(text)]
            if texts:
                found[label] = LINK.findall(texts[-1])[-1]
        return found

    def say(self, label, what, **fields):
        """Sends a form of the page as a browser without script does, and follows where it leads."""
        link = self.links[label]
        answer = press(link, door(link, what) | fields)
        if answer.status == 303:
            answer = request("GET", urljoin(link, answer.headers["location"]))
        return answer

    def of(self, label):
        return self.creditor.find(f"word-{label}")

    def debtor(self, label):
        return self.creditor.api.get(f"/debtors/{self.of(label)['debtor']}")

    def time_line(self, label):
        return [one["what"] for one in self.creditor.api.all(f"/debtors/{self.of(label)['debtor']}/time-line")]

    def told(self, label, kind="debtor_said"):
        return [one["text"]["en"] for one in self.creditor.attention(kind) if one["about"] == self.of(label)["debtor"]]

    def heard(self, label):
        person = self.people[label]
        return [(to, text) for *_, to, _, text in stack().mailbox.all() if to in (person["email"], person["phone"])]

    def test_a_promise_is_taken_shown_and_told_once_however_often_it_is_sent(self):
        day = (now().date() + timedelta(days=10)).isoformat()
        for _ in range(3):
            page = self.say("prom", "promise", day=day)
            self.assertEqual(page.status, 200)
            self.assertIn("Dziękujemy, zapisane", page.text)
        self.assertIn("Zapłata obiecana do", request("GET", self.links["prom"]).text)
        promise = self.of("prom")["promise"]
        self.assertEqual((promise["pay_on"], promise["by"]), (day, "debtor"))
        self.assertEqual((self.time_line("prom").count("promised"), len(self.told("prom"))), (1, 1))

    def test_one_of_two_invoices_is_promised_and_the_other_one_told_as_paid(self):
        today = now().date()
        page = request("GET", self.links["pair"]).text
        self.assertEqual(page.count('name="of"><option value="">wszystkie faktury'), 2)
        said = self.say("pair", "promise", of="upominek:word-pair", day=(today + timedelta(days=5)).isoformat())
        self.assertIn("</strong>: FV/word-pair.", said.text)
        self.say("pair", "paid", of="upominek:word-pair-2", day=today.isoformat(), way="transfer")
        second = self.creditor.find("word-pair-2")
        self.assertIsNotNone(self.of("pair")["promise"])
        self.assertIsNone(self.of("pair")["payment_pending"])
        self.assertIsNone(second["promise"])
        self.assertIsNotNone(second["payment_pending"])
        told = " ".join(self.told("pair"))
        self.assertIn("for invoice upominek:word-pair by", told)
        self.assertIn("for invoice upominek:word-pair-2 on", told)
        for of in ("upominek:nobody", "x", "upominek:word-prom"):
            self.assertEqual(self.say("pair", "promise", of=of, day=today.isoformat()).status, 422, of)

    def test_a_day_that_cannot_be_promised_is_answered_with_those_that_can(self):
        today = now().date()
        for bad in ((today + timedelta(days=40)).isoformat(), (today - timedelta(days=1)).isoformat(), "", "soon", "9999-99-99"):
            with self.subTest(bad):
                page = self.say("fake", "promise", day=bad)
                self.assertEqual(page.status, 422)
                self.assertIn('role="alert"', page.text)
                self.assertIn("Prosimy podać dzień w tym zakresie", page.text)
        self.assertIsNone(self.of("fake")["promise"])

    def test_instalments_are_asked_for_once_and_a_plan_answers(self):
        page = self.say("rata", "instalments", parts="3", text="Pensja przychodzi dziesiątego")
        self.assertIn("Dziękujemy, prośba dotarła", page.text)
        request_ = self.debtor("rata")["instalment_request"]
        self.assertEqual((request_["parts"], request_["note"]), (3, "Pensja przychodzi dziesiątego"))
        self.assertEqual(self.of("rata")["last_decision"]["reason"], "instalments_asked")
        self.assertEqual(len(self.told("rata")), 1)
        self.assertNotIn('value="instalments"', request("GET", self.links["rata"]).text, "the door is closed")
        self.assertEqual(self.creditor.api.call("DELETE", f"/debtors/{self.of('rata')['debtor']}/instalment-request?reason=no%20instalments").status, 204)
        self.assertIn("instalments_answered", self.time_line("rata"))

    def test_i_have_paid_waits_for_the_money(self):
        page = self.say("said", "paid", day=now().date().isoformat(), way="card")
        self.assertIn("Poczekamy kilka dni na tę wpłatę", page.text)
        pending = self.of("said")["payment_pending"]
        self.assertEqual((pending["by"], pending["way"]), ("debtor", "card"))
        self.assertEqual(len(self.told("said")), 1)
        before = len(self.heard("said"))
        for _ in range(3):
            to_the_next_morning()
        self.assertEqual(len(self.heard("said")), before)

    def test_a_dispute_has_its_reason_and_words(self):
        self.assertEqual(self.say("disp", "dispute", text=" ").status, 422)
        page = self.say("disp", "dispute", reason="faulty", text="Dwie sztuki są <b>stłuczone</b>")
        self.assertIn("zastrzeżenie dotarło", page.text)
        dispute = self.of("disp")["dispute"]
        self.assertEqual((dispute["by"], dispute["reason"], dispute["note"]), ("debtor", "faulty", "Dwie sztuki są <b>stłuczone</b>"))
        self.assertIn(self.of("disp")["case"], [one["case"] for one in self.creditor.attention("disputed")])
        self.assertNotIn("stłuczone", request("GET", self.links["disp"]).text, "what one said is not read back to whoever has the link")

    def test_who_wants_no_sms_gets_none_and_the_team_may_undo_it(self):
        page = self.say("sms", "no_sms")
        self.assertIn("SMS-ów już nie wyślemy", page.text)
        self.assertEqual([one["channel"] for one in self.debtor("sms")["refusals"]], ["sms"])
        before = len(self.heard("sms"))
        for _ in range(6):
            to_the_next_morning()
        later = self.heard("sms")[before:]
        self.assertGreater(len(later), 0)
        self.assertEqual({to for to, _ in later}, {self.people["sms"]["email"]})
        debtor = self.of("sms")["debtor"]
        self.assertEqual(self.creditor.api.call("DELETE", f"/debtors/{debtor}/refusals/sms?reason=asked%20for%20it").status, 204)
        self.assertEqual(self.debtor("sms")["refusals"], [])
        self.assertEqual(self.creditor.api.call("PUT", f"/debtors/{debtor}/refusals/fax?reason=x").status, 422)

    def test_who_wants_neither_is_left_to_the_team(self):
        self.say("both", "no_sms")
        self.say("both", "no_email")
        before = len(self.heard("both"))
        for _ in range(4):
            to_the_next_morning()
        self.assertEqual(len(self.heard("both")), before)
        self.assertEqual(self.of("both")["last_decision"]["reason"], "unreachable")
        self.assertEqual(len(self.told("both")), 2)

    def test_the_wrong_person_is_written_to_no_more_and_reads_nothing_more(self):
        page = self.say("wrong", "wrong_person")
        self.assertEqual(page.status, 200)
        self.assertNotIn(self.people["wrong"]["name"], page.text)
        self.assertNotIn("FV/word-wrong", page.text)
        self.assertEqual(len(self.told("wrong", "legal_stop")), 1)
        before = len(self.heard("wrong"))
        for _ in range(4):
            to_the_next_morning()
        self.assertEqual(len(self.heard("wrong")), before)

    def test_a_form_that_this_page_did_not_make_says_nothing(self):
        link, before = self.links["fake"], stack().stored.count()
        forged = door(link, "no_sms")
        for fields in (forged | {"token": ""}, forged | {"token": "a" * 32}, forged | {"token": door(self.links["prom"], "no_sms")["token"]}):
            self.assertEqual(press(link, fields).status, 403)
        for fields in ({"do": "dispute", "case": "upominek:word-prom", "text": "x"}, {"do": "dispute", "case": "", "text": "x"}):
            with self.subTest(fields):
                self.assertEqual(press(link, forged | fields).status, 422)
        self.assertEqual(request("GET", f"{link}?do=no_sms&token={forged['token']}&done=no_sms").status, 200)
        self.assertEqual(stack().stored.count(), before)
        self.assertEqual(self.debtor("fake")["refusals"], [])
