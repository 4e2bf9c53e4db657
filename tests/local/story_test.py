"""The parts of the story that can be wrong without anybody noticing."""

import unittest
from datetime import date, timedelta

from story_bank import NoTransfer, Transfer, transfer
from story_calendar import HOLIDAY, Calendar, corpus_christi
from story_payer import forms
from story_scenes import names
from story_shop import shopify_signature, standard_signature


class Days(unittest.TestCase):
    def test_corpus_christi_falls_where_the_almanac_has_it(self):
        known = {2026: date(2026, 6, 4), 2027: date(2027, 5, 27), 2028: date(2028, 6, 15), 2030: date(2030, 6, 20)}
        self.assertEqual({year: corpus_christi(year) for year in known}, known)

    def test_whenever_it_is_played_the_story_is_ahead_and_has_the_same_week_days(self):
        today = date(2026, 1, 1)
        while today < date(2040, 1, 1):
            calendar = Calendar(today)
            self.assertGreater(calendar.date(0), today)
            self.assertLess(calendar.date(0), today + timedelta(days=430))
            self.assertEqual(calendar.date(1).weekday(), 0)
            self.assertEqual(calendar.date(HOLIDAY).weekday(), 3)
            self.assertTrue(calendar.is_day_off(HOLIDAY) and calendar.is_day_off(6) and not calendar.is_day_off(1))
            today += timedelta(days=1)


class Codes(unittest.TestCase):
    ACCOUNT = "61109010140000071219812874"

    def test_a_code_of_nine_fields_is_a_transfer(self):
        read = transfer(f"|PL|{self.ACCOUNT}|054000|Sklep Upominek|FV/801|||")
        self.assertEqual((read, read.amount), (Transfer(f"PL{self.ACCOUNT}", 54000, "Sklep Upominek", "FV/801"), "540.00"))

    def test_what_no_bank_would_take_is_no_transfer(self):
        for wrong in (
            f"|PL|{self.ACCOUNT[:-1]}5|054000|Sklep|FV/801|||",
            f"|PL|{self.ACCOUNT}|540.00|Sklep|FV/801|||",
            f"|PL|{self.ACCOUNT}|000000|Sklep|FV/801|||",
            f"|PL|{self.ACCOUNT}|54000|Sklep|FV/801|||",
            f"|DE|{self.ACCOUNT}|054000|Sklep|FV/801|||",
            f"|PL|{self.ACCOUNT}|054000|Sklep|{'F' * 33}|||",
            f"|PL|{self.ACCOUNT}|054000|Sklep|FV/801||",
        ):
            with self.subTest(wrong), self.assertRaises(NoTransfer):
                transfer(wrong)


class Signatures(unittest.TestCase):
    def test_the_vector_of_standard_webhooks(self):
        secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
        signature = standard_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        self.assertEqual(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

    def test_shopify_signs_the_body_alone(self):
        self.assertEqual(shopify_signature("key", b"The quick brown fox jumps over the lazy dog"), QUICK_BROWN_FOX)


# HMAC-SHA256 of the usual sentence under "key", as base64.
QUICK_BROWN_FOX = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="


class Reading(unittest.TestCase):
    def test_amounts_are_found_however_they_are_written(self):
        for text in ("razem 1\u00a0230,50 z\u0142", "1 230,50", "PLN 1,230.50", "1230.50 PLN"):
            self.assertTrue(names(text, "1230.50"), text)
        for text in ("11 230,50", "230,50", "1230,5", "1230,501", "21230.50"):
            self.assertFalse(names(text, "1230.50"), text)

    def test_forms_are_read_as_a_browser_does(self):
        html = '<form method="post"><input type=hidden name=token value="a&amp;b"><button name=outcome value=paid>Pay</button></form>'
        (form,) = forms(html)
        self.assertEqual((form.method, form.action, form.fields), ("POST", "", [("token", "a&b")]))
        self.assertEqual(form.buttons, [("outcome", "paid")])


if __name__ == "__main__":
    unittest.main()
