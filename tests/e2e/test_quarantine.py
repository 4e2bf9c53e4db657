"""Signed, but not to be understood: 202 with a quarantine id, kept, listed, replayable, and never a wrong fact."""

import json
import time
import unittest
from functools import cache

from sending import as_json, event, issue, new_id, send, send_body, send_order
from stage import RUN, Creditor, now

BEYOND = "92233720368547758.08"  # one minor unit more than i64 holds


@cache
def shop():
    creditor = Creditor("qua")
    creditor.secret("upominek")
    creditor.secret("shopify")
    return creditor


def invoice(**changed):
    data = shop().invoice(new_id("inv"), shop().debtor("kept")) | changed
    return event("invoice.issued", data, now())


def money(kind, **changed):
    data = {"id": new_id("pay"), "invoice": {"id": "inv-none"}, "currency": "PLN", "amount": "5.00"} | changed
    return event(kind, data, now())


def order(**changed):
    at = now().isoformat()
    known = {"id": int(time.time() * 1e6), "name": "#1", "created_at": at, "updated_at": at, "currency": "PLN"}
    known |= {"total_price": "10.00", "current_total_price": "10.00", "total_outstanding": "10.00", "financial_status": "pending"}
    customer = shop().debtor("order")
    known |= {"customer": {"id": 1, "first_name": customer["name"], "last_name": "X", "email": customer["email"]}}
    return as_json(known | changed)


# What is wrong -> (body, the field that the reason names, content type)
OWN = {
    "truncated": lambda: (invoice()[:-30], "body"),
    "cut in the middle of a letter": lambda: (invoice().split("Ż".encode())[0] + b"\xc5", "body"),
    "not UTF-8": lambda: (invoice().replace("Ż".encode(), b"\xaf"), "body"),
    "nothing": lambda: (b"", "body"),
    "no JSON": lambda: (b"<invoice/>", "body"),
    "two documents": lambda: (invoice() + invoice(), "body"),
    "a list": lambda: (b"[]", "body"),
    "null": lambda: (b"null", "body"),
    "deeper than anybody reads": lambda: (b"[" * 5000, "body"),
    "no data": lambda: (event("invoice.issued", None, now()), "data"),
    "no kind": lambda: (as_json({"data": {}}), "type"),
    "no debtor": lambda: (invoice(debtor=None), "data.debtor"),
    "no number": lambda: (invoice(number=None), "data.number"),
    "no revision": lambda: (invoice(revision=None), "data.revision"),
    "a revision below zero": lambda: (invoice(revision=-1), "data.revision"),
    "no such day": lambda: (invoice(issued_on="2026-02-30"), "data.issued_on"),
    "no such currency": lambda: (invoice(currency="ZLOTY"), "data.currency"),
    "beyond i64": lambda: (invoice(total=BEYOND), "data.total"),
    "far beyond i64": lambda: (invoice(total="9" * 400), "data.total"),
    "a fraction of a yen": lambda: (invoice(total="100.5", currency="JPY"), "data.total"),
    "a fraction of a grosz": lambda: (invoice(total="100.005"), "data.total"),
    "below zero": lambda: (invoice(total="-1.00"), "data.total"),
    "paid below zero": lambda: (invoice(paid="-0.01"), "data.paid"),
    "a number that passed through a float": lambda: (invoice(total=100.1), "data.total"),
    "an amount in words": lambda: (invoice(total="sto"), "data.total"),
    "a comma": lambda: (invoice(total="100,00"), "data.total"),
    "an exponent": lambda: (invoice(total="1e2"), "data.total"),
    "not a number": lambda: (invoice(total="NaN"), "data.total"),
    "a payment below zero": lambda: (money("payment.received", amount="-5.00"), "data.amount"),
    "a payment of nothing": lambda: (money("payment.received", amount="0.00"), "data.amount"),
    "a payment beyond i64": lambda: (money("payment.received", amount=BEYOND), "data.amount"),
    "a payment of half a yen": lambda: (money("payment.received", amount="0.5", currency="JPY"), "data.amount"),
    "a refund below zero": lambda: (money("payment.refunded", amount="-5.00"), "data.amount"),
    "a credit note below zero": lambda: (money("credit_note.issued", amount="-5.00"), "data.amount"),
}
SHOPIFY = {
    "truncated": lambda: (order()[:-10], "body"),
    "not UTF-8": lambda: (order().replace("Ż".encode(), b"\xaf"), "body"),
    "no id": lambda: (order(id=None), "id"),
    "beyond i64": lambda: (order(total_price=BEYOND, current_total_price=BEYOND), None),
    "a fraction of a yen": lambda: (order(total_price="10.5", current_total_price="10.5", total_outstanding="10.5", currency="JPY"), None),
    "below zero": lambda: (order(total_price="-10.00", current_total_price="-10.00", total_outstanding="-10.00"), None),
}


class Quarantine(unittest.TestCase):
    """Each body is signed well; nothing of it becomes a fact."""

    def is_quarantined(self, answer, field):
        self.assertEqual(answer.status, 202, answer.text)
        self.assertEqual(answer.json["status"], "quarantined")
        kept = self.kept(answer.json["quarantine_id"])
        self.assertEqual((kept["because"], kept["retry_at"]), ("quarantine", None))
        if field:
            self.assertEqual(kept["why"].split(":")[0], field)
        return kept

    def kept(self, event_id):
        found = [one for one in shop().api.all("/events") if one["id"] == event_id]
        self.assertEqual(len(found), 1)
        return found[0]

    def test_the_own_format(self):
        for name, made in OWN.items():
            with self.subTest(name):
                body, field = made()
                answer = send_body(shop(), body, content_type="application/octet-stream")
                self.assertEqual(self.is_quarantined(answer, field)["source"], "upominek")

    def test_shopify(self):
        for name, made in SHOPIFY.items():
            with self.subTest(name):
                body, field = made()
                answer = send_order(shop(), body, content_type="application/octet-stream")
                self.assertEqual(self.is_quarantined(answer, field)["source"], "shopify")

    def test_nothing_of_it_became_an_invoice(self):
        self.test_the_own_format()
        self.assertEqual(shop().api.all("/debtors"), [])

    def test_the_reason_repeats_no_value(self):
        """A reason is read by many: it names the field and the rule, never what was there."""
        body = invoice(total="12345678.999", debtor=shop().debtor("seen"))
        answer = send_body(shop(), body)
        for text in (answer.text, json.dumps(self.is_quarantined(answer, "data.total"))):
            for value in ("12345678", RUN + "-qua", "@"):
                self.assertNotIn(value, text)

    def test_the_same_again_is_kept_once(self):
        body, event_id = invoice(total="-7.00"), new_id()
        ids = {send_body(shop(), body, event_id).json["quarantine_id"] for _ in range(3)}
        self.assertEqual(len(ids), 1)
        self.kept(ids.pop())

    def test_it_can_be_replayed_and_stays_until_it_is_understood(self):
        event_id = send_body(shop(), invoice(total="-8.00")).json["quarantine_id"]
        answer = shop().api.call("POST", f"/events/{event_id}/replay", {})
        self.assertEqual((answer.status, answer.json["status"]), (202, "queued"))
        self.wait_for(lambda: self.kept(event_id)["tries"] == 1, "it was tried again")
        self.assertEqual(self.kept(event_id)["because"], "quarantine")

    def test_a_number_that_two_invoices_have_waits_for_a_person(self):
        """A payment that names it is not guessed to be for either."""
        creditor, shared = Creditor("rep"), f"FV/shared/{RUN}"
        for name in ("a", "b"):
            issue(creditor, f"inv-{name}", creditor.debtor(name), number=shared)
        payment = {"id": new_id("pay"), "invoice": {"number": shared}, "currency": "PLN", "amount": "30.00"}
        event_id = send(creditor, "payment.received", payment).json["quarantine_id"]
        self.assertEqual([creditor.find(f"inv-{name}")["paid"]["minor"] for name in "ab"], [0, 0])
        answer = creditor.api.call("POST", f"/events/{event_id}/replay", {})
        self.assertEqual(answer.status, 202)
        self.wait_for(lambda: [one["tries"] for one in creditor.api.all("/events")] == [1], "it is still unclear")

    def test_what_waits_for_its_invoice_is_listed_and_applied_when_it_comes(self):
        creditor = Creditor("par")
        payment = {"id": new_id("pay"), "invoice": {"id": "inv-late"}, "currency": "PLN", "amount": "40.00"}
        answer = send(creditor, "payment.received", payment)
        self.assertEqual((answer.status, answer.json["status"]), (202, "kept"))
        listed = creditor.api.all("/events")
        self.assertEqual([(one["because"], one["waits_for"]) for one in listed], [("parked", "upominek:inv-late")])
        issue(creditor, "inv-late", creditor.debtor("late"))
        self.wait_for(lambda: creditor.find("inv-late")["paid"]["decimal"] == "40.00", "the payment was applied")
        self.wait_for(lambda: creditor.api.all("/events") == [], "it left the list")

    def wait_for(self, happened, what, patience=20):
        deadline = time.monotonic() + patience
        while not happened():
            self.assertLess(time.monotonic(), deadline, f"within {patience} s: {what}")
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
