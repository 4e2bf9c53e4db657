"""The API: who may, how errors look, lists in pages, and writes that say everything that is wrong."""

import unittest
from functools import cache

from routes import BASE, LISTS, ROUTES, never_were
from sending import as_json, issue, new_id
from stage import RUN, Creditor, stack
from story_http import request

DEBTORS = 5


@cache
def shop():
    creditor = Creditor("api")
    for number in range(DEBTORS):
        issue(creditor, f"inv-{number}", creditor.debtor(f"d{number}"))
    return creditor


def ask(method, path, headers=None, body=None):
    return request(method, f"{stack().url}{BASE}{path}", headers or {}, body)


class Problems(unittest.TestCase):
    """Errors are RFC 9457 problem details that name the field, what is wrong and what would be right."""

    def is_problem(self, answer, status, *fields):
        self.assertEqual(answer.status, status, answer.text)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        problem = answer.json
        self.assertEqual((problem["type"], problem["status"]), ("about:blank", status))
        self.assertTrue(problem["title"] and problem["detail"])
        for error in problem.get("errors", []):
            self.assertTrue(error["field"] and error["problem"] and error["expected"], error)
        self.assertEqual(sorted(error["field"] for error in problem.get("errors", [])), sorted(fields))
        return problem


class Tokens(Problems):
    """No token, a wrong one and a revoked one: 401 on every route, all alike."""

    def test_every_route_wants_a_token(self):
        revoked = shop().new_token()
        stack().operate("revoke_token", creditor=shop().id, token=revoked)
        wrong = ["", "Bearer", "Bearer ", f"Bearer upo_{'a' * 32}", f"Basic {shop().token}", shop().token, f"Bearer {revoked}", "Bearer upo_ż"]
        bodies = set()
        for (method, path), asking in ROUTES.items():
            if path == "/openapi.json":
                continue
            real, body = asking(never_were())[0] if asking else (path, None)
            for header in [None, *wrong]:
                with self.subTest(f"{method} {path}", header=header and header[:10]):
                    headers = {"authorization": header.encode().decode("latin-1")} if header is not None else {}
                    answer = ask(method, real, headers, body and as_json(body))
                    self.is_problem(answer, 401)
                    self.assertEqual(answer.headers["www-authenticate"], "Bearer")
                    bodies.add(answer.body)
        self.assertEqual(len(bodies), 1)

    def test_a_revoked_token_ends_at_once_and_others_stay(self):
        token = shop().new_token()
        headers = {"authorization": f"Bearer {token}"}
        self.assertEqual(ask("GET", "/settings", headers).status, 200)
        stack().operate("revoke_token", creditor=shop().id, token=token)
        self.assertEqual(ask("GET", "/settings", headers).status, 401)
        self.assertEqual(shop().api.call("GET", "/settings").status, 200)

    def test_a_token_of_one_creditor_is_not_revoked_by_the_name_of_another(self):
        other = Creditor("rev")
        answer = stack().operator.do("revoke_token", creditor=other.id, token=shop().token)
        self.assertEqual(answer["error"]["code"], "unknown_token")
        self.assertEqual(shop().api.call("GET", "/settings").status, 200)

    def test_the_table_holds_no_token_and_no_secret(self):
        shop().secret("upominek")
        texts = (shop().token.removeprefix("upo_"), shop().secret("upominek").removeprefix("whsec_"))
        self.assertEqual(stack().holding(texts), [])

    def test_the_description_needs_no_token_and_names_no_creditor(self):
        answer = ask("GET", "/openapi.json")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.json["openapi"].startswith("3."))
        self.assertNotIn(shop().id, answer.text)


class Requests(Problems):
    """What cannot be served is explained."""

    def test_an_unknown_route_and_a_wrong_method(self):
        self.is_problem(shop().api.call("GET", "/nothing"), 404)
        self.is_problem(shop().api.call("DELETE", "/policy"), 405)

    def test_ids_that_were_never_given_are_not_found(self):
        for (method, path), asking in ROUTES.items():
            if asking and "{" in path and path != "/attention/{id}":
                for real, body in asking(never_were()):
                    with self.subTest(f"{method} {path}"):
                        self.is_problem(shop().api.call(method, real, body), 404)

    def test_ids_that_cannot_be_ids_are_not_found(self):
        for odd in ("x", "deb-", "%23", "deb-%00", "a" * 3000, "%E2%80%AE", "'"):
            for path in (f"/debtors/{odd}", f"/debtors/{odd}/time-line", f"/runs/{odd}", f"/reminders/{odd}/{odd}"):
                with self.subTest(path[:40]):
                    self.is_problem(shop().api.call("GET", path), 404)

    def test_a_body_that_is_no_json_object(self):
        headers = dict(shop().api.headers)
        for body, status, *fields in ((b"{", 400, "body"), (b"\xff", 400, "body"), (b"[]", 422, "body"), (b"1", 422, "body")):
            with self.subTest(body):
                self.is_problem(ask("POST", "/payments", headers, body), status, *fields)
        self.is_problem(ask("POST", "/payments", headers | {"content-type": "text/plain"}, b"{}"), 415)
        self.is_problem(ask("POST", "/payments", headers, b" " * 1_000_001), 413)

    def test_a_parameter_that_is_unknown_doubled_or_wrong(self):
        api = shop().api
        self.is_problem(api.call("GET", "/debtors?limt=5"), 422, "limt")
        self.is_problem(api.call("GET", "/debtors?limit=5&limit=6"), 422, "limit")
        self.is_problem(api.call("GET", "/reminders"), 422, "day")
        self.is_problem(api.call("GET", "/reminders?day=2026-02-30"), 422, "day")
        self.is_problem(api.call("GET", "/reminders?day=2026-02-20&state=gone"), 422, "state")
        self.is_problem(api.call("GET", "/invoices"), 422, "case")


class Lists(Problems):
    """Lists come in pages, whole and once each."""

    def test_walking_the_pages_finds_everything_once(self):
        whole = [one["debtor"] for one in shop().api.get("/debtors", limit=100)["data"]]
        self.assertEqual(len(whole), DEBTORS)
        for limit in (1, 2, DEBTORS - 1, DEBTORS, DEBTORS + 1):
            walked, after, pages = [], None, 0
            while after is not None or pages == 0:
                page = shop().api.get("/debtors", limit=limit, **({"after": after} if after else {}))
                self.assertLessEqual(len(page["data"]), limit)
                walked += [one["debtor"] for one in page["data"]]
                after, pages = page["next"], pages + 1
            self.assertEqual(walked, whole, limit)

    def test_a_limit_is_1_to_100_and_a_cursor_is_of_its_list(self):
        cursor = shop().api.get("/debtors", limit=1)["next"]
        for path in LISTS:
            for bad in ("0", "101", "-1", "x", "", "1.5", "99999999999"):
                with self.subTest(path, limit=bad):
                    self.is_problem(shop().api.call("GET", f"{path}?limit={bad}"), 422, "limit")
            for bad in ("x", "%00", "a" * 500, cursor[:-1], *([cursor] if path != "/debtors" else [])):
                with self.subTest(path, after=bad[:8]):
                    self.is_problem(shop().api.call("GET", f"{path}?after={bad}"), 422, "after")


class Writes(Problems):
    """A write says everything that is wrong with it at once, and changes nothing."""

    def test_settings_with_several_problems(self):
        before = shop().api.get("/settings")
        bad = before | {"night_at": "02:30", "shards": 65, "sms_sender_id": "12345", "reply_to": "nobody", "mode": "live", "sender_email": "x@y.example"}
        fields = ["night_at", "shards", "sms_sender_id", "reply_to", "mode", "sender_email"]
        problem = self.is_problem(shop().api.call("PUT", "/settings", bad), 422, *fields, *self._sandbox(bad))
        self.assertGreaterEqual(len(problem["errors"]), 6)
        self.assertEqual(shop().api.get("/settings"), before)

    def _sandbox(self, settings):
        """A live creditor may not have the sandbox: one more thing that is wrong."""
        return ["providers"] if "sandbox" in settings["providers"] else []

    def test_settings_of_wrong_types_or_incomplete(self):
        before = shop().api.get("/settings")
        wrong = {"zone": "Mars/Olympus", "email_window": {"from": "8", "until": "20:00"}, "allow_list": "x", "nmae": 1}
        self.is_problem(shop().api.call("PATCH", "/settings", wrong), 422, "zone", "email_window.from", "allow_list", "nmae")
        self.is_problem(shop().api.call("PUT", "/settings", {}), 422, *before)
        self.assertEqual(shop().api.get("/settings"), before)

    def test_settings_given_back_stay_as_they_are(self):
        before = shop().api.get("/settings")
        answer = shop().api.call("PUT", "/settings", before)
        self.assertEqual((answer.status, answer.json), (200, before))

    def test_a_payment_with_several_problems(self):
        bad = {"payment_id": "", "amount": "-1", "currency": "ZLOTY", "paid_at": "2099-01-01T00:00:00Z", "case": "x", "number": "y"}
        self.is_problem(shop().api.call("POST", "/payments", bad), 422, "payment_id", "amount", "currency", "paid_at", "number")
        self.is_problem(shop().api.call("POST", "/payments", {"amount": 1.5, "currency": "PLN"}), 422, "amount", "payment_id")

    def test_an_amount_is_exact_or_refused(self):
        for amount, currency in (("1.234", "PLN"), ("1.5", "JPY"), ("1,50", "PLN"), ("0", "PLN"), ("92233720368547758.08", "PLN"), ("1e2", "PLN")):
            with self.subTest(amount):
                payment = {"payment_id": new_id("pay"), "amount": amount, "currency": currency, "case": "upominek:inv-0"}
                self.is_problem(shop().api.call("POST", "/payments", payment), 422, "amount")

    def test_a_payment_is_booked_once(self):
        payment = {"payment_id": new_id("pay"), "amount": "12.50", "currency": "PLN", "case": "upominek:inv-1"}
        answers = [shop().api.call("POST", "/payments", payment) for _ in range(3)]
        self.assertEqual([(one.status, one.json["duplicate"]) for one in answers], [(201, False), (200, True), (200, True)])
        self.assertEqual(shop().find("inv-1")["paid"]["decimal"], "12.50")

    def test_a_hold_that_cannot_be(self):
        debtor = shop().find("inv-2")["debtor"]
        past = {"reason": "x", "from": "2030-02-02", "until": "2030-02-01"}
        self.is_problem(shop().api.call("POST", f"/debtors/{debtor}/hold", past), 422, "until")
        self.is_problem(shop().api.call("POST", f"/debtors/{debtor}/hold", {"reason": " "}), 422, "reason")
        self.is_problem(shop().api.call("POST", f"/debtors/{debtor}/hold", {"reason": "x", "case": "upominek:none"}), 422, "case")
        self.assertIsNone(shop().api.get(f"/debtors/{debtor}")["hold"])

    def test_a_dry_run_changes_nothing(self):
        before = [item for item in map(str, stack().stored.items()) if f"-{RUN}-api" in item]
        answer = shop().api.call("POST", "/evaluations", {"dry": True})
        self.assertEqual(answer.status, 202)
        self.assertTrue(answer.headers["location"].endswith(f"/runs/{answer.json['run']}"))
        for _ in range(100):
            run = shop().api.get(f"/runs/{answer.json['run']}")
            if run["status"] == "complete":
                break
        self.assertEqual((run["status"], len(run["plan"]["data"])), ("complete", run["counts"]["accounts"]))
        after = [item for item in map(str, stack().stored.items()) if f"-{RUN}-api" in item and answer.json["run"] not in item]
        self.assertCountEqual(after, before)

    def test_an_evaluation_of_a_day_ahead_is_for_dry_runs_only(self):
        self.is_problem(shop().api.call("POST", "/evaluations", {"as_of": "2199-01-01"}), 422, "as_of")
        self.is_problem(shop().api.call("POST", "/evaluations", {"as_of": "tomorrow"}), 422, "as_of")


if __name__ == "__main__":
    unittest.main()
