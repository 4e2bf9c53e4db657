"""Paying by Przelewy24, as its stand-in plays it: told of and verified, late, twice, wrongly, and taken back."""

import json
import unittest
from datetime import timedelta

from paying import order, press
from provider import AtProvider
from stage import RUN, Creditor, now, past_what_is_remembered, private, stack, travel
from story_http import request

LABELS = ("once", "twice", "amount", "currency", "advance", "failing", "unavailable", "back", "early", "stolen", "text", "old", "silent", "page")


class Przelewy24(AtProvider):
    name, prefix = "przelewy24", "p24"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("przelewy24", providers=["przelewy24"])
        cls.pos = int(RUN, 16) + 1_000_000
        cls.crc, cls.key = private("a secret", f"crc-first-{RUN}"), private("a secret", f"report-{RUN}")
        cls.creditor.new_secret(provider="przelewy24", secret=cls.credentials(cls.crc))
        cls.shop(cls.crc)
        cls.send_links(LABELS)

    @classmethod
    def credentials(cls, crc):
        return json.dumps({"merchant_id": cls.pos, "pos_id": cls.pos, "crc": crc, "report_key": cls.key, "environment": "sandbox"})

    @classmethod
    def shop(cls, crc):
        cls.stand_in("shop", merchant_id=cls.pos, pos_id=cls.pos, crc=crc, report_key=cls.key)

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1]

    def act(self, token, what, **how):
        return self.stand_in("act", token=token, what=what, **how)["answers"]

    def test_a_payment_is_verified_and_booked_once_however_often_it_is_told(self):
        token = self.checkout("once")
        self.assertEqual(self.act(token, "paid", times=3), [200] * 3)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)

    def test_pressed_twice_it_is_one_checkout(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        for why, how in (("amount", {"amount": 9900}), ("currency", {"currency": "EUR"})):
            with self.subTest(why):
                self.settles_nothing_and_is_shown(why, lambda at: self.act(at, "paid", **how))

    def test_an_advance_that_is_not_verified_is_never_booked(self):
        token = self.checkout("advance")
        self.assertIn(self.act(token, "paid", trouble=["refuse"])[0], (200, 202))
        self.is_open("advance", 10000)

    def test_verified_and_no_answer_is_found_out_with_the_next_telling(self):
        token = self.checkout("failing")
        self.assertEqual(self.act(token, "paid", trouble=["verified and 500"]), [200])
        self.is_open("failing", 10000)
        self.assertEqual(self.act(token, "paid"), [200])
        self.assertEqual(len(self.is_open("failing", 0, "paid")["payments"]), 1)

    def test_while_it_cannot_be_verified_it_waits(self):
        token = self.checkout("unavailable")
        self.assertEqual(self.act(token, "paid", trouble=["unavailable"]), [200])
        self.is_open("unavailable", 10000)
        self.assertEqual(self.act(token, "paid", times=2), [200] * 2)
        self.assertEqual(len(self.is_open("unavailable", 0, "paid")["payments"]), 1)

    def test_a_refund_opens_the_invoice_again_once_it_is_completed(self):
        token = self.checkout("back")
        self.act(token, "paid")
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(token, "rejected", amount=4000, refund="r-no"), [200])
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(token, "refunded", amount=4000, refund="r-back", times=2), [200] * 2)
        self.is_open("back", 4000)

    def test_a_refund_before_its_payment_waits_for_it(self):
        token = self.checkout("early")
        self.assertEqual(self.act(token, "announced", amount=2500, refund="r-early"), [200])
        self.is_open("early", 10000)
        self.act(token, "paid")
        self.is_open("early", 0, "paid")

    def test_what_somebody_else_signed_is_refused(self):
        token = self.checkout("stolen")
        self.assertEqual(self.act(token, "paid", crc="crc-of-somebody-else"), [401])
        self.is_open("stolen", 10000)

    def test_an_amount_that_is_a_text_is_refused_although_it_is_signed(self):
        token = self.checkout("text")
        self.assertEqual(self.act(token, "paid", text_amount=True), [401])
        self.is_open("text", 10000)

    def test_the_key_of_yesterday_works_until_it_is_dropped(self):
        token = self.checkout("old")
        second = private("a secret", f"crc-second-{RUN}")
        self.creditor.new_secret(provider="przelewy24", secret=self.credentials(second))
        past_what_is_remembered()
        # We sign with the newest one; the notification was made before.
        self.shop(second)
        try:
            self.assertEqual(self.act(token, "paid", crc=self.crc), [200])
            self.is_open("old", 0, "paid")
        finally:
            self.creditor.new_secret(provider="przelewy24", secret=self.credentials(self.crc))
            past_what_is_remembered()
            self.shop(self.crc)

    def test_a_payment_that_is_never_told_of_is_found_and_looking_at_the_page_verifies_nothing(self):
        token = self.checkout("silent")
        self.act(token, "paid silently")
        answer = press(f"{self.root()}/trnRequest/{token}", {"what": "back"})
        self.assertIn("przetwarzana", request("GET", answer.headers["location"]).text)
        self.is_open("silent", 10000)
        travel(now() + timedelta(minutes=46))  # asked after 30, by the next sweep
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1, "an advance of which nobody told is verified")

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("10000 PLN", request("GET", checkout).text)
        answer = press(checkout, {"what": "paid"})
        self.assertEqual(answer.status, 303)
        self.assertIn("Płatność dotarła", request("GET", answer.headers["location"]).text)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in ("crc-alone-and-nothing-else", json.dumps({"merchant_id": "12345", "crc": "crc-of-a-wrong-form"})):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="przelewy24", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


if __name__ == "__main__":
    unittest.main()
