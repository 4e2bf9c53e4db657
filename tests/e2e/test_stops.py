"""Promises and disputes through the API: silence while they last, and what a person sees of them."""

import unittest
from datetime import timedelta

from sending import issue
from stage import Creditor, now, stack, to_the_next_morning


class Stops(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("stops")
        cls.people = {label: cls.creditor.debtor(label, phone=None) for label in ("bad", "prom", "disp", "free", "law", "paid", "rata")}
        cls.ids = {}

    def owes(self, *labels):
        """Each test has invoices of its own: its days wear out the ladders of all others."""
        overdue = (now().date() - timedelta(days=3)).isoformat()
        for label in labels:
            issue(self.creditor, f"stop-{label}", self.people[label], due_on=overdue)
            self.ids[label] = self.creditor.find(f"stop-{label}")["debtor"]
        to_the_next_morning()

    def call(self, method, label, what, body=None):
        return self.creditor.api.call(method, f"/debtors/{self.ids[label]}/{what}", body)

    def mails_to(self, label):
        return [one for one in stack().mailbox.all() if self.people[label]["email"] in one]

    def time_line(self, label):
        return [one["what"] for one in self.creditor.api.all(f"/debtors/{self.ids[label]}/time-line")]

    def test_bad_promises_and_disputes_are_refused_by_field(self):
        self.owes("bad")
        today = now().date()
        case = self.creditor.find("stop-bad")["case"]
        days = {"pay_on": (today + timedelta(days=3)).isoformat(), "reason": "they called"}
        for body, field in (
            (days | {"pay_on": (today - timedelta(days=1)).isoformat()}, "pay_on"),
            (days | {"pay_on": (today + timedelta(days=15)).isoformat()}, "pay_on"),
            (days | {"pay_on": "soon"}, "pay_on"),
            ({"reason": "they called"}, "pay_on"),
            ({"pay_on": days["pay_on"]}, "reason"),
            (days | {"reason": " "}, "reason"),
            (days | {"amount": "5.00"}, "amount"),
            (days | {"case": case, "amount": "1000000.00"}, "amount"),
            (days | {"case": case, "amount": "0"}, "amount"),
            (days | {"case": case, "amount": "a lot"}, "amount"),
            (days | {"case": "upominek:nobody"}, "case"),
        ):
            with self.subTest(body):
                answer = self.call("POST", "bad", "promise", body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        for body, field in (({"case": case, "note": " "}, "note"), ({"case": "upominek:nobody", "note": "x"}, "case"), ({"note": "x"}, "case")):
            with self.subTest(body):
                answer = self.call("POST", "bad", "dispute", body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))

    def test_a_hold_on_everybody_ends_with_its_reason_and_has_a_history(self):
        api, today = self.creditor.api, now().date()
        late = api.call("POST", "/settings/hold", {"reason": " ", "until": (today - timedelta(days=1)).isoformat()})
        self.assertEqual((late.status, sorted(one["field"] for one in late.json["errors"])), (422, ["reason", "until"]))
        until = (today + timedelta(days=3)).isoformat()
        held = api.call("POST", "/settings/hold", {"reason": "we move house", "until": until})
        self.assertEqual((held.status, held.json), (200, {"reason": "we move house", "from": today.isoformat(), "until": until}))
        silent = api.call("PATCH", "/settings", {"hold": None})
        self.assertEqual((silent.status, silent.json["errors"][0]["field"]), (422, "hold"), "nobody ends it without a reason")
        self.assertEqual(api.call("DELETE", "/settings/hold").status, 422)
        self.assertEqual(api.call("DELETE", "/settings/hold?reason=we%20are%20there").status, 204)
        self.assertIsNone(api.get("/settings")["hold"])
        told = [(one["what"], one["by"], one["reason"], one["hold"]["until"]) for one in api.get("/settings/holds")["data"]]
        self.assertEqual(told, [("released", "team", "we are there", until), ("held", "team", "we move house", until)])

    def test_while_they_last_there_is_silence_for_these_debtors_alone(self):
        self.owes("prom", "disp", "free")
        pay_on = (now().date() + timedelta(days=10)).isoformat()
        self.assertEqual(self.call("POST", "prom", "promise", {"pay_on": pay_on, "reason": "they called"}).status, 204)
        case = self.creditor.find("stop-disp")["case"]
        self.assertEqual(self.call("POST", "disp", "dispute", {"case": case, "note": "it came broken"}).status, 204)
        before = {label: len(self.mails_to(label)) for label in ("prom", "disp", "free")}
        for _ in range(4):
            to_the_next_morning()
        after = {label: len(self.mails_to(label)) for label in before}
        self.assertEqual((after["prom"], after["disp"]), (before["prom"], before["disp"]))
        self.assertGreater(after["free"], before["free"])

        promised, disputed = self.creditor.find("stop-prom"), self.creditor.find("stop-disp")
        self.assertEqual((promised["promise"]["pay_on"], promised["promise"]["amount"]["minor"]), (pay_on, promised["open"]["minor"]))
        self.assertEqual((promised["last_decision"]["reason"], disputed["last_decision"]["reason"]), ("promised", "disputed"))
        self.assertIn("obiecał zapłacić", promised["last_decision"]["text"]["pl"])
        self.assertEqual((disputed["dispute"]["note"], disputed["dispute"]["by"]), ("it came broken", "team"))
        self.assertIn(case, [one["case"] for one in self.creditor.attention("disputed")])

        yesterday = (now().date() - timedelta(days=1)).isoformat()
        for label, why in (("prom", "promised"), ("disp", "disputed")):
            then = self.creditor.api.get("/invoices/decisions", case=self.creditor.find(f"stop-{label}")["case"], on=yesterday)["data"]
            self.assertEqual([(one["stood"], one["decision"]["reason"]) for one in then], [("decided", why)])

        self.assertEqual(self.call("DELETE", "prom", "promise").status, 422)
        self.assertEqual(self.call("DELETE", "prom", "promise?reason=a%20mistake").status, 204)
        self.assertEqual(self.call("DELETE", "disp", f"dispute?case={case}&outcome=resolved&reason=a%20photo").status, 204)
        self.assertIsNone(self.creditor.find("stop-prom")["promise"])
        self.assertIsNone(self.creditor.find("stop-disp")["dispute"])
        self.assertLessEqual({"promised", "promise_ended"}, set(self.time_line("prom")))
        self.assertLessEqual({"disputed", "dispute_decided"}, set(self.time_line("disp")))
        for _ in range(4):
            to_the_next_morning()
        for label in ("prom", "disp"):
            self.assertGreater(len(self.mails_to(label)), before[label], label)

    def test_what_the_law_stops_is_silent_until_the_team_ends_it(self):
        self.owes("law")
        for body, field in (
            ({"kind": "insolvency"}, "reason"),
            ({"kind": "insolvency", "reason": " "}, "reason"),
            ({"kind": "bored", "reason": "x"}, "kind"),
            ({"kind": "death", "reason": "x", "since": (now().date() + timedelta(days=1)).isoformat()}, "since"),
            ({"kind": "death", "reason": "x", "contacts": ["email"]}, "contacts"),
            ({"kind": "wrong_person", "reason": "x"}, "contacts"),
        ):
            with self.subTest(body):
                answer = self.call("POST", "law", "legal-stop", body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        self.assertEqual(self.call("POST", "law", "legal-stop", {"kind": "insolvency", "reason": "KRZ 12/2026"}).status, 204)
        before = len(self.mails_to("law"))
        for _ in range(4):
            to_the_next_morning()
        self.assertEqual(len(self.mails_to("law")), before)
        decision = self.creditor.find("stop-law")["last_decision"]
        self.assertEqual(decision["reason"], "legal_stop")
        self.assertIn("upadłość", decision["text"]["pl"])
        debtor = self.creditor.api.call("GET", f"/debtors/{self.ids['law']}").json
        self.assertEqual([stop["kind"] for stop in debtor["legal_stops"]], ["insolvency"])
        self.assertIn("trustee", self.creditor.attention("legal_stop")[0]["text"]["en"])
        self.assertEqual(self.call("DELETE", "law", "legal-stop?kind=insolvency&reason=set%20aside").status, 204)
        self.assertLessEqual({"legal_stop", "legal_stop_ended"}, set(self.time_line("law")))
        for _ in range(4):
            to_the_next_morning()
        self.assertGreater(len(self.mails_to("law")), before)

    def test_who_says_that_it_is_paid_is_believed_for_a_few_days(self):
        self.owes("paid")
        today = now().date()
        body = {"paid_on": today.isoformat(), "way": "transfer", "reason": "they called"}
        for bad, field in (
            ({"way": "transfer", "reason": "they called"}, "paid_on"),
            ({"paid_on": today.isoformat(), "way": "transfer"}, "reason"),
            (body | {"way": "by magic"}, "way"),
            (body | {"paid_on": (today + timedelta(days=1)).isoformat()}, "paid_on"),
            (body | {"case": "upominek:nobody"}, "case"),
        ):
            with self.subTest(bad):
                answer = self.call("POST", "paid", "payment-pending", bad)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        self.assertEqual(self.call("POST", "paid", "payment-pending", body).status, 204)
        before = len(self.mails_to("paid"))
        invoice = self.creditor.find("stop-paid")
        self.assertEqual(invoice["last_decision"]["reason"], "payment_pending")
        self.assertEqual((invoice["payment_pending"]["by"], invoice["payment_pending"]["way"]), ("team", "transfer"))
        for _ in range(3):
            to_the_next_morning()
        self.assertEqual(len(self.mails_to("paid")), before)
        self.assertEqual(self.call("DELETE", "paid", "payment-pending?reason=a%20mistake").status, 204)
        self.assertIsNone(self.creditor.find("stop-paid")["payment_pending"])
        self.assertLessEqual({"payment_pending", "pending_ended"}, set(self.time_line("paid")))
        for _ in range(4):
            to_the_next_morning()
        self.assertGreater(len(self.mails_to("paid")), before)

    def test_instalments_are_asked_for_one_by_one(self):
        self.owes("rata")
        invoice = self.creditor.find("stop-rata")
        open_minor, case, today = invoice["open"]["minor"], invoice["case"], now().date()

        def instalments(*parts):
            return [
                {"on": (today + timedelta(days=days)).isoformat(), "amount": f"{minor // 100}.{minor % 100:02}"} for days, minor in parts
            ]

        good = instalments((7, 100), (40, open_minor - 100))
        for body, field in (
            ({"instalments": good}, "note"),
            ({"note": "x", "instalments": good, "cases": ["upominek:nobody"]}, "cases"),
            ({"note": "x", "instalments": instalments((7, open_minor))}, "instalments"),
            ({"note": "x", "instalments": instalments((7, 100), (40, open_minor))}, "instalments"),
            ({"note": "x", "instalments": instalments((7, 100), (7, open_minor - 100))}, "instalments[1].on"),
            ({"note": "x", "instalments": instalments((-1, 100), (7, open_minor - 100))}, "instalments[0].on"),
            ({"note": "x", "instalments": [good[0], good[1] | {"amount": "a lot"}]}, "instalments[1].amount"),
        ):
            with self.subTest(body):
                answer = self.call("POST", "rata", "plan", body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))
        answer = self.call("POST", "rata", "plan", {"note": "x", "instalments": instalments((7, 100), (40, open_minor))})
        self.assertIn("1.00", answer.json["errors"][0]["problem"])
        self.assertEqual(self.call("POST", "rata", "plan", {"note": "by phone", "instalments": good}).status, 204)
        before = len(self.mails_to("rata"))
        plan = self.creditor.find("stop-rata")["plan"]
        self.assertEqual((plan["instalment"], plan["of"], plan["share"]["minor"], plan["remains"]["minor"]), (1, 2, 100, open_minor - 100))
        self.assertEqual(self.creditor.find("stop-rata")["last_decision"]["reason"], "in_plan")
        debtor = self.creditor.api.call("GET", f"/debtors/{self.ids['rata']}").json
        self.assertEqual([one["cases"] for one in debtor["plans"]], [[case]])
        for _ in range(9):
            to_the_next_morning()
        mails = self.mails_to("rata")[before:]
        self.assertTrue(mails, "the instalment is announced")
        self.assertEqual(self.call("DELETE", "rata", "plan?reason=they%20asked").status, 204)
        self.assertIsNone(self.creditor.find("stop-rata")["plan"])
        self.assertLessEqual({"plan_made", "plan_ended"}, set(self.time_line("rata")))


if __name__ == "__main__":
    unittest.main()
