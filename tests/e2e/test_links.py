"""Links: one debtor's shows one debtor's, and one that does not work shows nothing about anyone."""

import hashlib
import unittest
from datetime import timedelta
from urllib.parse import quote, urljoin

from paying import form_of, press
from sending import issue
from stage import Creditor, now, past_what_is_remembered, stack, to_the_next_morning, travel
from story_aws import LINK
from story_http import request
from story_payer import forms
from story_scenes import names
from town import REACHABLE, town

# Not the page's own: they tell one answer from the next.
PASSING = ("apigw-requestid", "date")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def answer_of(answer):
    """All of an answer that a reader could tell from another one."""
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return answer.status, headers, answer.body


def at(token, query=""):
    return f"{stack().url}/p/{quote(token)}{query}"


class OneDebtor(unittest.TestCase):
    """A debtor's link reaches this debtor and nobody else."""

    def setUp(self):
        self.sides = town()

    def test_a_page_shows_its_own_debtor_and_amount(self):
        for side in self.sides:
            for label in sorted(REACHABLE):
                with self.subTest(side.label, debtor=label):
                    page = request("GET", side.links[label])
                    self.assertEqual(page.status, 200)
                    self.assertIn(side.people[label]["name"], page.text)
                    self.assertIn(side.creditor.name, page.text)
                    self.assertIn(f"FV/inv-{label}", page.text)

    def test_a_page_shows_nothing_of_any_other_debtor(self):
        for side in self.sides:
            for label in sorted(REACHABLE):
                with self.subTest(side.label, debtor=label):
                    text = request("GET", side.links[label]).text
                    for other in self.sides:
                        strangers = [name for name in other.people if other is not side or name != label]
                        for secret in other.private(*strangers):
                            self.assertNotIn(secret, text)
                        for name in strangers:
                            self.assertFalse(names(text, other.amounts[name]), f"the amount of {name} of {other.label}")

    def test_a_page_does_not_even_show_addresses_of_its_own_debtor(self):
        """A link can be passed on: it shows what is owed, and no e-mail address or number of who owes it."""
        side = self.sides[0]
        text = request("GET", side.links["anna"]).text
        for what in ("email", "phone"):
            self.assertNotIn(side.people["anna"][what].removeprefix("+48"), text.replace(" ", ""))

    def test_a_form_of_one_page_does_not_pay_at_another(self):
        lip, dab = self.sides
        for target in (lip.links["beata"], dab.links["anna"]):
            before = stack().stored.count()
            answer = press(target, form_of(lip.links["anna"]))
            self.assertEqual(answer.status, 403)
            self.assertNotIn(lip.people["anna"]["name"], answer.text)
            self.assertEqual(stack().stored.count(), before)

    def test_a_form_with_another_amount_currency_or_provider_starts_no_payment(self):
        link = self.sides[1].links["beata"]
        before = stack().stored.count()
        for changed in ({"amount_minor": "1"}, {"amount_minor": "-1"}, {"currency": "EUR"}, {"currency": "x"}, {"provider": "nobody"}):
            with self.subTest(changed):
                self.assertEqual(press(link, form_of(link) | changed).status, 409)
        for changed in ({"token": ""}, {"token": "a" * 32}):
            with self.subTest(changed):
                self.assertEqual(press(link, form_of(link) | changed).status, 403)
        self.assertEqual(stack().stored.count(), before)

    def test_opening_a_page_changes_nothing(self):
        before = stack().stored.items()
        for side in self.sides:
            for link in side.links.values():
                request("GET", link)
        changed = [item["PK"]["S"] for item in stack().stored.items() if item not in before]
        self.assertEqual((changed, stack().stored.count()), ([], len(before)))

    def test_the_table_holds_no_link(self):
        """But for the sandbox's own memory: a provider has to know where to lead back to."""
        tokens = [link.rsplit("/", 1)[1] for side in self.sides for link in side.links.values()]
        self.assertEqual([key for key in stack().holding(tokens) if "SANDBOX" not in key], [])


class Gone(unittest.TestCase):
    """An unknown or tampered link is one kind page that shows nothing about anyone."""

    def setUp(self):
        self.sides = town()
        self.unknown = request("GET", at("a" * 16))

    def the_same_page_for(self, link):
        self.assertEqual(answer_of(request("GET", link)), answer_of(self.unknown))
        self.assertEqual(answer_of(press(link, {"provider": "sandbox"})), answer_of(self.unknown))

    def test_the_page_is_kind_and_shows_nothing_about_anyone(self):
        self.assertEqual(self.unknown.status, 404)
        self.assertIn("Ten link już nie działa", self.unknown.text)
        foreign = request("GET", at("a" * 16), {"accept-language": "fr,de;q=0.8,en;q=0.5"})
        self.assertIn('<html lang="de">', foreign.text)
        self.assertIn("This link no longer works", request("GET", at("a" * 16, "?lang=en")).text)
        for side in self.sides:
            for secret in (*side.private(), side.creditor.name, side.creditor.id, side.creditor.contact):
                self.assertNotIn(secret, self.unknown.text)

    def test_an_unknown_or_tampered_link(self):
        token = self.sides[0].links["anna"].rsplit("/", 1)[1]
        changed = LETTERS[(LETTERS.index(token[7]) + 1) % 32]
        tampered = [token[:7] + changed + token[8:], token[:-1], token + "a", token.upper(), token[::-1], "b" * 16]
        odd = ["x", "ż" * 16, "a" * 2000, "' or 1=1 --", "<script>", "..", "%2e%2e", "\u202e" + token, token + "?", "a b", "#"]
        for text in tampered + odd:
            with self.subTest(text[:20]):
                self.the_same_page_for(at(text))

    def test_the_language_changes_words_and_nothing_else(self):
        token = self.sides[0].links["celina"].rsplit("/", 1)[1]
        english = answer_of(request("GET", at("a" * 16, "?lang=en")))
        self.assertEqual(answer_of(request("GET", at(token[:-1], "?lang=en"))), english)
        self.assertIn('lang="en"', english[2].decode())


class Over(unittest.TestCase):
    """An expired or revoked link shows nothing about anyone, and has a fresh one sent to the address on file."""

    def setUp(self):
        self.sides = town()

    def shows_nobody(self, page):
        self.assertEqual(page.status, 410)
        self.assertIn("Ten link już nie działa", page.text)
        for side in self.sides:
            for secret in (*side.private(), side.creditor.name, side.creditor.id, side.creditor.contact):
                self.assertNotIn(secret, page.text)

    def test_a_link_whose_days_are_over(self):
        side = self.sides[0]
        with _changed(side.links["celina"], works_until="2026-01-01T00:00:00Z"):
            self.shows_nobody(request("GET", side.links["celina"]))
        self.assertEqual(request("GET", side.links["celina"]).status, 200)

    def test_an_expired_link_by_the_clock_of_the_stack(self):
        side = self.sides[1]
        soon = now() + timedelta(seconds=30)
        with _changed(side.links["celina"], works_until=soon.strftime("%Y-%m-%dT%H:%M:%SZ")):
            self.assertEqual(request("GET", side.links["celina"]).status, 200)
            past_what_is_remembered()
            self.shows_nobody(request("GET", side.links["celina"]))

    def test_a_press_has_one_fresh_link_sent_to_the_address_on_file_and_it_works(self):
        side = self.sides[0]
        number, old = side.people["celina"]["phone"], side.links["celina"]
        with _changed(old, works_until="2026-01-01T00:00:00Z"):
            fields = dict(forms(request("GET", old).text)[0].fields) | {"do": "fresh"}
            before = _sent_to(number)
            for _ in range(3):
                request("GET", old)
                self.assertEqual(press(old, fields | {"token": "a" * 32}).status, 410)
            self.assertEqual(_sent_to(number), before, "looking, and a forged form, send nothing")
            answers = [press(old, fields) for _ in range(2)]
            said = [(answer.status, answer.headers["location"]) for answer in answers]
            self.assertEqual(said[0], said[1])
            self.assertEqual(said[0][0], 303)
            asked = request("GET", urljoin(old, said[0][1]))
            self.assertEqual(asked.status, 410)
            self.assertIn("Prośba przyjęta", asked.text)
            for secret in (*side.private(), side.creditor.name):
                self.assertNotIn(secret, asked.text)
            travel(now() + timedelta(minutes=1))
            sent = _sent_to(number)
        self.assertEqual(len(sent), len(before) + 1, "two presses, one message")
        fresh = LINK.findall(sent[-1])[-1]
        self.assertNotEqual(fresh, old)
        page = request("GET", fresh)
        self.assertEqual(page.status, 200)
        self.assertIn("FV/inv-celina", page.text)
        told = [one["what"] for one in side.creditor.api.all(f"/debtors/{side.creditor.find('inv-celina')['debtor']}/time-line")]
        self.assertEqual((told.count("fresh_link_asked"), told.count("service_scheduled")), (1, 1))

    def test_a_form_of_one_link_asks_for_nobody_else(self):
        lip, dab = self.sides
        with _changed(lip.links["beata"], works_until="2026-01-01T00:00:00Z"), _changed(dab.links["anna"], works_until="2026-01-01T00:00:00Z"):
            fields = dict(forms(request("GET", lip.links["beata"]).text)[0].fields) | {"do": "fresh"}
            before = stack().stored.items()
            self.assertEqual(press(dab.links["anna"], fields).status, 410)
            self.assertEqual(stack().stored.items(), before)


class Revoked(unittest.TestCase):
    """The team revokes every link that a debtor was sent so far."""

    def test_what_was_sent_so_far_is_over_and_a_later_link_works(self):
        creditor = Creditor("revoked")
        person = creditor.debtor("anna", phone=None)
        issue(creditor, "revoked-1", person, due_on=(now().date() - timedelta(days=3)).isoformat())
        links = []
        for _ in range(7):
            to_the_next_morning()
            links = [link for text in _sent_to(person["email"]) for link in LINK.findall(text)]
            if links:
                break
        old = links[-1]
        debtor = creditor.find("revoked-1")["debtor"]
        self.assertEqual(creditor.api.call("DELETE", f"/debtors/{debtor}/links").status, 422, "without a reason nothing is revoked")
        self.assertEqual(request("GET", old).status, 200)
        self.assertEqual(creditor.api.call("DELETE", f"/debtors/{debtor}/links?reason=it+was+sent+on").status, 204)
        page = request("GET", old)
        self.assertEqual(page.status, 410)
        self.assertNotIn("revoked-1", page.text)
        before = len(_sent_to(person["email"]))
        past_what_is_remembered()
        self.assertEqual(press(old, dict(forms(page.text)[0].fields) | {"do": "fresh"}).status, 303)
        travel(now() + timedelta(minutes=1))
        sent = _sent_to(person["email"])
        self.assertEqual(len(sent), before + 1)
        self.assertIn("revoked-1", request("GET", LINK.findall(sent[-1])[-1]).text)
        self.assertEqual(request("GET", old).status, 410)
        told = [one for one in creditor.api.all(f"/debtors/{debtor}/time-line") if one["what"] == "links_revoked"]
        self.assertEqual([one["reason"] for one in told], ["it was sent on"])


class Pressed(unittest.TestCase):
    """The buttons of one link are pressed so often an hour, and no oftener."""

    def test_too_many_presses_are_answered_kindly_with_when_and_whom_to_ask(self):
        side = town()[1]
        link = side.links["beata"]
        form = form_of(link) | {"amount_minor": "1"}
        with _changed(link):
            statuses = [press(link, form).status for _ in range(31)]
            answer = press(link, form)
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(set(statuses[:-1]) - {429}, {409})
        self.assertLessEqual(int(answer.headers["retry-after"]), 3600)
        self.assertIn(side.creditor.name, answer.text)
        self.assertIn("Za dużo prób naraz", answer.text)
        self.assertEqual(request("GET", link).status, 200, "it can be read as ever")


def _sent_to(address):
    return [text for *_, to, _, text in stack().mailbox.all() if to == address]


class _changed:
    """A link's item with other fields for a while: 90 days are long."""

    def __init__(self, link, **fields):
        digest = hashlib.sha256(link.rsplit("/", 1)[1].encode()).hexdigest()
        self.item = next(item for item in stack().stored.items() if digest in item["PK"]["S"])
        self.fields = fields

    def __enter__(self):
        self._put(self.item | {name: {"S": value} for name, value in self.fields.items()})

    def __exit__(self, *_):
        self._put(self.item)

    def _put(self, item):
        stored = stack().stored
        stored.dynamodb.put_item(TableName=stored.table, Item=item)


if __name__ == "__main__":
    unittest.main()
