"""Paying by Tpay, as its stand-in plays it: told of as forms and as JSON, late, twice, wrongly, and taken back."""

import json
import unittest
from datetime import timedelta
from pathlib import Path

from paying import form_of, order, press
from provider import AtProvider
from stage import RUN, Creditor, now, private, stack, travel
from story_http import request

ROOT = Path(__file__).resolve().parent.parent / "fixtures" / "certificates" / "root.pem"
LABELS = "once twice amount currency held waits back early stolen elsewhere rotated market silent lost page".split()


class Tpay(AtProvider):
    name, prefix = "tpay", "tp"

    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("tpay", providers=["tpay"])
        cls.client, cls.key = f"client-{RUN}", private("a secret", f"client-secret-{RUN}")
        cls.code = private("a secret", f"security-code-{RUN}")
        shop = {"client_id": cls.client, "client_secret": cls.key, "security_code": cls.code, "environment": "sandbox"}
        cls.creditor.new_secret(provider="tpay", secret=json.dumps(shop | {"root": ROOT.read_text()}))
        cls.stand_in("shop", **shop, merchant_id="41001")
        cls.send_links(LABELS)

    def checkout(self, label):
        return order(self.links[label]).rsplit("/", 1)[1]

    def act(self, made, what, **how):
        return self.stand_in("act", transaction=made, what=what, **how)["answers"]

    def fetched(self, lies="signer"):
        return self.stand_in("certificate", lies=lies)["fetched"]

    def test_a_payment_is_booked_once_however_often_it_is_told(self):
        made = self.checkout("once")
        self.assertEqual(self.act(made, "alias"), [200])
        self.is_open("once", 10000)
        self.assertEqual(self.act(made, "paid", times=3), [200] * 3)
        self.assertEqual(len(self.is_open("once", 0, "paid")["payments"]), 1)
        self.assertEqual(self.act(made, "held"), [200], "what was before comes last")
        self.is_open("once", 0, "paid")

    def test_pressed_twice_it_is_one_checkout(self):
        self.assertEqual(order(self.links["twice"]), order(self.links["twice"]))

    def test_another_amount_or_currency_settles_nothing_and_is_shown(self):
        for why, how in (("amount", {"paid": "99.00"}), ("currency", {"currency": "EUR"})):
            with self.subTest(why):
                self.settles_nothing_and_is_shown(why, lambda at: self.act(at, "paid", **how))

    def test_accepted_in_two_steps_it_is_under_way_after_the_first(self):
        made = self.checkout("held")
        self.assertEqual(self.act(made, "held"), [200])
        self.is_open("held", 10000)
        self.assertIn("przetwarzana", request("GET", self.back_to("held", made)).text)
        self.assertEqual(self.act(made, "paid"), [200])
        self.is_open("held", 0, "paid")

    def test_another_amount_that_waits_in_the_panel_is_shown_and_counts_once_it_is_accepted(self):
        made, before = self.checkout("waits"), len(self.odd())
        self.assertEqual(self.act(made, "waits", paid="120.00", times=2), [202] * 2)
        self.is_open("waits", 10000)
        self.assertEqual(len(self.odd()), before + 1)
        self.assertEqual(self.act(made, "paid", paid="100.00"), [200])
        self.is_open("waits", 0, "paid")

    def test_a_chargeback_opens_the_invoice_again_once(self):
        made = self.checkout("back")
        self.act(made, "paid")
        self.is_open("back", 0, "paid")
        self.assertEqual(self.act(made, "chargeback", times=2), [200] * 2)
        self.is_open("back", 10000)
        self.assertEqual(self.act(made, "paid"), [200], "told of late, it is money that went back")
        self.is_open("back", 10000)

    def test_a_chargeback_before_its_payment_waits_for_it(self):
        made = self.checkout("early")
        self.assertEqual(self.act(made, "early"), [200])
        self.is_open("early", 10000)
        self.assertEqual(self.act(made, "paid"), [200])
        self.is_open("early", 0, "paid")

    def test_what_somebody_else_signed_is_refused(self):
        made = self.checkout("stolen")
        wrong = [{"key": "foreign"}, {"key": "former"}, {"code": "of-another-customer"}, {"stripped": True}, {"tampered": True}]
        for how in wrong + [{"alg": "none"}, {"alg": "HS256"}]:
            with self.subTest(how):
                self.assertEqual(self.act(made, "paid", **how), [401])
        self.is_open("stolen", 10000)

    def test_nobody_makes_us_ask_elsewhere_for_a_certificate(self):
        made, before = self.checkout("elsewhere"), self.fetched()
        certificate = "x509/notifications-jws.pem"
        for place in (
            f"https://secure.sandbox.tpay.com.evil.example/{certificate}",
            f"https://secure.sandbox.tpay.com@evil.example/{certificate}",
            f"https://secure.sandbox.tpay.com:8443/{certificate}",
            f"http://secure.sandbox.tpay.com/{certificate}",
            f"https://secure.tpay.com/{certificate}",
            f"{self.root()}/secure.sandbox.tpay.com/{certificate}",
            "https://secure.sandbox.tpay.com/upload/notifications-jws.pem",
        ):
            with self.subTest(place):
                self.assertEqual(self.act(made, "paid", x5u=place), [401])
        self.assertEqual(self.fetched(), before)
        self.is_open("elsewhere", 10000)

    def test_a_certificate_that_cannot_be_had_loses_nothing_and_a_bad_one_counts_for_nothing(self):
        made = self.checkout("rotated")
        travel(now() + timedelta(minutes=61))  # what was fetched before is forgotten
        try:
            self.fetched(lies=None)
            self.assertEqual(self.act(made, "paid"), [503])
            for lies in ("former", "foreign", "imposter"):
                self.fetched(lies=lies)
                self.assertIn(self.act(made, "paid", key=lies), ([401], [503]))
                travel(now() + timedelta(minutes=2))
        finally:
            self.fetched(lies="signer")
        self.is_open("rotated", 10000)
        self.assertEqual(self.act(made, "paid"), [200], "the right one is found where the wrong one was")
        self.is_open("rotated", 0, "paid")

    def test_what_is_told_as_json_counts_once_tpay_says_that_it_is_ours(self):
        made = self.checkout("market")
        self.assertEqual(self.act(made, "market", other="TO-of-another-shop"), [200])
        self.is_open("market", 10000)
        self.act(made, "silent")
        self.assertEqual(self.act(made, "market", times=2), [200] * 2)
        self.assertEqual(self.act(made, "paid"), [200])
        self.assertEqual(len(self.is_open("market", 0, "paid")["payments"]), 1, "it is the same money")

    def test_a_payment_that_is_never_told_of_is_found(self):
        made = self.checkout("silent")
        self.act(made, "silent")
        self.is_open("silent", 10000)
        self.assertIn("przetwarzana", request("GET", self.back_to("silent", made)).text, "Tpay is asked on the way back")
        travel(now() + timedelta(minutes=46))  # asked after 30, by the next sweep
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1)
        self.assertEqual(self.act(made, "paid"), [200])
        self.assertEqual(len(self.is_open("silent", 0, "paid")["payments"]), 1, "told after all, it is the same money")

    def test_a_transaction_whose_answer_was_lost_is_made_again_and_either_one_pays(self):
        link = self.links["lost"]
        self.stand_in("break", how="500")
        self.assertEqual(press(link, form_of(link)).status, 503)
        made = self.checkout("lost")
        mine = [one for one in self.stand_in("transactions", client_id=self.client)["transactions"] if self.links["lost"] in one["back"]]
        self.assertEqual(len(mine), 2)
        lost = next(one for one in mine if one["transactionId"] != made)
        self.assertEqual(lost["hiddenDescription"], mine[0]["hiddenDescription"])
        self.assertEqual(self.act(lost["transactionId"], "paid"), [200])
        self.is_open("lost", 0, "paid")

    def test_a_page_of_the_provider_leads_back_and_the_page_says_thanks(self):
        checkout = order(self.links["page"])
        self.assertIn("100.00 PLN", request("GET", checkout).text)
        answer = press(checkout, {"what": "paid"})
        self.assertEqual(answer.status, 303)
        self.assertIn("Płatność dotarła", request("GET", answer.headers["location"]).text)

    def test_a_secret_of_another_form_is_refused_and_not_quoted(self):
        for wrong in ("code-alone", json.dumps({"client_id": "c-of-a-wrong-form", "client_secret": self.key, "environment": "sandbox"})):
            answer = stack().operator.do("create_secret", creditor=self.creditor.id, provider="tpay", secret=wrong)
            self.assertIn("error", answer)
            self.assertNotIn(wrong, json.dumps(answer))


if __name__ == "__main__":
    unittest.main()
