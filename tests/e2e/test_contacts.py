"""Contacts of a debtor through the API: who is written to, what the team's word is worth, what bounces do."""

import unittest
from datetime import timedelta

from sending import issue, send
from ses import Message, tell
from stage import RUN, Creditor, now, private, private_number, stack, to_the_next_morning, travel
from town import MOST_MORNINGS

# A step a day, by e-mail to who pays with a copy to the owner; else by SMS.
DAILY = {
    "id": "daily",
    "anchor": {"from": "due", "days": 1},
    "channels": ["email", "sms"],
    "to": ["accounts_payable"],
    "copies": ["owner"],
    "tone": "friendly",
    "repeat": {"every_days": 1, "times": 20},
}
LADDER = {"name": "daily", "least_gap_days": 1, "steps": [DAILY]}
NIP = "1234563218"


class Contacts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.number = private_number()
        cls.creditor = Creditor("cont", allowed=[cls.number])
        answer = cls.creditor.api.call("PUT", "/policy", LADDER)
        assert answer.status == 202, answer.text
        # Only a company is written to at several addresses.
        cls.firm = cls.creditor.debtor("firma", phone=cls.number, tax_id=NIP)
        cls.due_on = (now().date() - timedelta(days=2)).isoformat()
        issue(cls.creditor, "con-1", cls.firm, due_on=cls.due_on)
        cls.debtor = cls.creditor.find("con-1")["debtor"]

    @classmethod
    def tearDownClass(cls):
        cls.creditor.api.call("POST", f"/debtors/{cls.debtor}/hold", {"reason": "the test is over"})

    def call(self, method, what, body=None):
        return self.creditor.api.call(method, f"/debtors/{self.debtor}/{what}", body)

    def contacts(self):
        return {one["contact"]: one for one in self.call("GET", "contacts").json["data"]}

    def add(self, label, role, **given):
        address = private("an e-mail address", f"{label}@{self.creditor.domain}")
        answer = self.call("POST", "contacts", {"role": role, "email": address, "reason": "they called"} | given)
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json["contact"], address

    def mails(self):
        """To and Cc of each e-mail that went to this company."""
        domain = f"@{self.creditor.domain}"
        return [(to, copies) for to, copies, _ in stack().mailbox.recipients() if any(one.endswith(domain) for one in to)]

    def next_mail(self):
        before = len(self.mails())
        for _ in range(MOST_MORNINGS):
            to_the_next_morning()
            fresh = self.mails()[before:]
            if fresh:
                self.assertEqual(len(fresh), 1, "one message, however many hear it")
                return fresh[0]
        raise AssertionError(f"nobody was written to within {MOST_MORNINGS} days")

    def time_line(self):
        return self.creditor.api.all(f"/debtors/{self.debtor}/time-line")

    def test_1_bad_contacts_are_refused_by_field(self):
        good = {"role": "owner", "email": "x@nobody.example", "reason": "x"}
        for body, fields in (
            (good | {"email": "nobody"}, ["email"]),
            (good | {"phone": "12"}, ["phone"]),
            (good | {"role": "king"}, ["role"]),
            (good | {"reason": " "}, ["reason"]),
            (good | {"fax": "1"}, ["fax"]),
            ({"role": "owner", "reason": "x"}, ["email"]),
            (good | {"email": "nobody", "phone": "12", "name": "", "reason": ""}, ["email", "name", "phone", "reason"]),
        ):
            with self.subTest(body):
                answer = self.call("POST", "contacts", body)
                self.assertEqual((answer.status, sorted(one["field"] for one in answer.json["errors"])), (422, fields))
        self.assertEqual(self.call("PATCH", "contacts/c99", {"role": "owner", "reason": "x"}).status, 404)
        self.assertEqual(self.call("DELETE", "contacts/c99?reason=x").status, 404)
        self.assertEqual(self.call("DELETE", "contacts/source").status, 422)
        bare = self.call("PATCH", "contacts/source", {"email": None, "phone": None, "reason": "x"})
        self.assertEqual((bare.status, bare.json["errors"][0]["field"]), (422, "email"))
        self.assertEqual(self.call("PUT", "owner", {"email": "nobody", "reason": "x"}).status, 422)

    def test_1_where_letters_go_is_entered_shown_and_taken_away(self):
        bad = self.call("PUT", "postal", {"street": "", "post_code": "00123", "city": "x", "country": "PL", "reason": "x"})
        self.assertEqual((bad.status, sorted(one["field"] for one in bad.json["errors"])), (422, ["post_code", "street"]))
        home = {"street": "ul. Lipowa 12/3", "post_code": "00-123", "city": "Warszawa", "country": "PL"}
        answer = self.call("PUT", "postal", home | {"reason": "they called"})
        self.assertEqual((answer.status, answer.json["postal"], answer.json["origin"]), (200, home, "team"))
        self.assertEqual(self.creditor.api.get(f"/debtors/{self.debtor}")["postal"], home)
        answer = self.call("DELETE", "postal?reason=they%20moved")
        self.assertEqual((answer.status, answer.json["postal"], answer.json["before"]), (200, None, home))
        told = [one for one in self.time_line() if one["what"].startswith("postal_")]
        self.assertEqual([(one["what"], one["reason"]) for one in told], [("postal_taken_away", "they moved"), ("postal_given", "they called")])
        self.assertNotIn("Lipowa", str(told))

    def test_2_a_policy_that_names_a_role_that_is_none_is_refused(self):
        bad = LADDER | {"steps": [DAILY | {"to": ["king"], "copies": ["owner", "owner"]}]}
        answer = self.creditor.api.call("PUT", "/policy", bad)
        self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, "steps[0].to[0]"))

    def test_3_all_of_a_steps_roles_get_one_message_and_bounces_block_one_by_one(self):
        own = self.contacts()["source"]
        self.assertEqual((own["origin"], own["role"], own["email"]["address"]), ("source", "other", self.firm["email"]))
        to_the_next_morning()
        self.assertEqual(self.next_mail(), ([self.firm["email"]], []), "nobody has the roles yet")

        payer, payer_address = self.add("platnosci", "accounts_payable", name=private("a name", f"Ewa-{RUN}"))
        owner, owner_address = self.add("szef", "owner")
        again = self.call("POST", "contacts", {"role": "owner", "email": owner_address, "reason": "again"})
        self.assertEqual((again.status, again.json["contact"]), (201, owner), "again the same changes nothing")
        self.assertEqual(self.next_mail(), ([payer_address], [owner_address]))
        day = now().date().isoformat()
        tags = {"creditor": self.creditor.id, "debtor": self.debtor, "reminder": f"{day}_email_PLN"}
        reminder = self.creditor.api.get(f"/reminders/{self.debtor}/{tags['reminder']}")
        self.assertEqual((reminder["state"], reminder["message"]["contacts"]), ("sent", [payer, owner]))

        bounce = Message(payer_address, **tags).bounce(recipient=owner_address)
        bounce["mail"]["destination"] = [payer_address, owner_address]
        tell(bounce, bounce)
        known = self.contacts()
        self.assertIsNone(known[payer]["email"]["blocked"])
        self.assertIn("bounced", known[owner]["email"]["blocked"])
        reminder = self.creditor.api.get(f"/reminders/{self.debtor}/{tags['reminder']}")
        self.assertEqual(reminder["state"], "sent", "the others heard it")
        self.assertEqual(self.next_mail(), ([payer_address], [self.firm["email"]]), "the main contact stands in")

        freed = self.call("PATCH", f"contacts/{owner}", {"unblock": ["email"], "reason": "their box was full"})
        self.assertEqual((freed.status, freed.json["email"]["blocked"]), (200, None))
        self.assertEqual(self.next_mail(), ([payer_address], [owner_address]))

        gone = self.call("DELETE", f"contacts/{owner}?reason=left")
        self.assertEqual((gone.status, gone.json["email"]["address"]), (200, owner_address))
        self.assertNotIn(owner, self.contacts())
        told = [one["what"] for one in self.time_line()]
        self.assertLessEqual({"contact_added", "contact_blocked", "contact_changed", "contact_removed"}, set(told))
        text = str(self.time_line())
        for address in (owner_address, payer_address, self.firm["email"], f"Ewa-{RUN}"):
            self.assertNotIn(address, text)

    def test_4_the_teams_word_stands_whatever_the_shop_says(self):
        better = private("an e-mail address", f"faktury-firma@{self.creditor.domain}")
        changed = self.call("PATCH", "contacts/source", {"email": better, "reason": "they asked for it"})
        self.assertEqual((changed.status, changed.json["email"]["address"]), (200, better))
        self.assertEqual(changed.json["before"]["email"]["address"], self.firm["email"])
        invoice = self.creditor.invoice("con-1", self.firm, revision=2, due_on=self.due_on)
        self.assertEqual(send(self.creditor, "invoice.updated", invoice).status, 200)
        own = self.contacts()["source"]
        self.assertEqual((own["email"]["address"], own["set_by_team"]), (better, ["email"]))

    def test_5_tasks_go_to_the_owner_in_the_team(self):
        colleague = private("an address of a creditor", f"ewa-{RUN}@biuro-{RUN}.example")
        creditor = Creditor("wlasc")
        step = DAILY | {"channels": ["task"], "to": [], "copies": []}
        self.assertEqual(creditor.api.call("PUT", "/policy", LADDER | {"steps": [step]}).status, 202)
        issue(creditor, "own-1", creditor.debtor("dluznik"), due_on=(now().date() - timedelta(days=2)).isoformat())
        debtor = creditor.find("own-1")["debtor"]
        answer = creditor.api.call("PUT", f"/debtors/{debtor}/owner", {"email": colleague, "reason": "hers"})
        self.assertEqual((answer.status, answer.json), (200, {"email": colleague, "before": None}))
        self.assertEqual(creditor.api.get(f"/debtors/{debtor}")["owner"], colleague)
        for _ in range(MOST_MORNINGS):
            to_the_next_morning()
            if any(to == [colleague] for to, _, _ in stack().mailbox.recipients()):
                break
        else:
            raise AssertionError("the owner heard nothing")
        creditor.api.call("POST", f"/debtors/{debtor}/hold", {"reason": "the test is over"})

    def test_6_a_contact_wakes_whom_nothing_reached(self):
        nobody = self.creditor.debtor("cichy", email=None, phone=None)
        issue(self.creditor, "con-6", nobody, due_on=self.due_on)
        debtor = self.creditor.find("con-6")["debtor"]
        to_the_next_morning()
        address = private("an e-mail address", f"cichy-nowy@{self.creditor.domain}")
        before = len(stack().mailbox.recipients())
        body = {"role": "accounts_payable", "email": address, "reason": "found on their site"}
        self.assertEqual(self.creditor.api.call("POST", f"/debtors/{debtor}/contacts", body).status, 201)
        travel(now() + timedelta(minutes=40))
        for _ in range(MOST_MORNINGS):
            if any(to == [address] for to, _, _ in stack().mailbox.recipients()[before:]):
                break
            to_the_next_morning()
        else:
            raise AssertionError("the new contact heard nothing")
        self.creditor.api.call("POST", f"/debtors/{debtor}/hold", {"reason": "the test is over"})


if __name__ == "__main__":
    unittest.main()
