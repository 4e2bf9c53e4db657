"""Callbacks and checkouts: money that does not fit is booked, listed for a person, and settles nothing."""

import unittest

from paying import form_of, order, press, reference_of
from sending import as_json, call_back, callback, issue, new_id, sandbox_signature
from stage import RUN, Creditor, now, private, stack, to_the_next_morning
from story_aws import LINK
from story_http import request
from town import town


class Odd(unittest.TestCase):
    """A verified callback that does not fit is answered as the provider requires and settles nothing by itself."""

    @classmethod
    def shop(cls):
        """A creditor with one reminded debtor, apart from the town: its money moves here."""
        if not hasattr(cls, "creditor"):
            cls.creditor = Creditor("odd")
            cls.creditor.secret("sandbox")
            person = cls.creditor.debtor("ola", phone=None)
            issue(cls.creditor, "inv-odd", person)
            for _ in range(7):
                to_the_next_morning()
                texts = [text for *_, to, _, text in stack().mailbox.all() if to == person["email"]]
                if texts:
                    break
            cls.link = LINK.findall(texts[-1])[-1]
            private("a pay link", cls.link.rsplit("/", 1)[1])
            cls.reference = reference_of(order(cls.link))
        return cls.creditor

    def setUp(self):
        self.creditor = self.shop()

    def is_listed(self, payment, why):
        found = [one for one in self.creditor.attention("odd_payment") if one["booking"] == f"sandbox:{payment}"]
        self.assertEqual(len(found), 1)
        self.assertIn(why, found[0]["reason"])

    def nothing_is_settled(self):
        invoice = self.creditor.find("inv-odd")
        self.assertEqual((invoice["status"], invoice["open"]["minor"], invoice["payments"]), ("open", 10000, []))

    def test_an_unknown_reference(self):
        payment = new_id("sbx")
        answer = call_back(self.creditor, callback(self.creditor, reference="up-nobody", payment_id=payment))
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.is_listed(payment, "reference")
        self.nothing_is_settled()

    def test_another_amount(self):
        for amount_minor in (9999, 10001, 1):
            with self.subTest(amount_minor):
                payment = new_id("sbx")
                body = callback(self.creditor, reference=self.reference, payment_id=payment, amount_minor=amount_minor)
                self.assertEqual(call_back(self.creditor, body).status, 200)
                self.is_listed(payment, "amount")
                self.nothing_is_settled()

    def test_another_currency(self):
        payment = new_id("sbx")
        body = callback(self.creditor, reference=self.reference, payment_id=payment, currency="EUR")
        self.assertEqual(call_back(self.creditor, body).status, 200)
        self.is_listed(payment, "currency")
        self.nothing_is_settled()

    def test_what_does_not_fit_is_booked_as_what_it_is(self):
        payment = new_id("sbx")
        body = callback(self.creditor, reference=self.reference, payment_id=payment, amount_minor=77, currency="EUR")
        call_back(self.creditor, body)
        debtor = self.creditor.find("inv-odd")["debtor"]
        booked = [one for one in self.creditor.api.all(f"/debtors/{debtor}/time-line") if one.get("booking") == f"sandbox:{payment}"]
        self.assertEqual([(one["what"], one["amount"]["decimal"], one["amount"]["currency"]) for one in booked], [("payment_booked", "0.77", "EUR")])

    def test_the_same_callback_again_books_once(self):
        payment = new_id("sbx")
        body = callback(self.creditor, reference=self.reference, payment_id=payment, amount_minor=42, currency="EUR")
        self.assertEqual([call_back(self.creditor, body).status for _ in range(3)], [200, 200, 200])
        self.is_listed(payment, "currency")
        debtor = self.creditor.find("inv-odd")["debtor"]
        entries = [one for one in self.creditor.api.all(f"/debtors/{debtor}/time-line") if one.get("booking") == f"sandbox:{payment}"]
        self.assertEqual(len(entries), 1)

    def test_a_declined_payment_books_nothing(self):
        payment = new_id("sbx")
        body = callback(self.creditor, reference=self.reference, payment_id=payment, status="declined")
        before = stack().stored.count()
        self.assertEqual(call_back(self.creditor, body).status, 200)
        self.assertEqual(stack().stored.count(), before)
        self.nothing_is_settled()


class Refused(unittest.TestCase):
    """A callback whose signature does not verify tells nothing and stores nothing."""

    def setUp(self):
        self.lip, self.dab = town()
        self.body = callback(self.lip.creditor, reference=f"up-forged-{RUN}")

    def refusals(self):
        lip, dab = self.lip.creditor, self.dab.creditor
        url = f"{stack().url}/payments/{lip.id}/sandbox"
        at = int(now().timestamp())
        good = sandbox_signature(lip.secret("sandbox"), at, self.body)
        yield call_back(lip, self.body, secret="0" * 64)
        yield call_back(lip, self.body, secret=dab.secret("sandbox"))
        yield call_back(lip, self.body, off=-301)
        yield call_back(lip, self.body, off=301)
        for headers in ({}, {"x-sandbox-signature": ""}, {"x-sandbox-signature": good.replace("t=", "t=1")}, {"x-sandbox-signature": "t=1,v1="}):
            yield request("POST", url, headers, self.body)
        yield request("POST", url, {"x-sandbox-signature": good}, self.body + b" ")

    def test_refusals_are_all_alike_and_nothing_is_stored(self):
        before = stack().stored.count()
        answers = list(self.refusals())
        self.assertEqual({(answer.status, answer.body) for answer in answers}, {(401, answers[0].body)})
        self.assertEqual(stack().stored.count(), before)
        self.assertEqual(stack().stored.mentions(f"up-forged-{RUN}"), [])

    def test_an_unknown_creditor_or_provider(self):
        answers = [
            call_back(self.lip.creditor, self.body, to="nobody-here"),
            call_back(self.lip.creditor, self.body, to="A_B"),
            call_back(self.lip.creditor, self.body, provider="nobody"),
        ]
        self.assertEqual({(answer.status, answer.body) for answer in answers}, {(404, answers[0].body)})

    def test_more_than_a_megabyte(self):
        self.assertEqual(call_back(self.lip.creditor, b" " * 1_000_001).status, 413)

    def test_a_signed_callback_that_cannot_be_read_is_kept_and_not_taken_for_money(self):
        good = callback(self.lip.creditor, reference=f"up-unreadable-{RUN}")
        broken = ((b"10000", b"-5"), (b"10000", b"1e400"), (b"PLN", b"PL"), (b"PLN", b"P\xafN"))
        for body in (b"", b"{", b"[]", *(good.replace(*change) for change in broken)):
            with self.subTest(body[:20]):
                # Under a text type the gateway itself would replace what is not UTF-8.
                answer, again = (call_back(self.lip.creditor, body, content_type="application/octet-stream") for _ in range(2))
                self.assertEqual((answer.status, answer.json["status"]), (202, "quarantined"))
                self.assertEqual(again.json, answer.json, "kept once")
                api = self.lip.creditor.api
                kept = [one for one in api.all("/events") if one["id"] == answer.json["quarantine_id"]]
                self.assertEqual([(one["source"], one["because"]) for one in kept], [("callback-sandbox", "quarantine")])
                self.assertEqual(api.call("POST", f"/events/{kept[0]['id']}/replay", {}).status, 202)
        self.assertEqual([one for one in self.dab.creditor.api.all("/events") if one["source"] == "callback-sandbox"], [])


class Sandbox(unittest.TestCase):
    """The sandbox takes orders and answers questions of whoever signs for the creditor, and of nobody else."""

    def setUp(self):
        self.lip, self.dab = town()

    def signed_by(self, creditor, signed):
        return {"x-sandbox-signature": sandbox_signature(creditor.secret("sandbox"), int(now().timestamp()), signed)}

    def test_an_order_for_another_creditor_is_refused(self):
        order_for = {"creditor": self.lip.creditor.id, "reference": f"up-forged-order-{RUN}", "amount_minor": 1, "currency": "PLN"}
        order_for |= {"title": "x", "locale": "pl", "return_url": "https://example.com/", "callback_url": "https://example.com/"}
        body = as_json(order_for)
        answer = request("POST", f"{stack().url}/sandbox/checkouts", self.signed_by(self.dab.creditor, body), body)
        self.assertEqual(answer.status, 401)
        self.assertEqual(stack().stored.mentions(f"up-forged-order-{RUN}"), [])

    def test_the_status_of_anothers_checkout_is_refused(self):
        checkout = order(self.lip.links["beata"])
        checkout_id = checkout.rsplit("/", 1)[1].encode()
        self.assertEqual(request("GET", f"{checkout}/status", self.signed_by(self.lip.creditor, checkout_id)).json["status"], "open")
        for headers in (self.signed_by(self.dab.creditor, checkout_id), {}):
            self.assertEqual(request("GET", f"{checkout}/status", headers).status, 401)

    def test_a_checkout_is_decided_by_its_own_form_only(self):
        lips, dabs = order(self.lip.links["beata"]), order(self.dab.links["beata"])
        for fields in (form_of(dabs) | {"outcome": "paid"}, {"outcome": "paid"}, {"outcome": "paid", "token": ""}):
            self.assertEqual(press(lips, fields).status, 403)
        self.assertEqual(self.lip.creditor.find("inv-beata")["status"], "open")

    def test_a_checkout_shows_nothing_of_the_debtor(self):
        page = request("GET", order(self.lip.links["beata"])).text
        for secret in self.lip.private():
            self.assertNotIn(secret, page)

    def test_an_unknown_checkout_or_path_is_not_there(self):
        for path in ("checkouts/sbx-nobody", "checkouts", "checkouts/sbx-x/status", "x", "checkouts/%23"):
            self.assertEqual(request("GET", f"{stack().url}/sandbox/{path}").status, 404, path)


if __name__ == "__main__":
    unittest.main()
