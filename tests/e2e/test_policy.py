"""The policy: refused with every problem at once, looked at before it is taken, taken without a burst."""

import json
import time
import unittest

from sending import issue
from stage import Creditor, now, stack, to_the_next_morning
from story_http import request

FIRM = {
    "name": "ours",
    "least_gap_days": 3,
    "steps": [
        {"id": "due+1", "anchor": {"from": "due", "days": 1}, "channels": ["email"], "tone": "firm"},
        {"id": "again", "anchor": {"from": "previous", "days": 5}, "channels": ["email", "task"], "tone": "final"},
    ],
}


def send(creditor, method, path, document, kind="application/json"):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return request(method, f"{creditor.api.root}{path}", creditor.api.headers | {"content-type": kind}, body)


def complete(creditor, run):
    """The run once every shard is done."""
    for _ in range(60):
        seen = creditor.api.get(f"/runs/{run}", limit=100)
        if seen["status"] == "complete":
            return seen
        time.sleep(0.25)
    raise AssertionError(f"{run} was never complete")


class Policy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.creditor = Creditor("policy")
        cls.person = cls.creditor.debtor("pola", phone=None)
        issue(cls.creditor, "pol-1", cls.person)
        issue(cls.creditor, "pol-2", cls.person, due_on=str(now().date()))

    @classmethod
    def tearDownClass(cls):
        debtor = cls.creditor.find("pol-1")["debtor"]
        cls.creditor.api.call("POST", f"/debtors/{debtor}/hold", {"reason": "the test is over"})

    def replans(self, kind="replan"):
        return [run["run"] for run in self.creditor.api.all("/runs") if run["run"].startswith(f"{kind}-")]

    def version(self):
        return self.creditor.api.get("/policy")["version"]

    def test_a_bad_policy_is_refused_with_every_problem_and_its_path(self):
        bad = {
            "name": "",
            "least_gap_days": -1,
            "steps": [
                {"id": "DUE", "anchor": {"from": "due", "days": 9999}, "channels": ["fax"], "tone": "angry"},
                {"id": "b", "anchor": {"from": "previous", "days": -4}, "channels": ["email"], "tone": "firm", "template": "threat"},
                {"id": "c", "anchor": {"from": "due", "days": 3}, "channels": [], "tone": "firm"},
            ],
        }
        before = self.version()
        for method, path in (("PUT", "/policy"), ("POST", "/policy/preview")):
            answer = send(self.creditor, method, path, bad)
            self.assertEqual((answer.status, answer.headers["content-type"]), (422, "application/problem+json"))
            fields = {one["field"] for one in answer.json["errors"]}
            expected = {"least_gap_days", "steps[0].channels[0]", "steps[0].tone", "steps[1].template", "steps[2].channels"}
            self.assertLessEqual(expected, fields)
            self.assertTrue(all(one["problem"] and one["expected"] for one in answer.json["errors"]), answer.json)
        self.assertEqual(self.version(), before)

    def test_a_step_that_can_never_be_reached_is_refused(self):
        steps = [*FIRM["steps"], {"id": "late", "anchor": {"from": "due", "days": -3}, "channels": ["email"], "tone": "courtesy"}]
        answer = send(self.creditor, "PUT", "/policy", FIRM | {"steps": steps})
        self.assertEqual([one["field"] for one in answer.json["errors"]], ["steps[2]"])
        self.assertIn("can never be reached", answer.json["errors"][0]["problem"])

    def test_what_is_no_document_is_a_clear_error(self):
        for body, kind, status in ((b"{", "application/yaml", 422), (b"\xff", "application/json", 422), (b"name: x", "text/plain", 415)):
            with self.subTest(body):
                self.assertEqual(send(self.creditor, "PUT", "/policy", body, kind).status, status)

    def test_it_is_seen_before_it_is_taken_and_then_open_invoices_follow_it(self):
        before, planned = self.version(), self.creditor.find("pol-1")["policy_version"]
        answer = send(self.creditor, "POST", "/policy/preview", FIRM)
        self.assertEqual((answer.status, answer.headers["location"]), (202, answer.json["href"]))
        preview = complete(self.creditor, answer.json["run"])
        changed = {line["number"]: (line["before"]["next_step"] or line["before"]["step"], line["next_step"] or line["step"]) for line in preview["plan"]["data"]}
        self.assertEqual({after for _, after in changed.values()} - {"due+1", "again"}, set())
        self.assertEqual(len(changed), 2, preview)
        self.assertEqual(self.version(), before, "a look changes nothing")
        self.assertEqual(self.creditor.find("pol-1")["policy_version"], planned)

        taken = send(self.creditor, "PUT", "/policy", FIRM)
        self.assertEqual((taken.status, taken.json["policy"]["version"]), (202, before + 1))
        complete(self.creditor, taken.json["run"])
        self.assertEqual({self.creditor.find(one)["policy_version"] for one in ("pol-1", "pol-2")}, {before + 1})
        entries = [one for one in self.creditor.api.all(f"/debtors/{self.creditor.find('pol-1')['debtor']}/time-line") if one["what"] == "replanned"]
        self.assertEqual({tuple(one["policy_versions"]) for one in entries}, {(planned, before + 1)})

        kept = send(self.creditor, "PUT", "/policy?open_cases=keep", FIRM | {"least_gap_days": 4})
        self.assertEqual((kept.status, kept.json["run"]), (200, None))
        self.assertEqual(self.creditor.find("pol-1")["policy_version"], before + 1)
        stale = send(self.creditor, "PUT", "/policy", FIRM | {"version": before})
        self.assertEqual([one["field"] for one in stale.json["errors"]], ["version"])

    def test_a_policy_in_yaml_is_taken_as_it_is_written(self):
        gentle = request("GET", f"{self.creditor.api.root}/policies/gentle", self.creditor.api.headers)
        self.assertEqual((gentle.status, gentle.headers["content-type"]), (200, "application/yaml"))
        taken = send(self.creditor, "PUT", "/policy?open_cases=keep", gentle.body, "application/yaml")
        self.assertEqual((taken.status, taken.json["policy"]["name"]), (200, "gentle"))
        self.assertEqual([one["name"] for one in self.creditor.api.get("/policies")["data"]], ["gentle", "standard", "firm"])

    def test_the_schema_is_published(self):
        schema = self.creditor.api.get("/policy/schema")
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        self.assertEqual(schema["required"], ["name", "least_gap_days", "steps"])

    def test_a_change_of_the_calendar_wakes_who_sleeps(self):
        tomorrow = str(now().date().fromordinal(now().date().toordinal() + 1))
        answer = self.creditor.api.call("PATCH", "/settings", {"days_off": [tomorrow, "12-31"]})
        self.assertEqual((answer.status, answer.json["days_off"]), (200, [tomorrow, "12-31"]))
        runs = self.replans("settings")
        self.assertTrue(runs)
        complete(self.creditor, runs[0])
        self.creditor.api.call("PATCH", "/settings", {"days_off": [tomorrow, "12-31"]})
        self.assertEqual(len(self.replans("settings")), len(runs) + 1, "the same again repairs what a stop may have left")
        self.creditor.api.call("PATCH", "/settings", {"sms_parts_cap": 3})
        self.assertEqual(len(self.replans("settings")), len(runs) + 1, "nobody wakes for another setting")
        for day in ("2026-06-31", "02-30", "x", 7):
            with self.subTest(day):
                bad = self.creditor.api.call("PATCH", "/settings", {"days_off": [day]})
                self.assertEqual((bad.status, bad.json["errors"][0]["field"]), (422, "days_off[0]"))
        self.creditor.api.call("PATCH", "/settings", {"days_off": []})


if __name__ == "__main__":
    unittest.main()
