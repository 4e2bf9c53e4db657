"""Silent: no log of any function holds an address, number, name, token, secret or link that was used.

Runs after the other tests of a run, since it looks for everything that they used.
"""

import json
import unittest

from sending import issue
from stage import PRIVATE, Creditor, stack
from town import town


def forms(line):
    """A line as it is, and as it reads where JSON wrote letters as escapes or a line is within a line."""
    yield line
    try:
        yield json.dumps(json.loads(line), ensure_ascii=False)
    except ValueError:
        pass


class Silence(unittest.TestCase):
    """Logs tell what happened to which id, and nothing about anybody."""

    @classmethod
    def lines(cls):
        if not hasattr(cls, "_lines"):
            town()
            cls._lines = [(group, line) for group, line in stack().log_lines()]
        return cls._lines

    def test_nothing_that_was_used_stands_in_any_log(self):
        found = set()
        for group, line in self.lines():
            text = "\n".join(forms(line))
            found |= {f"{what} in {group}: {line[:200]}" for secret, what in PRIVATE.items() if secret in text}
        self.assertEqual(sorted(found), [])

    def test_the_search_would_find_something(self):
        """Every function wrote something that can be found, and there is enough to look for."""
        kinds = {"a name", "an e-mail address", "a number", "a token", "a secret", "a pay link", "a contact of a creditor"}
        self.assertLessEqual(kinds, set(PRIVATE.values()))
        self.assertGreater(len(PRIVATE), 20)
        sides = town()
        text = "\n".join(line for _, line in self.lines())
        for side in sides:
            for told in (side.creditor.id, side.ids["debtor"]):
                self.assertTrue(told in text, f"no line tells of {told}")

    def test_every_function_that_worked_says_what_it_did(self):
        spoke = {group.rsplit("/", 1)[-1] for group, line in self.lines() if '"creditor"' in line or "deb-" in line}
        for function in ("invoice-webhook", "admin-api", "payment-link", "payment-callback", "email-dispatch", "sms-dispatch", "shard-evaluation", "operator"):
            self.assertTrue(any(name.endswith(function) for name in spoke), f"{function} told nothing; these did: {sorted(spoke)}")

    def test_a_refused_forgery_is_told_without_its_content(self):
        creditor = Creditor("sil")
        with self.assertRaises(AssertionError):
            creditor.secret("upominek")
            creditor.secrets["upominek"] = "whsec_" + "A" * 32
            issue(creditor, "inv-forged-silently", creditor.debtor("forged"))
        text = "\n".join(line for _, line in stack().log_lines())
        self.assertFalse("inv-forged-silently" in text, "a line tells what a forgery said")
        self.assertTrue(creditor.id in text, "no line tells of the forgery")


if __name__ == "__main__":
    unittest.main()
