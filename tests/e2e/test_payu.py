"""Paying by PayU, as its stand-in plays it: late, twice, out of order, wrongly, lost on the way, and taken back."""

import json
import unittest
from datetime import timedelta

from paying import form_of, order, press
from provider import AtProvider
from stage import RUN, Creditor, now, past_what_is_remembered, private, stack, travel
from story_http import request

LABELS = ("twice", "order", "held", "canceled", "odd", "foreign", "back", "early", "stolen", "old", "lost", "page")
POS = f"4{int(RUN, 16):08d}"


class PayuOrders(AtProvider):
    name, prefix = "payu", "payu"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("payu", providers=["payu"])
        cls.client_secret = private("a secret", f"client-secret-{RUN}")
        cls.key = private("a secret", f"second-key-of-today-{RUN}")
        cls.creditor.new_secret(provider="payu", secret=cls.credentials(cls.key))
        cls.point(cls.key)
        cls.send_links(LABELS)

    @classmethod
    def credentials(cls, key, **other):
        given = {"pos_id": POS, "client_id": POS, "client_secret": cls.client_secret, "second_key": key, "environment": "sandbox"}
        return json.dumps(given | other)

    @classmethod
    def point(cls, key):
        cls.stand_in("shop", pos_id=POS, client_id=POS, client_secret=cls.client_secret, second_key=key)

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1].split("?")[0]

    def act(self, order_id, what, **how):
        return self.stand_in("act", order=order_id, what=what, **how)["answers"]

    def test_told_twice_it_is_booked_once_and_pressed_twice_it_is_one_order(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))
        at = (now() - timedelta(minutes=1)).isoformat()
        self.assertEqual(self.act(self.checkout("twice"), "paid", times=2, at=at), [200] * 4)
        self.assertEqual(len(self.is_open("twice", 0, "paid")["payments"]), 1)

    def test_what_comes_out_of_order_changes_nothing_after_the_money(self):
        order_id = self.checkout("order")
        self.assertEqual(self.act(order_id, "completed", header="X-OpenPayU-Signature"), [200])
        self.is_open("order", 0, "paid")
        self.assertEqual(self.act(order_id, "told late"), [200])
        self.assertEqual(self.act(order_id, "canceled"), [200])
        self.assertEqual(len(self.is_open("order", 0, "paid")["payments"]), 1)

    def test_a_payment_that_waits_for_the_shop_is_not_money(self):
        order_id = self.checkout("held")
        self.assertEqual(self.act(order_id, "held"), [200, 200])
        self.is_open("held", 10000)
        self.assertIn("przetwarzana", request("GET", self.back_to("held", order_id)).text)
        self.assertEqual(self.act(order_id, "completed", by="SHA-256"), [200])
        self.is_open("held", 0, "paid")

    def test_a_payment_that_is_canceled_leaves_the_debt_and_can_be_tried_again(self):
        order_id = self.checkout("canceled")
        self.act(order_id, "pending")
        self.assertEqual(self.act(order_id, "canceled"), [200])
        self.is_open("canceled", 10000)
        self.assertIn("nie udała", request("GET", self.back_to("canceled", order_id)).text)
        self.assertIn("provider", form_of(self.links["canceled"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        for label, how, why in [("odd", {"amount": "9900"}, "amount"), ("foreign", {"currency": "EUR"}, "currency")]:
            with self.subTest(label):
                order_id = self.checkout(label)
                self.assertEqual(self.act(order_id, "completed", **how), [200])
                self.is_open(label, 10000)
                found = [one for one in self.creditor.attention("odd_payment") if one["booking"] == f"payu:{order_id}"]
                self.assertEqual(len(found), 1)
                self.assertIn(why, found[0]["reason"])

    def test_a_refund_opens_the_invoice_again_once_and_a_canceled_one_never(self):
        order_id = self.checkout("back")
        self.act(order_id, "paid")
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(order_id, "refund canceled", amount="10000", refund="900002"), [200])
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(order_id, "refunded", amount="4000", refund="900003", times=2), [200, 200])
        self.is_open("back", 4000)

    def test_a_refund_before_its_payment_waits_for_it(self):
        order_id = self.checkout("early")
        self.assertEqual(self.act(order_id, "refunded", amount="2500", refund="900004"), [200])
        self.is_open("early", 10000)
        self.act(order_id, "paid")
        self.is_open("early", 0, "paid")

    def test_what_somebody_else_signed_or_by_another_algorithm_is_refused(self):
        order_id = self.checkout("stolen")
        self.assertEqual(set(self.act(order_id, "paid", key="key-of-somebody-else")), {401})
        self.assertEqual(set(self.act(order_id, "paid", by="SHA-1")), {401}, "the shop's are never signed by it")
        self.is_open("stolen", 10000)

    def test_the_key_of_yesterday_works_until_it_is_dropped(self):
        order_id = self.checkout("old")
        self.creditor.new_secret(provider="payu", secret=self.credentials(f"second-key-of-tomorrow-{RUN}"))
        past_what_is_remembered()
        self.assertEqual(set(self.act(order_id, "paid", key=self.key)), {200})
        self.is_open("old", 0, "paid")

    def test_an_order_whose_answer_was_lost_is_made_again_a_minute_later(self):
        link = self.links["lost"]
        self.stand_in("next", breaks="500")
        self.assertEqual(press(link, form_of(link)).status, 503)
        self.assertEqual(press(link, form_of(link)).status, 503, "its number is taken: nobody knows where it is paid")
        past_what_is_remembered()
        order_id = self.checkout("lost")
        self.act(order_id, "silent")
        self.is_open("lost", 10000)
        self.assertIn("przetwarzana", request("GET", self.back_to("lost", order_id)).text, "PayU is asked on the way back")
        travel(now() + timedelta(minutes=46))
        self.assertEqual(len(self.is_open("lost", 0, "paid")["payments"]), 1, "and asked once more where nobody came back")
        self.assertEqual(self.act(order_id, "completed"), [200])
        self.assertEqual(len(self.is_open("lost", 0, "paid")["payments"]), 1, "told after all, it is the same money")

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("lang=pl", checkout)
        self.assertIn("10000 PLN", request("GET", checkout).text)
        answer = press(checkout, {"what": "paid"})
        self.assertEqual(answer.status, 303)
        page = request("GET", answer.headers["location"]).text
        self.assertIn("Płatność dotarła", page)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in ("second-key-alone", self.credentials("short"), self.credentials(self.key, algorithms=["ROT13"])):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="payu", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


if __name__ == "__main__":
    unittest.main()
