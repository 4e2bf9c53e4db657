"""Bad input to webhooks: what is refused tells and stores nothing, what is signed is never lost."""

import unittest
from datetime import timedelta
from functools import cache

from sending import as_json, event, issue, new_id, send, send_body, send_order, signed, webhook_url
from stage import RUN, Creditor, now, past_what_is_remembered, stack
from story_http import request

LARGEST = 1_000_000


@cache
def shop():
    creditor = Creditor("bad")
    creditor.secret("upominek")
    creditor.secret("shopify")
    return creditor


@cache
def stranger():
    """Another creditor, with secrets of its own."""
    creditor = Creditor("oth")
    creditor.secret("upominek")
    return creditor


def without(headers, name):
    return {key: value for key, value in headers.items() if key != name}


class Signatures(unittest.TestCase):
    """A wrong, missing or stale signature, an unknown creditor or source: 401 or 404 that tells nothing more, nothing stored."""

    def setUp(self):
        self.shop = shop()
        self.event_id = new_id("evt-forged")
        self.debtor = self.shop.debtor(self.event_id)
        self.body = event("invoice.issued", self.shop.invoice(self.event_id, self.debtor), now())

    def post(self, headers, body=None, creditor=None, source="upominek"):
        return request("POST", webhook_url(creditor or self.shop.id, source), headers, self.body if body is None else body)

    def refusals(self):
        """Everything that makes a signature wrong, by name."""
        good = signed(self.shop, self.body, self.event_id)
        yield "another creditor's secret", self.post(signed(stranger(), self.body, self.event_id))
        yield "a secret that nobody has", self.post(signed(self.shop, self.body, self.event_id, secret="whsec_" + "A" * 32))
        yield "stale", self.post(signed(self.shop, self.body, self.event_id, off=-301))
        yield "from the future", self.post(signed(self.shop, self.body, self.event_id, off=301))
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
            yield f"without {name}", self.post(without(good, name))
            yield f"an empty {name}", self.post(good | {name: ""})
        yield "another id", self.post(good | {"webhook-id": f"{self.event_id}x"})
        yield "another time", self.post(good | {"webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)})
        yield "no time", self.post(good | {"webhook-timestamp": "soon"})
        yield "another version", self.post(good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")})
        yield "half a signature", self.post(good | {"webhook-signature": good["webhook-signature"][:20]})
        yield "a changed body", self.post(good, self.body.replace(b"100.00", b"900.00"))
        yield "no body", self.post(good, b"")
        yield "shopify: no signature", self.post({"x-shopify-topic": "orders/create"}, source="shopify")
        yield "shopify: wrong", self.post({"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": "AAAA"}, source="shopify")
        yield "shopify: the other source's secret", send_order(self.shop, self.body, secret=self.shop.secret("upominek"))

    def test_wrong_missing_and_stale_signatures_are_all_answered_alike(self):
        answers = dict(self.refusals())
        told = {name: (answer.status, answer.body) for name, answer in answers.items()}
        self.assertEqual(set(told.values()), {(401, answers["stale"].body)}, told)
        for secret in (self.shop.id, self.event_id, "stale", "secret", self.debtor["name"]):
            self.assertNotIn(secret, answers["stale"].text)

    def test_nothing_is_stored_and_the_same_event_well_signed_counts_once(self):
        before = stack().stored.count()
        for name, answer in self.refusals():
            self.assertEqual(answer.status, 401, name)
        self.assertEqual(stack().stored.count(), before)
        self.assertEqual(stack().stored.mentions(self.event_id), [])
        first = send_body(self.shop, self.body, self.event_id)
        again = send_body(self.shop, self.body, self.event_id)
        self.assertEqual((first.status, first.json), (200, {"status": "accepted"}))
        self.assertEqual((again.status, again.json), (200, {"status": "duplicate"}))
        self.assertEqual(self.shop.find(self.event_id)["total"]["decimal"], "100.00")

    def test_a_signature_is_taken_up_to_the_tolerance(self):
        for off in (-299, 299):
            answer = send_body(self.shop, self.body, self.event_id, off=off)
            self.assertEqual(answer.status, 200, off)

    def test_an_unknown_creditor_or_source_is_answered_alike(self):
        good = signed(self.shop, self.body, self.event_id)
        paths = [("nobody-here", "upominek"), ("UPPER", "upominek"), ("a" * 50, "upominek"), ("ż", "upominek")]
        paths += [(self.shop.id, "nobody"), (self.shop.id, "Shopify"), ("nobody-here", "nobody")]
        answers = [self.post(good, creditor=creditor, source=source) for creditor, source in paths]
        self.assertEqual({(answer.status, answer.body) for answer in answers}, {(404, answers[0].body)})
        self.assertEqual(stack().stored.mentions(self.event_id), [])


class Secrets(unittest.TestCase):
    """Two secrets of a source live at once; a dropped one, and a source without one, accept nothing."""

    def test_a_source_without_a_secret_accepts_nothing(self):
        creditor = Creditor("mute")
        body = event("invoice.issued", creditor.invoice("inv-1", creditor.debtor("a")), now())
        empty = (stranger().secret("upominek"), "whsec_", "whsec_AAAA", "abcd")
        answers = [send_body(creditor, body, secret=secret) for secret in empty]
        answers += [send_order(creditor, b"{}", secret=secret) for secret in (" ", "shopify", "null")]
        self.assertEqual({answer.status for answer in answers}, {401})
        self.assertIsNone(creditor.find("inv-1"))

    def test_during_a_rotation_both_work_and_afterwards_the_old_one_does_not(self):
        creditor = Creditor("rot")
        for source, post in (("upominek", self._standard), ("shopify", self._shopify)):
            with self.subTest(source):
                old = creditor.new_secret(source=source)
                past_what_is_remembered()
                self.assertEqual(post(creditor, old), 200)
                new = creditor.new_secret(source=source)
                past_what_is_remembered()
                self.assertEqual((post(creditor, old), post(creditor, new)), (200, 200))
                stack().operate("drop_old_secret", creditor=creditor.id, source=source)
                past_what_is_remembered()
                self.assertEqual((post(creditor, old), post(creditor, new)), (401, 200))

    def test_of_three_secrets_the_oldest_is_refused(self):
        creditor = Creditor("tri")
        made = [creditor.new_secret(source="upominek") for _ in range(3)]
        self.assertEqual([self._standard(creditor, secret) for secret in made], [401, 200, 200])

    def _standard(self, creditor, secret):
        return send(creditor, "ping.sent", {}, secret=secret).status

    def _shopify(self, creditor, secret):
        return send_order(creditor, as_json({"id": 1}), "shop/update", secret=secret).status


class Size(unittest.TestCase):
    """More than 1 MB is 413, and nothing of it is stored."""

    def padded(self, to):
        data = shop().invoice(f"inv-size-{to}-{RUN}", shop().debtor(f"size-{to}"))
        body = event("invoice.issued", data, now())
        return body + b" " * (to - len(body))

    def test_a_megabyte_is_taken(self):
        self.assertEqual(send_body(shop(), self.padded(LARGEST)).status, 200)
        self.assertIsNotNone(shop().find(f"inv-size-{LARGEST}-{RUN}"))

    def test_more_is_refused_and_not_stored(self):
        for size in (LARGEST + 1, 3 * LARGEST):
            for content_type in ("application/json", "application/octet-stream"):
                with self.subTest(size, content_type=content_type):
                    self.assertEqual(send_body(shop(), self.padded(size), content_type=content_type).status, 413)
        self.assertEqual(stack().stored.mentions(f"inv-size-{LARGEST + 1}-{RUN}"), [])


class Odd(unittest.TestCase):
    """Due before issue, no contact, a bad address or number: accepted, with warnings; who cannot be reached is listed."""

    def accepted(self, label, warnings, days=0, **debtor):
        invoice_id = f"inv-{label}-{RUN}"
        due = (now().date() - timedelta(days=12 + days)).isoformat()
        known = shop().debtor(label, **debtor)
        issue(shop(), invoice_id, known, **({"due_on": due} if days else {}))
        invoice = shop().find(invoice_id)
        self.assertEqual(sorted(invoice["warnings"]), sorted(warnings))
        about = invoice["debtor"]
        listed = [sorted(one["warnings"]) for one in shop().attention("warnings") if one["case"] == invoice["case"]]
        odd = sorted(set(warnings) - {"no_contact"})
        self.assertEqual(listed, [odd] if odd else [])
        return [one["about"] for one in shop().attention("unreachable") if one["about"] == about] == [about]

    def test_due_before_issue(self):
        self.assertFalse(self.accepted("early", ["due_before_issue"], days=3))

    def test_nothing_odd(self):
        self.assertFalse(self.accepted("fine", []))

    def test_no_contact(self):
        self.assertTrue(self.accepted("mute", ["no_contact"], email=None, phone=None))

    def test_a_bad_address_beside_a_good_number(self):
        self.assertFalse(self.accepted("mail", ["bad_email"], email="anna(at)poczta"))

    def test_a_bad_number_beside_a_good_address(self):
        self.assertFalse(self.accepted("tel", ["bad_phone"], phone="12-34"))

    def test_neither_works(self):
        self.assertTrue(self.accepted("none", ["bad_email", "bad_phone", "no_contact"], email="@", phone="zadzwoń"))

    def test_who_cannot_be_reached_leaves_the_list_of_nobody_else(self):
        """The list is by debtor: a second invoice does not list twice."""
        known = shop().debtor("twice", email=None, phone=None)
        for number in (1, 2):
            issue(shop(), f"inv-twice-{number}-{RUN}", known)
        about = shop().find(f"inv-twice-1-{RUN}")["debtor"]
        self.assertEqual([one["about"] for one in shop().attention("unreachable")].count(about), 1)


if __name__ == "__main__":
    unittest.main()
