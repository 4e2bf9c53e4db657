"""Moving, merging and splitting through the API: where invoices and money are found afterwards."""

import unittest
from datetime import timedelta

from sending import issue, new_id, send
from stage import Creditor, now


class Transfer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("przen")
        cls.people = {label: cls.creditor.debtor(label, phone=None) for label in ("pierwszy", "drugi")}
        later = (now().date() + timedelta(days=60)).isoformat()
        for invoice, label in (("tra-1", "pierwszy"), ("tra-2", "drugi"), ("tra-3", "drugi")):
            issue(cls.creditor, invoice, cls.people[label], due_on=later)
        cls.later = later
        cls.first, cls.second = (cls.creditor.find(invoice)["debtor"] for invoice in ("tra-1", "tra-2"))

    def call(self, debtor, what, body):
        return self.creditor.api.call("POST", f"/debtors/{debtor}/{what}", body)

    def holder(self, invoice):
        return self.creditor.find(invoice)["debtor"]

    def open_of(self, invoice):
        return self.creditor.find(invoice)["open"]["minor"]

    def pay(self, invoice, amount):
        body = {"payment_id": new_id("pay"), "number": f"FV/{invoice}", "amount": amount, "currency": "PLN"}
        answer = self.creditor.api.call("POST", "/payments", body)
        self.assertEqual(answer.status, 201, answer.text)

    def told(self, debtor):
        return [one["what"] for one in self.creditor.api.all(f"/debtors/{debtor}/time-line")]

    def test_1_what_does_not_fit_is_refused_by_field(self):
        case, nobody = "upominek:tra-2", "deb-aaaaaaaaaaaaaaaa"
        for what, body, field in (
            ("move", {"to": self.first, "cases": [], "reason": "x"}, "cases"),
            ("move", {"to": self.first, "cases": ["x"], "reason": "x"}, "cases[0]"),
            ("move", {"to": self.first, "cases": ["upominek:nobody"], "reason": "x"}, "cases"),
            ("move", {"to": self.second, "cases": [case], "reason": "x"}, "to"),
            ("move", {"to": nobody, "cases": [case], "reason": "x"}, "to"),
            ("move", {"to": self.first, "cases": [case], "reason": " "}, "reason"),
            ("merge", {"into": self.second, "reason": "x"}, "into"),
            ("merge", {"into": nobody, "reason": "x"}, "into"),
            ("split", {"debtor": self.first, "reason": "x"}, "debtor"),
            ("split", {"cases": [case], "reason": "x"}, "name"),
            ("split", {"name": "X", "cases": [case], "identities": [{"source": "upominek"}], "reason": "x"}, "identities[0]"),
        ):
            with self.subTest(what, body=body):
                answer = self.call(self.second, what, body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        self.assertEqual(self.call(nobody, "move", {"to": self.first, "cases": [case], "reason": "x"}).status, 404)

    def test_2_a_moved_invoice_is_found_paid_and_updated_where_it_is(self):
        moved = self.call(self.second, "move", {"to": self.first, "cases": ["upominek:tra-2"], "reason": "billed wrongly"})
        self.assertEqual((moved.status, moved.json), (200, {"debtor": self.first, "cases": 1}))
        again = self.call(self.second, "move", {"to": self.first, "cases": ["upominek:tra-2"], "reason": "billed wrongly"})
        self.assertEqual((again.status, again.json["cases"]), (200, 0))
        self.assertEqual((self.holder("tra-2"), self.holder("tra-3")), (self.first, self.second))
        self.pay("tra-2", "10.00")
        invoice = self.creditor.invoice("tra-2", self.people["drugi"], revision=2, total="150.00", due_on=self.later)
        self.assertEqual(send(self.creditor, "invoice.updated", invoice).status, 200)
        self.assertEqual((self.holder("tra-2"), self.open_of("tra-2")), (self.first, 14000))
        for debtor in (self.first, self.second):
            self.assertIn("case_moved", self.told(debtor))
        back = self.call(self.first, "move", {"to": self.second, "cases": ["upominek:tra-2"], "reason": "it was right"})
        self.assertEqual((back.status, self.holder("tra-2"), self.open_of("tra-2")), (200, self.second, 14000))

    def test_3_a_merged_debtor_leads_to_the_other_one_until_they_are_split(self):
        before = len(self.creditor.api.all(f"/debtors/{self.second}/invoices"))
        merged = self.call(self.second, "merge", {"into": self.first, "reason": "the same company"})
        self.assertEqual((merged.status, merged.json["debtor"]), (200, self.first))
        self.assertEqual(self.creditor.api.get(f"/debtors/{self.second}")["merged_into"], self.first)
        self.assertEqual({self.holder(one) for one in ("tra-1", "tra-2", "tra-3")}, {self.first})
        issue(self.creditor, "tra-4", self.people["drugi"], due_on=self.later)
        self.assertEqual(self.holder("tra-4"), self.first)
        self.pay("tra-3", "100.00")
        self.assertEqual(self.creditor.find("tra-3")["status"], "paid")
        for debtor in (self.first, self.second):
            self.assertIn("debtor_merged", self.told(debtor))
        split = self.call(self.first, "split", {"debtor": self.second, "reason": "two after all"})
        self.assertEqual((split.status, split.json["debtor"]), (200, self.second))
        self.assertIsNone(self.creditor.api.get(f"/debtors/{self.second}")["merged_into"])
        self.assertEqual([self.holder(f"tra-{n}") for n in (1, 2, 3, 4)], [self.first, self.second, self.second, self.first])
        self.assertEqual(len(self.creditor.api.all(f"/debtors/{self.second}/invoices")), before - 1)

    def test_4_chosen_invoices_make_a_debtor_of_their_own(self):
        body = {
            "name": "Oddział",
            "cases": ["upominek:tra-4"],
            "identities": [{"source": "upominek", "customer": "cus-oddzial"}],
            "reason": "a branch that pays by itself",
        }
        split = self.call(self.first, "split", body)
        self.assertEqual((split.status, split.json["cases"]), (200, 1))
        new = split.json["debtor"]
        again = self.call(self.first, "split", body)
        self.assertEqual((again.status, again.json["debtor"]), (200, new))
        self.assertEqual((self.holder("tra-4"), self.creditor.api.get(f"/debtors/{new}")["name"]), (new, "Oddział"))
        branch = self.people["drugi"] | {"id": "cus-oddzial"}
        issue(self.creditor, "tra-5", branch, due_on=self.later)
        self.assertEqual(self.holder("tra-5"), new)
        self.assertIn("debtor_split", self.told(new))


if __name__ == "__main__":
    unittest.main()
