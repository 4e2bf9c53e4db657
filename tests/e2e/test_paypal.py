"""Paying by PayPal, as its stand-in plays it: approved and captured, told late, twice, wrongly, and taken back."""

import json
import unittest
from datetime import timedelta

from paying import order, press
from provider import AtProvider
from stage import RUN, Creditor, now, past_what_is_remembered, private, stack, travel
from story_http import request

LABELS = ("once", "told", "twice", "amount", "currency", "failing", "unavailable", "declined", "pending", "back", "early", "reversed")
MORE = ("disputed", "stolen", "headers", "old", "silent", "page")


class PayPal(AtProvider):
    name, prefix = "paypal", "ppl"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("paypal", providers=["paypal"])
        cls.client_id, cls.client_secret = f"client-{RUN}", private("a secret", f"client-secret-{RUN}")
        cls.first = f"1AA{RUN.upper()}0000000A"
        cls.root_pem = cls.app(cls.first)
        cls.creditor.new_secret(provider="paypal", secret=cls.credentials(cls.first))
        cls.send_links(LABELS + MORE)

    @classmethod
    def credentials(cls, webhook_id):
        known = {"client_id": cls.client_id, "client_secret": cls.client_secret, "webhook_id": webhook_id, "environment": "sandbox"}
        return json.dumps(known | {"root": cls.root_pem})

    @classmethod
    def app(cls, webhook_id):
        url = f"{stack().url}/payments/{cls.creditor.id}/paypal"
        return cls.stand_in("app", client_id=cls.client_id, client_secret=cls.client_secret, webhook_id=webhook_id, webhook_url=url)["root"]

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1]

    def act(self, at, what, **how):
        return self.stand_in("act", order=at, what=what, **how)["answers"]

    def test_what_is_approved_is_captured_once_and_booked_once_however_often_it_is_told(self):
        at = self.checkout("once")
        self.is_open("once", 10000)
        self.assertEqual(self.act(at, "approved", times=3), [200] * 3)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)
        self.assertEqual(self.act(at, "captured", times=2), [200] * 2)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)
        self.assertEqual(self.stand_in("order", order=at)["captures"], 1)

    def test_a_capture_may_be_told_before_its_approval(self):
        at = self.checkout("told")
        self.assertEqual(self.act(at, "captured"), [200])
        self.assertEqual(self.act(at, "approved"), [200])
        self.assertEqual(len(self.is_open("told", 0, "paid")["payments"]), 1)

    def test_pressed_twice_it_is_one_checkout(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        for why, how in (("amount", {"amount": "99.00"}), ("currency", {"currency": "EUR"})):
            with self.subTest(why):
                self.settles_nothing_and_is_shown(why, lambda at: self.act(at, "captured", **how))

    def test_captured_and_no_answer_is_found_out_with_the_next_telling(self):
        at = self.checkout("failing")
        self.assertEqual(self.act(at, "approved", trouble=["captured and 500"]), [200])
        self.is_open("failing", 10000)
        self.assertEqual(self.act(at, "captured"), [200])
        self.assertEqual(len(self.is_open("failing", 0, "paid")["payments"]), 1)
        self.assertEqual(self.stand_in("order", order=at)["captures"], 1)

    def test_while_it_cannot_be_captured_it_waits(self):
        at = self.checkout("unavailable")
        self.assertEqual(self.act(at, "approved", trouble=["unavailable"]), [200])
        self.is_open("unavailable", 10000)
        self.assertEqual(self.act(at, "approved"), [200])
        self.assertEqual(len(self.is_open("unavailable", 0, "paid")["payments"]), 1)

    def test_what_is_declined_may_be_approved_again(self):
        at = self.checkout("declined")
        self.assertEqual(self.act(at, "approved", trouble=["declined"]), [200])
        self.is_open("declined", 10000)
        self.assertEqual(self.act(at, "approved"), [200])
        self.is_open("declined", 0, "paid")

    def test_a_capture_that_waits_is_no_money_yet(self):
        at = self.checkout("pending")
        self.assertEqual(self.act(at, "approved", trouble=["pending"]), [200])
        self.assertEqual(self.act(at, "pending"), [200])
        self.is_open("pending", 10000)
        self.assertEqual(self.act(at, "captured", times=2), [200] * 2)
        self.assertEqual(self.act(at, "pending"), [200], "an old event, told late")
        self.assertEqual(len(self.is_open("pending", 0, "paid")["payments"]), 1)

    def test_refunds_open_the_invoice_again_each_once(self):
        at = self.checkout("back")
        self.act(at, "approved")
        self.assertEqual(self.act(at, "refund pending", amount="40.00"), [200])
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(at, "refunded", amount="40.00", times=2), [200] * 2)
        self.assertEqual(self.act(at, "refunded", amount="10.00", thing="B2"), [200])
        self.is_open("back", 5000)
        before = len(self.odd())
        self.assertEqual(self.act(at, "refund failed", amount="10.00", thing="B2", times=2), [200] * 2)
        self.is_open("back", 5000)
        self.assertEqual(len(self.odd()), before + 1, "its money is here again, and a person looks")

    def test_a_refund_before_its_payment_waits_for_it(self):
        at = self.checkout("early")
        self.act(at, "captured", silent=True)
        self.assertEqual(self.act(at, "refunded", amount="25.00"), [200])
        self.is_open("early", 10000)
        self.act(at, "captured")
        self.is_open("early", 0, "paid")

    def test_a_reversal_is_a_chargeback(self):
        at = self.checkout("reversed")
        self.act(at, "approved")
        self.assertEqual(self.act(at, "reversed", times=2), [200] * 2)
        self.is_open("reversed", 10000)

    def test_a_dispute_is_one_only_where_money_moved(self):
        at = self.checkout("disputed")
        self.act(at, "approved")
        self.assertEqual(self.act(at, "disputed") + self.act(at, "dispute over"), [200] * 2)
        self.is_open("disputed", 0, "paid")
        self.act(at, "refunded", amount="60.00", silent=True)
        self.assertEqual(self.act(at, "dispute over", times=2), [200] * 2)
        self.is_open("disputed", 6000)

    def test_what_somebody_else_signed_is_refused(self):
        at = self.checkout("stolen")
        for how in (
            {"webhook_id": "9ZZ99999ZZ999999Z"},
            {"key": "paypal_live"},
            {"key": "paypal_other", "certificate": "CERT-other"},
            {"host": "api.sandbox.paypal.com.evil.example"},
            {"host": "api.paypal.com"},
            {"algorithm": "SHA1withRSA"},
            {"tamper": True},
        ):
            self.assertEqual(self.act(at, "captured", **how), [401], how)
        self.is_open("stolen", 10000)

    def test_the_webhook_of_yesterday_works_until_it_is_dropped(self):
        at = self.checkout("old")
        second = f"2BB{RUN.upper()}0000000B"
        self.creditor.new_secret(provider="paypal", secret=self.credentials(second))
        past_what_is_remembered()
        self.assertEqual(self.act(at, "approved", webhook_id=self.first), [200])
        self.is_open("old", 0, "paid")
        self.assertEqual(self.act(at, "captured", webhook_id=second), [200])

    def test_an_approval_that_is_never_told_of_is_captured_and_looking_at_the_page_captures_nothing(self):
        at = self.checkout("silent")
        self.act(at, "approved", silent=True)
        self.assertIn("przetwarzana", request("GET", self.back_to("silent", at)).text)
        self.assertEqual(self.stand_in("order", order=at)["asked_to_capture"], 0)
        self.is_open("silent", 10000)
        travel(now() + timedelta(minutes=46))  # asked after 30, by the next sweep
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1)

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("100.00 PLN", request("GET", checkout).text)
        answer = press(checkout, {"what": "approved"})
        self.assertEqual(answer.status, 303)
        self.assertIn("Płatność dotarła", request("GET", answer.headers["location"]).text)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in ("client-secret-alone", self.credentials("https://api.example/payments"), json.dumps({"client_id": "id-alone"})):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="paypal", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


if __name__ == "__main__":
    unittest.main()
