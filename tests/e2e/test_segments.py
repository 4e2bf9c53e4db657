"""Segments with their reason, the score, and the team's call list."""

import unittest
from datetime import timedelta

from sending import issue, new_id, send
from stage import Creditor, now, to_the_next_morning
from test_policy import send as put

NAMES = {"on_time", "sometimes_late", "always_late", "new", "large", "public_body", "consumer"}


class Segments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("segments")
        company = {"phone": None, "kind": "business"}
        cls.people = {label: cls.creditor.debtor(label, **company) for label in ("late", "intime", "fresh", "office")}
        cls.people["person"] = cls.creditor.debtor("person", phone=None, kind="consumer")
        today = now().date()
        # Three invoices each, paid twenty days late and on their day.
        for label, days_late in (("late", 20), ("intime", 0)):
            for n in range(3):
                due_on = today - timedelta(days=40 + n)
                cls.paid(f"seg-{label}-{n}", label, due_on, due_on + timedelta(days=days_late))
        cls.overdue = today - timedelta(days=10)
        for label in cls.people:
            issue(cls.creditor, f"seg-{label}", cls.people[label], due_on=cls.overdue.isoformat())
        cls.ids = {label: cls.creditor.find(f"seg-{label}")["debtor"] for label in cls.people}

    @classmethod
    def tearDownClass(cls):
        for debtor in cls.ids.values():
            cls.creditor.api.call("POST", f"/debtors/{debtor}/hold", {"reason": "the test is over"})

    @classmethod
    def paid(cls, invoice, label, due_on, paid_on):
        """An invoice that we knew open and that was paid on a day at noon."""
        issued_on = (due_on - timedelta(days=14)).isoformat()
        issue(cls.creditor, invoice, cls.people[label], issued_on=issued_on, due_on=due_on.isoformat(), total="50.00")
        payment = {"id": new_id("pay"), "invoice": {"id": invoice}, "currency": "PLN", "amount": "50.00", "paid_at": f"{paid_on}T12:00:00Z"}
        answer = send(cls.creditor, "payment.received", payment)
        assert answer.status == 200, answer.text

    def debtor(self, label):
        return self.creditor.api.get(f"/debtors/{self.ids[label]}")

    def call_list(self):
        return self.creditor.api.all("/call-list")

    def test_a_debtors_segment_comes_with_its_reason_in_both_languages(self):
        expected = {"late": "always_late", "intime": "on_time", "fresh": "new", "person": "consumer"}
        for label, segment in expected.items():
            with self.subTest(label):
                seen = self.debtor(label)
                because = seen["segment_because"]
                self.assertEqual((seen["segment"], because["segment"]), (segment, segment))
                self.assertTrue(because["text"]["pl"] and because["text"]["en"])
                self.assertNotEqual(because["text"]["pl"], because["text"]["en"])
        late = self.debtor("late")
        self.assertEqual((late["record"]["paid_invoices"], late["record"]["late_share_percent"]), (3, 100))
        self.assertIn("100%", late["segment_because"]["text"]["pl"])
        self.assertEqual(self.debtor("intime")["record"]["late"], 0)

    def test_the_team_marks_a_public_body_and_takes_it_back(self):
        path = f"/debtors/{self.ids['office']}/public-body"
        for body, field in (({"public_body": True}, "reason"), ({"public_body": True, "reason": " "}, "reason"), ({"reason": "x"}, "public_body")):
            answer = self.creditor.api.call("PUT", path, body)
            self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        for is_one, segment in ((True, "public_body"), (False, "new")):
            answer = self.creditor.api.call("PUT", path, {"public_body": is_one, "reason": "a school"})
            self.assertEqual(answer.status, 204)
            self.assertEqual(self.debtor("office")["segment"], segment)
        time_line = [one for one in self.creditor.api.all(f"/debtors/{self.ids['office']}/time-line") if one["what"] == "public_body_set"]
        self.assertEqual([(one["public_body"], one["reason"]) for one in time_line], [(False, "a school"), (True, "a school")])

    def test_the_call_list_has_scores_first_and_consumers_after_them(self):
        rows = {row["debtor"]: (place, row) for place, row in enumerate(self.call_list())}
        place = {label: rows[self.ids[label]][0] for label in self.people}
        row = {label: rows[self.ids[label]][1] for label in self.people}
        self.assertLess(place["late"], place["intime"])
        self.assertEqual(place["person"], max(place.values()))
        self.assertIsNone(row["person"]["score"])
        self.assertIsNone(self.debtor("person")["score"])
        self.assertGreater(row["late"]["score"]["points"], row["intime"]["score"]["points"])
        for one in row.values():
            self.assertEqual(one["overdue"][0]["amount"]["minor"], 10000)
            self.assertGreaterEqual(one["oldest_days"], 7)
            self.assertIn("overdue", {reason["reason"] for reason in one["reasons"]})
            if one["score"]:
                self.assertEqual(one["score"]["points"], sum(factor["points"] for factor in one["score"]["factors"]))

    def test_an_invoice_keeps_the_segment_of_its_first_step(self):
        for _ in range(5):
            to_the_next_morning()
        kept = self.creditor.find("seg-fresh")
        self.assertEqual((kept["segment"], kept["segment_kept"]), ("new", True), kept["last_decision"])
        self.creditor.api.call("PUT", f"/debtors/{self.ids['fresh']}/public-body", {"public_body": True, "reason": "x"})
        try:
            self.assertEqual(self.debtor("fresh")["segment"], "public_body")
            self.assertEqual(self.creditor.find("seg-fresh")["segment"], "new")
        finally:
            self.creditor.api.call("PUT", f"/debtors/{self.ids['fresh']}/public-body", {"public_body": False, "reason": "x"})

    def test_segments_and_scores_that_make_no_sense_are_refused_with_their_paths(self):
        policy = self.creditor.api.get("/policy")
        self.assertEqual({one["name"] for one in policy["segments"]}, NAMES)
        bad = policy | {
            "segments": [{"name": "rest"}, {"name": "late", "when": {"late_share_at_least": 101}}],
            "score": {"factors": [{"factor": "late_share", "weight": 99, "from": 5, "to": 5}]},
        }
        answer = put(self.creditor, "PUT", "/policy", bad)
        self.assertEqual(answer.status, 422)
        expected = {"segments[1]", "segments[1].when.late_share_at_least", "score.factors", "score.factors[0].to"}
        self.assertEqual({one["field"] for one in answer.json["errors"]}, expected)
        self.assertTrue(all(one["problem"] and one["expected"] for one in answer.json["errors"]), answer.json)


if __name__ == "__main__":
    unittest.main()
