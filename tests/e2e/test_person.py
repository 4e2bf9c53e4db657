"""What a person does to an invoice through the API: settle, reopen, put off, skip, send now."""

import unittest
from datetime import timedelta
from urllib.parse import quote

from sending import issue
from stage import Creditor, now, stack, to_the_next_morning


class Person(unittest.TestCase):
    LABELS = ("gone", "part", "later", "skip")

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("person")
        cls.people = {label: cls.creditor.debtor(label, phone=None) for label in cls.LABELS}
        overdue = (now().date() - timedelta(days=3)).isoformat()
        for label, person in cls.people.items():
            issue(cls.creditor, f"person-{label}", person, due_on=overdue)
        cls.found = {label: cls.creditor.find(f"person-{label}") for label in cls.LABELS}

    def call(self, method, label, what, body=None):
        return self.creditor.api.call(method, f"/debtors/{self.found[label]['debtor']}/{what}", body)

    def invoice(self, label):
        return self.creditor.find(f"person-{label}")

    def mails_to(self, label):
        return [one for one in stack().mailbox.all() if self.people[label]["email"] in one]

    def time_line(self, label):
        return [one["what"] for one in self.creditor.api.all(f"/debtors/{self.found[label]['debtor']}/time-line")]

    def query(self, label, **more):
        pairs = {"case": self.found[label]["case"], "reason": "a mistake"} | more
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())

    def test_what_does_not_fit_is_refused_by_field(self):
        case = self.found["part"]["case"]
        today = now().date()
        fine = {"case": case, "kind": "set_off", "amount": "1.00", "reference": "FZ/1", "reason": "both signed"}
        for what, body, field in (
            ("settlements", fine | {"amount": "1000000.00"}, "amount"),
            ("settlements", fine | {"amount": "0"}, "amount"),
            ("settlements", fine | {"kind": "gift"}, "kind"),
            ("settlements", fine | {"reason": " "}, "reason"),
            ("settlements", fine | {"on": (today + timedelta(days=1)).isoformat()}, "on"),
            ("settlements", fine | {"case": "upominek:nobody"}, "case"),
            ("settlements", {key: value for key, value in fine.items() if key != "reference"}, "reference"),
            ("reopen", {"case": "upominek:nobody", "reason": "x"}, "case"),
            ("due-date", {"case": case, "due_on": (today - timedelta(days=1)).isoformat(), "reason": "x"}, "due_on"),
            ("due-date", {"case": case, "due_on": (today + timedelta(days=366)).isoformat(), "reason": "x"}, "due_on"),
            ("due-date", {"case": case, "due_on": today.isoformat()}, "reason"),
            ("skip-step", {"case": case, "step": "nothing", "reason": "x"}, "step"),
            ("send-now", {"case": "upominek:nobody", "reason": "x"}, "case"),
        ):
            with self.subTest(what=what, body=body):
                answer = self.call("POST", "part", what, body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field))

    def test_a_written_off_invoice_is_silent_until_it_is_opened_again(self):
        case = self.found["gone"]["case"]
        body = {"case": case, "kind": "write_off", "reason": "not worth it"}
        self.assertEqual(self.call("POST", "gone", "settlements", body).status, 204)
        self.assertEqual(self.call("POST", "gone", "settlements", body).status, 204)
        gone = self.invoice("gone")
        self.assertEqual((gone["status"], gone["open"]["minor"], gone["settled"]), ("written_off", 0, gone["total"]))
        before = len(self.mails_to("gone"))
        for _ in range(3):
            to_the_next_morning()
        self.assertEqual(len(self.mails_to("gone")), before)
        self.assertEqual(self.call("POST", "gone", "reopen", {"case": case, "reason": "they can pay"}).status, 204)
        self.assertEqual(self.invoice("gone")["open"], gone["total"])
        self.assertLessEqual({"settled", "settlement_undone", "case_closed", "case_reopened"}, set(self.time_line("gone")))

    def test_a_set_off_is_taken_back(self):
        body = {"case": self.found["part"]["case"], "kind": "set_off", "amount": "1.00", "reference": "FZ/7", "reason": "both signed"}
        whole = self.invoice("part")["open"]["minor"]
        self.assertEqual(self.call("POST", "part", "settlements", body).status, 204)
        part = self.invoice("part")
        self.assertEqual((part["open"]["minor"], part["settlements"][0]["reference"]), (whole - 100, "FZ/7"))
        settlement = part["settlements"][0]["settlement"]
        self.assertEqual(self.call("DELETE", "part", f"settlements/{settlement}?{self.query('part')}").status, 204)
        self.assertEqual((self.invoice("part")["open"]["minor"], self.invoice("part")["settlements"]), (whole, []))
        self.assertEqual(self.call("DELETE", "part", f"settlements/{settlement}?{self.query('part')}").status, 404)

    def test_a_later_day_to_pay_by_is_shown_and_taken_back(self):
        due_on = (now().date() + timedelta(days=60)).isoformat()
        body = {"case": self.found["later"]["case"], "due_on": due_on, "reason": "agreed by phone"}
        self.assertEqual(self.call("POST", "later", "due-date", body).status, 204)
        later = self.invoice("later")
        self.assertEqual((later["pay_by"], later["due_on"], later["last_decision"]["reason"]), (due_on, self.found["later"]["due_on"], "extended"))
        self.assertEqual(self.call("DELETE", "later", f"due-date?{self.query('later')}").status, 204)
        self.assertEqual(self.invoice("later")["pay_by"], later["due_on"])
        self.assertLessEqual({"due_date_extended", "due_date_restored"}, set(self.time_line("later")))

    def test_a_skipped_step_does_not_come_and_is_taken_back(self):
        step = self.invoice("skip")["next_step"]["step"]
        body = {"case": self.found["skip"]["case"], "step": step, "reason": "they called"}
        self.assertEqual(self.call("POST", "skip", "skip-step", body).status, 204)
        self.assertEqual(self.call("POST", "skip", "skip-step", body).status, 204)
        self.assertNotEqual(self.invoice("skip")["next_step"]["step"], step)
        self.assertEqual([one["step"] for one in self.invoice("skip")["steps_skipped"]], [step])
        self.assertEqual(self.call("DELETE", "skip", f"skip-step?{self.query('skip', step=step)}").status, 204)
        self.assertEqual(self.invoice("skip")["steps_skipped"], [])


class SentNow(unittest.TestCase):
    def look(self, creditor, label):
        """A debtor who owes since three days ago, and what sending now would say, looked at before."""
        person = creditor.debtor(label, phone=None)
        issue(creditor, label, person, due_on=(now().date() - timedelta(days=3)).isoformat())
        debtor = creditor.find(label)["debtor"]

        def seen():
            mails = [one for one in stack().mailbox.all() if person["email"] in one]
            return mails, creditor.api.all(f"/debtors/{debtor}/time-line")

        before = seen()
        answer = creditor.api.call("POST", f"/debtors/{debtor}/send-now", {"reason": "they asked for it", "dry": True})
        self.assertEqual(seen(), before, "a look writes nothing")
        return person, answer

    def test_what_is_sent_now_is_looked_at_before_and_nothing_is_written(self):
        creditor = Creditor("look")
        for day in range(7):
            to_the_next_morning()
            person, answer = self.look(creditor, f"look{day}")
            if answer.status == 200:
                break
            # Not today, perhaps: on a day off nobody writes.
            self.assertEqual(answer.status, 409, answer.text)
            self.assertTrue(answer.json["reason_text"]["pl"] and answer.json["reason_text"]["en"])
        self.assertEqual(answer.status, 200, answer.text)
        (one,) = answer.json["data"]
        self.assertEqual((one["to"], one["not_sent"]), ([person["email"]], None))
        self.assertIn(f"FV/look{day}", one["text"])


class VatRelief(unittest.TestCase):
    def test_invoices_past_their_90th_day_are_listed_until_they_are_paid(self):
        creditor = Creditor("vat")
        debtor = creditor.debtor("vat", phone=None)
        today = now().date()
        for label, days in (("old", 95), ("older", 120), ("young", 89)):
            due_on = (today - timedelta(days=days)).isoformat()
            issue(creditor, f"vat-{label}", debtor, due_on=due_on, issued_on=(today - timedelta(days=days + 14)).isoformat())

        def listed():
            return [one["case"] for one in creditor.api.all("/invoices", vat_relief="true")]

        old, older = (creditor.find(f"vat-{label}")["case"] for label in ("old", "older"))
        self.assertEqual(listed(), [older, old], "the oldest first, and not the one of 89 days")
        self.assertEqual(creditor.api.get("/invoices", vat_relief="true", limit="1")["data"][0]["case"], older)
        paid = {"payment_id": "cash-vat", "case": older, "amount": "100.00", "currency": "PLN"}
        self.assertIn(creditor.api.call("POST", "/payments", paid).status, (200, 201))
        self.assertEqual(listed(), [old])
        self.assertEqual(creditor.api.call("GET", f"/invoices?vat_relief=true&case={old}").status, 422)


if __name__ == "__main__":
    unittest.main()
