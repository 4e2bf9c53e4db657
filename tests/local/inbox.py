"""The inbox page: every e-mail and SMS that the local stack sent, newest last.

A small server of its own on 127.0.0.1, since the local AWS keeps what was sent but shows it only
as JSON. It changes nothing. `start_page` runs it in the background.
"""

import json
import sys
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from inbox_page import render
from local_aws import environment, get_json
from state import STATE, free_port, read_json, start

USUAL_PORT = 8025


class Mailbox:
    """Reads what was sent, in order. SMS carry no time, so it notes when it first saw each one."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.first_seen = {}
        self.lock = threading.Lock()

    def messages(self):
        with self.lock:
            return sorted([*self._emails(), *self._texts()], key=lambda one: one["at"])

    def _emails(self):
        accounts = get_json(f"{self.endpoint}/_ministack/ses/messages")["messages"]
        for mail in (mail for mails in accounts.values() for mail in mails):
            yield {
                "kind": "e-mail",
                "id": mail["MessageId"],
                "at": mail["Timestamp"],
                "from": mail["Source"],
                "to": ", ".join(mail["To"]),
                "subject": mail["Subject"],
                "text": mail["BodyText"] or "",
                "html": mail["BodyHtml"] or "",
                "day": self._day(mail["MessageId"]),
            }

    def _texts(self):
        numbers = get_json(f"{self.endpoint}/_ministack/sns/sms-messages")["sms_messages"]
        for number, texts in numbers.items():
            for text in texts:
                sender = text["MessageAttributes"].get("AWS.SNS.SMS.SenderID", {}).get("StringValue", "")
                day = self._day(text["MessageId"])
                yield {
                    "kind": "SMS",
                    "id": text["MessageId"],
                    "at": self.first_seen[text["MessageId"]][0],
                    "from": sender,
                    "to": number,
                    "subject": "",
                    "text": text["Message"],
                    "html": "",
                    "day": day,
                }

    def _day(self, message_id):
        """The stack's own day when the message was first seen, if whoever drives the clock notes it."""
        if message_id not in self.first_seen:
            self.first_seen[message_id] = (time.time(), read_json(STATE / "clock.json").get("now", ""))
        return self.first_seen[message_id][1]

    def watch(self):
        """Looks every half second, so that first-seen times are true without anybody reading."""
        while True:
            try:
                self.messages()
            except (OSError, ValueError, KeyError):
                pass
            time.sleep(0.5)


def handler(mailbox):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                messages = mailbox.messages()
            except OSError:
                return self.answer(503, "text/plain", "the local AWS does not answer")
            if self.path == "/messages.json":
                return self.answer(200, "application/json", json.dumps(messages, ensure_ascii=False))
            if self.path == "/":
                return self.answer(200, "text/html", render(messages, datetime.now(timezone.utc)))
            return self.answer(404, "text/plain", "not here")

        def answer(self, status, kind, body):
            raw = body.encode()
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(raw)))
            self.send_header("cache-control", "no-store")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    return Page


def start_page(endpoint):
    """Starts the page in the background and returns its address."""
    port = free_port(USUAL_PORT)
    process = start("inbox", [sys.executable, __file__, endpoint, str(port)], environment(endpoint))
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get_json(f"{url}messages.json")
            return url
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the inbox page did not start; its log: {STATE / 'inbox.log'}")


if __name__ == "__main__":
    mailbox = Mailbox(sys.argv[1])
    threading.Thread(target=mailbox.watch, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), handler(mailbox)).serve_forever()
