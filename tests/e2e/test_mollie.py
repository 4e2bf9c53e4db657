"""Paying by Mollie, as its stand-in plays it: hinted at or told by signed events, asked for, and taken back."""

import json
import secrets
import unittest
from datetime import timedelta

from paying import order, press
from provider import AtProvider
from stage import RUN, Creditor, now, past_what_is_remembered, private, stack, travel
from story_http import request

LABELS = ("once", "twice", "amount", "currency", "unavailable", "parts", "charged", "failed", "forged", "foreign", "silent", "page")


class AtMollie(AtProvider):
    name = "mollie"
    signing = None

    @classmethod
    def key(cls):
        return private("a secret", f"test_{secrets.token_hex(20)}")

    @classmethod
    def credentials(cls, key, signing=None):
        return json.dumps({"api_key": key} | ({"signing_secret": signing} if signing else {}))

    @classmethod
    def url(cls):
        return f"{stack().url}/payments/{cls.creditor.id}/mollie"

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1]

    def act(self, payment, what, **how):
        return self.stand_in("act", payment=payment, what=what, **how)["answers"]


class Hinted(AtMollie):
    """Each payment has a webhook of its own, which says an id and is not signed."""

    prefix = "mol"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("mollie", providers=["mollie"])
        cls.api_key = cls.key()
        cls.creditor.new_secret(provider="mollie", secret=cls.credentials(cls.api_key))
        cls.stand_in("profile", api_key=cls.api_key)
        cls.send_links(LABELS)

    def test_a_payment_is_asked_for_and_booked_once_however_often_it_is_hinted_at(self):
        payment = self.checkout("once")
        self.assertEqual(self.act(payment, "again", times=2), [200] * 2)
        self.is_open("once", 10000)
        self.assertEqual(self.act(payment, "paid", times=3), [200] * 3)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)

    def test_pressed_twice_it_is_one_checkout(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        for why, how in (("amount", {"amount": "99.00"}), ("currency", {"currency": "EUR"})):
            with self.subTest(why):
                self.settles_nothing_and_is_shown(why, lambda at: self.act(at, "paid", **how))

    def test_while_it_cannot_be_asked_for_it_waits(self):
        payment = self.checkout("unavailable")
        self.assertEqual(self.act(payment, "paid", trouble=["unavailable"]), [200])
        self.is_open("unavailable", 10000)
        self.assertEqual(self.act(payment, "again", times=2), [200] * 2)
        self.assertEqual(len(self.is_open("unavailable", 0, "paid")["payments"]), 1)

    def test_what_goes_back_in_parts_is_booked_once_each_and_only_when_it_left(self):
        payment = self.checkout("parts")
        self.act(payment, "paid")
        for what in ("queued", "pending refund"):
            self.assertEqual(self.act(payment, what, amount="25.00"), [200])
            self.is_open("parts", 0, "paid")
        self.assertEqual(self.act(payment, "processing", times=2), [200] * 2)
        self.is_open("parts", 2500)
        self.assertEqual(self.act(payment, "refunded", times=2), [200] * 2)
        self.is_open("parts", 2500)
        self.assertEqual(self.act(payment, "processing", amount="10.00", thing="2", times=2), [200] * 2)
        self.is_open("parts", 3500)
        self.assertEqual(self.act(payment, "again"), [200])
        self.is_open("parts", 3500)

    def test_a_chargeback_opens_the_invoice_and_its_reversal_goes_to_a_person(self):
        payment = self.checkout("charged")
        self.act(payment, "paid")
        self.assertEqual(self.act(payment, "charged back", times=2), [200] * 2)
        self.is_open("charged", 10000)
        before = len(self.odd())
        self.assertEqual(self.act(payment, "reversed", times=2), [200] * 2)
        self.is_open("charged", 10000)
        self.assertEqual(len(self.odd()), before + 1, "once, and nobody but a person knows what it is for")

    def test_what_fails_is_not_paid_and_the_next_try_is_another_payment(self):
        payment = self.checkout("failed")
        self.assertEqual(self.act(payment, "failed", times=2), [200] * 2)
        self.is_open("failed", 10000)
        answer = request("GET", self.links["failed"])
        self.assertEqual(answer.status, 200)

    def test_a_forged_hint_books_nothing(self):
        payment = self.checkout("forged")
        for id_ in (payment, "tr_unknown", "ord_1", f"{payment}x"):
            self.assertEqual(self.stand_in("hint", url=self.url(), id=id_)["answer"], 200)
        self.is_open("forged", 10000)
        for body in (b"", b"id=", b"id=tr_1/..&x=1", f"id={payment}&id=tr_2".encode(), json.dumps({"id": payment}).encode()):
            self.assertEqual(request("POST", self.url(), {"content-type": "application/x-www-form-urlencoded"}, body).status, 401, body)

    def test_a_payment_of_another_profile_is_unknown_and_books_nothing(self):
        other = self.key()
        self.stand_in("profile", api_key=other)
        body = {"amount": {"currency": "PLN", "value": "1.00"}, "description": "x", "redirectUrl": "https://x.example"}
        headers = {"authorization": f"Bearer {other}", "idempotency-key": "123e4567-e89b-42d3-a456-426614174000"}
        made = request("POST", f"{self.root()}/v2/payments", headers, json.dumps(body).encode()).json
        self.act(made["id"], "paid", silent=True)
        before = len(self.odd())
        self.assertEqual(self.stand_in("hint", url=self.url(), id=made["id"])["answer"], 200)
        self.assertEqual(len(self.odd()), before)

    def test_a_payment_that_is_never_told_of_is_found(self):
        payment = self.checkout("silent")
        self.act(payment, "paid", silent=True)
        self.assertIn("przetwarzana", request("GET", self.back_to("silent", payment)).text)
        self.is_open("silent", 10000)
        travel(now() + timedelta(minutes=46))  # asked after 30, by the next sweep
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1)

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("100.00 PLN", request("GET", checkout).text)
        answer = press(checkout, {"what": "paid"})
        self.assertEqual(answer.status, 303)
        self.assertIn("Płatność dotarła", request("GET", answer.headers["location"]).text)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in (f"live_{'a' * 30}", self.credentials("access_of_a_wrong_form_0123456789"), self.credentials("live_short")):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="mollie", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


class Signed(AtMollie):
    """Events are subscribed to and signed; nothing counts that is not."""

    prefix = "mos"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("mollie-signed", providers=["mollie"])
        cls.api_key, cls.first = cls.key(), private("a secret", f"signing-first-{RUN}")
        cls.creditor.new_secret(provider="mollie", secret=cls.credentials(cls.api_key, cls.first))
        cls.profile(cls.first)
        cls.send_links(("once", "stale", "stripped", "stolen", "old", "parts"))

    @classmethod
    def profile(cls, *signing):
        cls.stand_in("profile", api_key=cls.api_key, events_url=cls.url(), signing_secrets=signing)

    def test_a_signed_event_is_asked_for_and_booked_once(self):
        payment = self.checkout("once")
        self.assertIsNone(self.stand_in("payment", payment=payment)["webhook"])
        self.assertEqual(self.act(payment, "paid", times=3), [200] * 3)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)

    def test_what_an_event_pictures_is_not_believed(self):
        payment = self.checkout("stale")
        self.assertEqual(self.act(payment, "again", stale="paid"), [200])
        self.is_open("stale", 10000)
        self.act(payment, "paid")
        self.assertEqual(self.act(payment, "again", stale="open"), [200])
        self.is_open("stale", 0, "paid")

    def test_an_event_whose_signature_was_taken_away_is_refused_and_so_is_a_hint(self):
        payment = self.checkout("stripped")
        self.assertEqual(self.act(payment, "paid", unsigned=True), [401])
        self.assertEqual(self.stand_in("hint", url=self.url(), id=payment)["answer"], 401)
        self.is_open("stripped", 10000)

    def test_what_somebody_else_signed_is_refused(self):
        payment = self.checkout("stolen")
        self.assertEqual(self.act(payment, "paid", secret="secret-of-somebody-else"), [401])
        self.is_open("stolen", 10000)

    def test_the_secret_of_yesterday_works_until_it_is_dropped_and_so_do_both_at_once(self):
        payment = self.checkout("old")
        second = private("a secret", f"signing-second-{RUN}")
        self.creditor.new_secret(provider="mollie", secret=self.credentials(self.api_key, second))
        past_what_is_remembered()
        self.assertEqual(self.act(payment, "again", secret=self.first), [200])
        self.profile("signing-of-nobody", second)
        try:
            self.assertEqual(self.act(payment, "paid"), [200])
            self.is_open("old", 0, "paid")
        finally:
            self.profile(self.first)

    def test_refunds_are_told_by_events_of_their_own(self):
        payment = self.checkout("parts")
        self.act(payment, "paid")
        self.assertEqual(self.act(payment, "processing", amount="40.00", times=2), [200] * 2)
        self.is_open("parts", 4000)


if __name__ == "__main__":
    unittest.main()
