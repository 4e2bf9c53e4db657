"""The list of tomorrow, from outside: made, read, skipped, moved, approved, and mailed in the evening."""

import unittest
from datetime import datetime, time, timedelta, timezone

from sending import issue
from stage import Creditor, now, past_what_is_remembered, private_number, stack, to_the_next_morning, travel

# UTC, behind sweeps that always fire: the first makes the list, the second mails it.
MADE, MAILED = time(12, 5), time(18, 5)


class TheListOfTomorrow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        number = private_number()
        cls.creditor = Creditor("list", allowed=[number], approval="required", list_at="12:00")
        cls.people = {label: cls.creditor.debtor(label) for label in ("goes", "skip", "wait")}
        cls.people["move"] = cls.creditor.debtor("move", phone=number)
        to_the_next_morning()
        while now().weekday() > 2:
            to_the_next_morning()
        overdue = (now().date() - timedelta(days=3)).isoformat()
        cls.day = (now().date() + timedelta(days=1)).isoformat()
        # Today's own night is over: approval keeps what comes in now from going today.
        for label, person in cls.people.items():
            issue(cls.creditor, f"list-{label}", person, due_on=overdue)
        past_what_is_remembered()
        for at in (MADE, MAILED):
            travel(datetime.combine(now().astimezone(timezone.utc).date(), at, timezone.utc))
            past_what_is_remembered()

    def call(self, method, path, body=None):
        return self.creditor.api.call(method, f"/list/{self.day}{path}", body)

    def of(self, label):
        found = self.creditor.find(f"list-{label}")
        return {"debtor": found["debtor"], "case": found["case"]}

    def lines(self):
        listed = self.call("GET", "").json
        return listed, {line["case"]: (message, line) for message in listed["data"] for line in message["lines"]}

    def heard(self, label):
        person = self.people[label]
        texts = [to for _, _, to, _, _ in stack().mailbox.all()]
        return texts.count(person["email"]), texts.count(person["phone"])

    def test_a_bad_word_is_refused_with_its_field(self):
        for path, body, field in (
            ("/skip", self.of("wait") | {"reason": " "}, "reason"),
            ("/move", self.of("wait") | {"channel": "pigeon"}, "channel"),
            ("/approve", {}, "version"),
        ):
            with self.subTest(path):
                answer = self.call("POST", path, body)
                self.assertEqual((answer.status, answer.json["errors"][0]["field"]), (422, field), answer.text)
        gone = self.creditor.api.call("POST", "/list/2020-01-07/skip", self.of("wait") | {"reason": "x"})
        self.assertEqual((gone.status, gone.json["errors"][0]["field"]), (422, "day"))
        self.assertEqual(self.creditor.api.call("GET", "/list/tomorrow").json["errors"][0]["field"], "day")

    def test_the_list_is_mailed_read_spoken_of_and_kept_to(self):
        mails = [text for _, _, to, _, text in stack().mailbox.all() if to == self.creditor.team]
        self.assertEqual(len([text for text in mails if f"/api/v1/list/{self.day}" in text]), 1, "mailed once")
        listed, lines = self.lines()
        self.assertEqual((listed["from"], listed["complete"]), ("dry_run", True))
        self.assertEqual({line["approval"] for _, line in lines.values()}, {"awaited"})
        self.assertEqual(len(lines), 4)

        self.assertEqual(self.call("POST", "/skip", self.of("skip") | {"reason": "they called"}).status, 204)
        moved = self.call("POST", "/move", self.of("move") | {"channel": "sms"})
        self.assertEqual(moved.status, 204, moved.text)
        stale = self.call("POST", "/approve", {"version": listed["version"]})
        self.assertEqual(stale.status, 409, "it changed since it was shown")
        goes = self.of("goes")
        seen = goes | {"version": lines[goes["case"]][1]["version"]}
        approved = self.call("POST", "/approve", {"lines": [seen]})
        self.assertEqual((approved.status, approved.json), (200, {"approved": 1, "changed": []}), approved.text)

        before = {label: self.heard(label) for label in self.people}
        to_the_next_morning()
        listed, _ = self.lines()
        self.assertEqual(listed["from"], "night")
        came = {label: tuple(b - a for a, b in zip(before[label], self.heard(label))) for label in self.people}
        self.assertEqual(came, {"goes": (1, 0), "skip": (0, 0), "move": (0, 1), "wait": (0, 0)})
        skipped = self.creditor.find("list-skip")["last_decision"]
        self.assertEqual(skipped["reason"], "skipped")
        self.assertIn("they called", skipped["text"]["pl"])
        went, moved = (self.creditor.find(f"list-{label}")["last_decision"]["facts"] for label in ("goes", "move"))
        self.assertEqual((went["way"], went["channel"], moved["way"], moved["channel"]), ("first", "email", "chosen", "sms"))
        self.assertEqual((went["due"], went["sent_now"], went["asked"]["currency"]), ("printed", False, "PLN"), went)
        self.assertEqual(self.call("POST", "/skip", goes | {"reason": "too late"}).status, 409, "it has gone")


if __name__ == "__main__":
    unittest.main()
