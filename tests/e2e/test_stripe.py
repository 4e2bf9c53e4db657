"""Paying by Stripe, as its stand-in plays it: paid by one of many events, late, twice, wrongly, and taken back."""

import json
import unittest
from datetime import timedelta

from paying import form_of, order, press
from provider import AtProvider
from stage import RUN, Creditor, now, past_what_is_remembered, private, stack, travel
from story_http import request

LABELS = ("many", "later", "fails", "twice", "odd", "back", "early", "stolen", "old", "page", "silent")


class StripeCheckout(AtProvider):
    name, prefix = "stripe", "str"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("stripe", providers=["stripe"])
        cls.key, cls.signing = f"sk_test_{RUN}", private("a secret", f"whsec_first{RUN}")
        cls.creditor.new_secret(provider="stripe", secret=cls.credentials(cls.signing))
        cls.point(cls.signing)
        cls.send_links(LABELS)
        cls.point(cls.signing)

    @classmethod
    def credentials(cls, signing):
        private("a secret", cls.key)
        return json.dumps({"api_key": cls.key, "signing_secret": signing})

    @classmethod
    def point(cls, signing):
        url = f"{stack().url}/payments/{cls.creditor.id}/stripe"
        cls.stand_in("endpoint", api_key=cls.key, url=url, secret=signing, now=int(now().timestamp()))

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1]

    def act(self, session, what, **how):
        return self.stand_in("act", session=session, what=what, **how)["answers"]

    def test_one_payment_with_many_events_is_booked_once(self):
        session = self.checkout("many")
        self.assertEqual(self.act(session, "paid", times=2), [200] * 6)
        self.assertEqual(len(self.is_open("many", 0, "paid")["payments"]), 1)

    def test_pressed_twice_it_is_one_checkout(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))

    def test_completed_is_not_paid(self):
        session = self.checkout("later")
        self.assertEqual(self.act(session, "later"), [200])
        self.is_open("later", 10000)
        self.assertIn("przetwarzana", request("GET", self.back_to("later", session)).text)
        self.assertEqual(set(self.act(session, "succeeded")), {200})
        self.is_open("later", 0, "paid")
        self.assertEqual(self.act(session, "told late"), [200], "what comes late changes nothing")
        self.is_open("later", 0, "paid")

    def test_a_payment_that_fails_leaves_the_debt_and_can_be_tried_again(self):
        session = self.checkout("fails")
        self.act(session, "later")
        self.assertEqual(self.act(session, "failed"), [200])
        self.is_open("fails", 10000)
        self.assertIn("nie udała", request("GET", self.back_to("fails", session)).text)
        self.assertIn("provider", form_of(self.links["fails"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        session = self.checkout("odd")
        self.act(session, "paid", amount=9900)
        self.is_open("odd", 10000)
        found = [one for one in self.creditor.attention("odd_payment") if one["booking"].startswith("stripe:pi_")]
        self.assertEqual(len(found), 1)
        self.assertIn("amount", found[0]["reason"])

    def test_a_payment_of_which_nobody_told_is_asked_about(self):
        session = self.checkout("silent")
        self.assertEqual(self.act(session, "paid", times=0), [])
        self.is_open("silent", 10000)
        travel(now() + timedelta(minutes=46))  # asked after 30, by the next sweep
        self.point(self.signing)
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1)
        self.assertEqual(set(self.act(session, "paid")), {200})
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1, "told after all, it is the same money")

    def test_a_refund_and_a_lost_dispute_open_the_invoice_again_each_once(self):
        session = self.checkout("back")
        self.act(session, "paid")
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(session, "refunded", amount=4000, refund="re_back", times=2), [200] * 4)
        self.is_open("back", 4000)
        self.act(session, "disputed", amount=6000, refund="dp_back")
        self.is_open("back", 10000)

    def test_a_refund_before_its_payment_waits_for_it(self):
        session = self.checkout("early")
        self.assertEqual(set(self.act(session, "refunded", amount=2500, refund="re_early")), {200})
        self.is_open("early", 10000)
        self.act(session, "paid")
        self.is_open("early", 0, "paid")

    def test_what_somebody_else_signed_is_refused(self):
        session = self.checkout("stolen")
        self.assertEqual(set(self.act(session, "paid", secret="whsec_of_somebody_else")), {401})
        old = int((now() - timedelta(minutes=6)).timestamp())
        self.assertEqual(set(self.act(session, "paid", at=old)), {401}, "an event is fresh for five minutes")
        self.is_open("stolen", 10000)

    def test_the_secret_of_yesterday_works_until_it_is_dropped(self):
        session = self.checkout("old")
        self.creditor.new_secret(provider="stripe", secret=self.credentials(f"whsec_second{RUN}"))
        past_what_is_remembered()
        self.point(self.signing)
        self.assertEqual(set(self.act(session, "paid")), {200})
        self.is_open("old", 0, "paid")

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("10000 pln", request("GET", checkout).text)
        answer = press(checkout, {"what": "paid"})
        self.assertEqual(answer.status, 303)
        page = request("GET", answer.headers["location"]).text
        self.assertIn("Płatność dotarła", page)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in ("whsec_alone", json.dumps({"api_key": "pk_live_1", "signing_secret": "whsec_1"})):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="stripe", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


if __name__ == "__main__":
    unittest.main()
