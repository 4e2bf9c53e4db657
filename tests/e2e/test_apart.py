"""Apart: what is one creditor's is never another's, on any route."""

import unittest

from paying import order, reference_of
from routes import BASE, LISTS, ROUTES, described, never_were, without_ids
from sending import call_back, callback, new_id, send, send_body, send_order
from stage import stack
from story_http import request
from town import town

# Routes of the gateway, and where they are tried; a route that is added is noticed.
GATEWAY = {
    "POST /webhooks/{creditor}/{source}": "Webhooks",
    "POST /payments/{creditor}/{provider}": "Callbacks",
    "GET /p/{link}": "test_links.py",
    "POST /p/{link}": "test_links.py",
    "GET /sandbox/{proxy+}": "test_callbacks.py",
    "POST /sandbox/{proxy+}": "test_callbacks.py",
    "ANY /api/v1/{proxy+}": "Api",
}


class Api(unittest.TestCase):
    """A token reaches its own creditor's data and nothing else."""

    def setUp(self):
        self.lip, self.dab = town()
        self.mine = self.dab.creditor.api

    def nothing_of_lip_in(self, text):
        for secret in (*self.lip.private(), self.lip.creditor.id, self.lip.creditor.name, self.lip.debtor_id("anna")):
            self.assertNotIn(secret, text)

    def test_every_route_of_the_description_is_tried_here(self):
        self.assertEqual(set(described()), set(ROUTES))

    def test_every_route_of_the_gateway_is_tried(self):
        self.assertEqual(set(stack().gateway_routes()), set(GATEWAY))

    def test_anothers_ids_are_answered_as_ids_that_never_were(self):
        theirs, nobodys = self.lip.ids, never_were()
        for (method, path), asking in ((route, asking) for route, asking in ROUTES.items() if asking):
            for (real, body), (made_up, other_body) in zip(asking(theirs), asking(nobodys)):
                with self.subTest(f"{method} {path}", body=body and sorted(body)):
                    answer, never = self.mine.call(method, real, body), self.mine.call(method, made_up, other_body)
                    self.assertEqual(answer.status, never.status)
                    self.assertEqual(without_ids(answer.text, theirs), without_ids(never.text, nobodys))
                    self.nothing_of_lip_in(without_ids(answer.text, theirs))
                    if "{" in path and (method, path) != ("DELETE", "/attention/{id}"):
                        self.assertEqual(answer.status, 404)

    def test_anothers_reminder_is_not_found_under_ones_own_debtor(self):
        own = self.dab.debtor_id("anna")
        self.assertEqual(self.mine.call("GET", f"/reminders/{own}/2031-01-07_email_PLN").status, 404)
        self.assertEqual(self.mine.call("GET", f"/reminders/{self.lip.ids['debtor']}/{self.dab.ids['reminder']}").status, 404)

    def test_what_anothers_ids_were_asked_for_has_changed_nothing(self):
        api, before = self.lip.creditor.api, self._picture()
        self.test_anothers_ids_are_answered_as_ids_that_never_were()
        self.assertEqual(self._picture(), before)
        self.assertIn(self.lip.ids["attention"], [one["id"] for one in api.attention()])

    def _picture(self):
        """Everything of the one side that the other one asked for."""
        api, debtor = self.lip.creditor.api, self.lip.ids["debtor"]
        paths = (f"/debtors/{debtor}", f"/debtors/{debtor}/time-line", f"/debtors/{debtor}/invoices", "/attention", "/events", "/settings")
        return {path: api.get(path) for path in paths}

    def test_lists_hold_nothing_of_another(self):
        paths = [*LISTS, "/settings", "/policy", *(f"/reminders?day={day}" for day in self.lip.days)]
        for path in paths:
            with self.subTest(path):
                text = self.mine.call("GET", path).text
                self.nothing_of_lip_in(text)
                for kind in ("debtor", "event", "run", "dry run", "attention"):
                    self.assertNotIn(self.lip.ids[kind], text)

    def test_a_name_that_both_have_means_ones_own(self):
        for side in town():
            with self.subTest(side.label):
                for query in ({"case": "upominek:inv-anna"}, {"number": "FV/inv-anna"}):
                    found = side.creditor.api.get("/invoices", **query)["data"]
                    self.assertEqual([one["total"]["decimal"] for one in found], [side.amounts["anna"]])

    def test_a_cursor_of_another_is_refused(self):
        for path in ("/debtors", "/runs"):
            cursor = self.lip.creditor.api.get(path, limit=1)["next"]
            self.assertIsNotNone(cursor)
            answer = self.mine.call("GET", f"{path}?limit=1&after={cursor}")
            self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, "after"))

    def test_settings_of_another_cannot_be_written(self):
        theirs = self.lip.creditor.api.get("/settings")
        put = self.mine.call("PUT", "/settings", theirs | {"name": "Przejęty"})
        patch = self.mine.call("PATCH", "/settings", {"creditor": self.lip.creditor.id, "name": "Przejęty"})
        for answer in (put, patch):
            self.assertEqual(answer.status, 422)
            self.assertIn("creditor", [error["field"] for error in answer.json["errors"]])
        self.assertEqual(self.lip.creditor.api.get("/settings"), theirs)
        self.assertNotEqual(self.mine.get("/settings")["name"], "Przejęty")

    def test_the_ids_are_real(self):
        """What is refused to the one is given to the other: or the tests above would prove nothing."""
        for (method, path), asking in ((route, asking) for route, asking in ROUTES.items() if asking):
            if method == "GET":
                for real, _ in asking(self.lip.ids):
                    with self.subTest(f"{method} {path}"):
                        self.assertEqual(self.lip.creditor.api.call("GET", real).status, 200)


class Webhooks(unittest.TestCase):
    """A source's secret speaks for one creditor."""

    def setUp(self):
        self.lip, self.dab = town()

    def test_a_secret_of_one_creditor_opens_nothing_at_another(self):
        forged = self.lip.creditor.invoice("inv-forged", self.lip.people["anna"])
        body = b'{"id": 1}'
        self.dab.creditor.secret("shopify")
        standard = send(self.lip.creditor, "invoice.issued", forged, secret=self.dab.creditor.secret("upominek"))
        through = send_body(self.dab.creditor, body, to=self.lip.creditor.id)
        shopify = send_order(self.dab.creditor, body, to=self.lip.creditor.id)
        self.assertEqual({standard.status, through.status, shopify.status}, {401})
        self.assertIsNone(self.lip.creditor.find("inv-forged"))

    def test_an_event_about_an_id_that_both_have_changes_ones_own(self):
        payment = {"id": new_id("pay"), "invoice": {"id": "inv-beata"}, "currency": "PLN", "amount": "0.24"}
        self.assertEqual(send(self.lip.creditor, "payment.received", payment).status, 200)
        self.assertEqual(self.lip.creditor.find("inv-beata")["paid"]["decimal"], "0.24")
        self.assertEqual(self.dab.creditor.find("inv-beata")["paid"]["decimal"], "0.00")

    def test_the_same_event_id_counts_for_each_creditor(self):
        shared = new_id()
        for side in town():
            payment = {"id": shared, "invoice": {"id": "inv-celina"}, "currency": "PLN", "amount": "0.35"}
            answer = send(side.creditor, "payment.received", payment, shared)
            self.assertEqual((answer.status, answer.json["status"]), (200, "accepted"))
            self.assertEqual(side.creditor.find("inv-celina")["paid"]["decimal"], "0.35")


class Callbacks(unittest.TestCase):
    """A provider's callback speaks for one creditor."""

    def setUp(self):
        self.lip, self.dab = town()

    def test_a_secret_of_one_creditor_opens_nothing_at_another(self):
        body = callback(self.dab.creditor, reference="up-x")
        before = self.lip.creditor.attention("odd_payment")
        answer = call_back(self.dab.creditor, body, to=self.lip.creditor.id)
        self.assertEqual(answer.status, 401)
        self.assertEqual(self.lip.creditor.attention("odd_payment"), before)

    def test_a_reference_of_another_creditor_is_unknown(self):
        reference = reference_of(order(self.lip.links["anna"]))
        payment = new_id("sbx")
        minor = self.lip.creditor.find("inv-anna")["open"]["minor"]
        body = callback(self.dab.creditor, reference=reference, payment_id=payment, amount_minor=minor)
        self.assertEqual(call_back(self.dab.creditor, body).status, 200)
        self.assertIn(f"sandbox:{payment}", [one["booking"] for one in self.dab.creditor.attention("odd_payment")])
        for side in town():
            self.assertEqual(side.creditor.find("inv-anna")["paid"]["minor"], 0)
            self.assertEqual(side.creditor.api.get(f"/debtors/{side.debtor_id('anna')}")["balances"][0]["credit"]["minor"], 0)


class Token(unittest.TestCase):
    """Which creditor a request is for is said by its token and by nothing else."""

    def test_a_name_of_a_creditor_in_a_request_means_nothing(self):
        lip, dab = town()
        for hint in ({"x-creditor": lip.creditor.id}, {"cookie": f"creditor={lip.creditor.id}"}):
            headers = {"authorization": f"Bearer {dab.creditor.token}"} | hint
            answer = request("GET", f"{stack().url}{BASE}/settings", headers)
            self.assertEqual(answer.json["creditor"], dab.creditor.id)
        query = request("GET", f"{stack().url}{BASE}/debtors?creditor={lip.creditor.id}", {"authorization": f"Bearer {dab.creditor.token}"})
        self.assertEqual(query.status, 422)


if __name__ == "__main__":
    unittest.main()
