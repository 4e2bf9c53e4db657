"""What the tests of payment providers share: debtors who got a pay link, and a stand-in that is told what to do."""

import unittest
from datetime import timedelta

from paying import press
from sending import as_json, issue
from stage import now, past_what_is_remembered, private, stack, to_the_next_morning
from state import DEPLOYED, read_json
from story_aws import LINK
from story_http import request


class AtProvider(unittest.TestCase):
    """One provider (`name`) of `creditor`, whose debtors each owe 100.00 by an invoice `<prefix>-<label>`."""

    name = prefix = creditor = links = None

    @classmethod
    def root(cls):
        return f"{read_json(DEPLOYED)['stand_ins_url']}/{cls.name}"

    @classmethod
    def stand_in(cls, path, **body):
        """Tells the stand-in something."""
        answer = request("POST", f"{cls.root()}/control/{path}", {}, as_json(body))
        if answer.status != 200:
            raise AssertionError(f"the stand-in answered {answer.status}: {answer.text[:300]}")
        return answer.json

    @classmethod
    def send_links(cls, labels):
        """Lets each debtor owe, and waits for the mornings on which all have their pay link."""
        people = {label: cls.creditor.debtor(label, phone=None) for label in labels}
        overdue = (now().date() - timedelta(days=3)).isoformat()
        for label, person in people.items():
            issue(cls.creditor, f"{cls.prefix}-{label}", person, due_on=overdue)
        for _ in range(7):
            to_the_next_morning()
            mails = stack().mailbox.all()
            found = {label: [text for *_, to, _, text in mails if to == one["email"] and LINK.search(text)] for label, one in people.items()}
            if all(found.values()):
                break
        cls.links = {label: LINK.findall(texts[-1])[-1] for label, texts in found.items()}
        for link in cls.links.values():
            private("a pay link", link.rsplit("/", 1)[1])
        past_what_is_remembered()

    def is_open(self, label, minor, status="open"):
        invoice = self.creditor.find(f"{self.prefix}-{label}")
        self.assertEqual((invoice["open"]["minor"], invoice["status"]), (minor, status))
        return invoice

    def back_to(self, label, at):
        """Where the stand-in's page `at` leads back to."""
        answer = press(f"{self.root()}/pay/{at}", {"what": "back"})
        self.assertEqual(answer.status, 303)
        self.assertTrue(answer.headers["location"].startswith(self.links[label]))
        return answer.headers["location"]

    def odd(self):
        """Payments of the provider that wait for a person."""
        return [one for one in self.creditor.attention("odd_payment") if one["booking"].startswith(f"{self.name}:")]

    def settles_nothing_and_is_shown(self, why, happens):
        """Lets something happen to the checkout of the debtor whose label is `why`, and wants a person to be told so."""
        before = len(self.odd())
        self.assertEqual(happens(self.checkout(why)), [200])
        self.is_open(why, 10000)
        found = self.odd()
        self.assertEqual(len(found), before + 1)
        self.assertTrue(any(why in one["reason"] for one in found), found)
