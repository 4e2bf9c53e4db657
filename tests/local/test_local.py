"""The parts of the local runner that can be wrong without anybody noticing."""

import socket
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path
from unittest import mock

import state
from inbox_page import render

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
MAIL = {
    "kind": "e-mail",
    "id": "m1",
    "at": NOW.timestamp(),
    "from": '"Shop" <a@shop.example>',
    "to": "b@c.example",
    "subject": "<b>Invoice</b>",
    "text": "1 < 2",
    "html": '<p class="x">Hello</p><script>alert(1)</script>',
    "day": "2026-03-02",
}


class Inbox(unittest.TestCase):
    def test_what_was_sent_cannot_become_part_of_the_page(self):
        page = render([MAIL], NOW)
        self.assertNotIn("<script>", page)
        self.assertNotIn("<b>Invoice</b>", page)
        self.assertIn("&lt;b&gt;Invoice&lt;/b&gt;", page)
        self.assertIn("1 &lt; 2", page)

    def test_html_runs_no_script_and_belongs_to_no_origin(self):
        page = render([MAIL], NOW)
        frame = page[page.index("<iframe") : page.index("</iframe>")]
        self.assertIn('sandbox="allow-popups allow-popups-to-escape-sandbox"', frame)

    def test_an_sms_shows_its_text_and_no_frame(self):
        page = render([MAIL | {"kind": "SMS", "html": "", "subject": ""}], NOW)
        self.assertNotIn("<iframe", page)

    def test_an_empty_inbox_says_so(self):
        self.assertIn("Nothing was sent yet", render([], NOW))


class Processes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.object(state, "STATE", Path(folder.name))
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_taken_port_is_passed_over(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertGreater(state.free_port(port), port)

    def test_stopping_ends_the_children_too(self):
        script = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
        state.start("x", [sys.executable, "-c", script], {"PATH": "/usr/bin:/bin"})
        log = state.STATE / "x.log"
        deadline = time.monotonic() + 10
        while not log.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        child = log.read_text().strip()
        self.assertTrue(state.stop("x"))
        listed = subprocess.run(["ps", "-p", child, "-o", "stat="], capture_output=True, text=True, check=False).stdout
        self.assertIn(listed.strip()[:1], ("", "Z"))
        self.assertFalse(state.stop("x"))

    def test_a_process_that_is_not_ours_is_left_alone(self):
        with subprocess.Popen(["sleep", "60"]) as other:
            state.write_json(state.STATE / "x.pid.json", {"pid": other.pid, "mark": "serve.py"})
            self.assertFalse(state.stop("x"))
            self.assertIsNone(other.poll())
            other.kill()


if __name__ == "__main__":
    unittest.main()
