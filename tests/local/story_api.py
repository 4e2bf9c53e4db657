"""The API's client: what the story asks for, and the one place that knows the shape of the answers."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from story_http import request


class Api:
    """Speaks to `/api/v1` with a creditor's token."""

    def __init__(self, api_url, token):
        self.root = f"{api_url}/api/v1"
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self.ids = {}

    def call(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        return request(method, self.root + path, self.headers, body)

    def get(self, path, **query):
        answer = self.call("GET", f"{path}?{urlencode(query)}" if query else path)
        if answer.status != 200:
            raise SystemExit(f"GET {path} was answered {answer.status}: {answer.text[:500]}")
        return answer.json

    def all(self, path, **query):
        """Every element of a list, page after page."""
        found, after = [], None
        while True:
            page = self.get(path, limit=100, **query, **({"after": after} if after else {}))
            found += page["data"]
            after = page["next"]
            if after is None:
                return found

    # The clock of a local stack.

    def now(self):
        return instant(self.get("/clock")["now"])

    def travel(self, to, outage=False, patience=180):
        """Moves the clock on, and waits until everything that fell due on the way has happened."""
        answer = self.call("POST", "/clock", {"now": to.isoformat(), "outage": outage})
        if answer.status != 202:
            raise SystemExit(f"POST /clock was answered {answer.status}: {answer.text[:500]}")
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            clock = self.get("/clock")
            if clock.get("error"):
                raise SystemExit(f"the clock stopped at {clock['now']}: {clock['error']}")
            if clock["status"] == "ready" and instant(clock["now"]) == to:
                return
            time.sleep(0.1)
        raise SystemExit(f"the clock did not come to {to} within {patience} s: {clock}")

    # Debtors, invoices, reminders.

    def debtor_id(self, debtor):
        """Our id of a debtor, or `None` before the first invoice."""
        if debtor.name not in self.ids:
            self.ids |= {one["name"]: one["debtor"] for one in self.all("/debtors")}
        return self.ids.get(debtor.name)

    def invoice(self, invoice):
        """One invoice as it is now, or `None`."""
        found = self.get("/invoices", case=invoice.case)["data"]
        return InvoiceNow.read(found[0]) if found else None

    def reminders_of(self, day):
        reminders = self.all("/reminders", day=day.isoformat())
        return [ReminderNow.read(one) for one in reminders]

    def message(self, reminder):
        """Subject and text of a reminder; empty while nobody began to send it."""
        said = self.get(f"/reminders/{reminder.debtor}/{reminder.id}")["message"] or {}
        return said.get("subject") or "", said.get("text") or ""

    def hold(self, debtor, reason, until):
        path = f"/debtors/{self.debtor_id(debtor)}/hold"
        return self.call("POST", path, {"reason": reason, "until": until.isoformat()})

    def record_payment(self, payment_id, amount, number):
        """Records a transfer in złoty whose title is the number of an invoice."""
        return self.call("POST", "/payments", {"payment_id": payment_id, "amount": amount, "currency": "PLN", "number": number})

    def attention(self):
        return self.all("/attention")

    def kept_events(self):
        return self.all("/events")


@dataclass(frozen=True)
class InvoiceNow:
    """An invoice as the API shows it."""

    number: str
    status: str
    total: str
    open: str
    paid: str
    revision: int
    decided: str | None
    why: str | None
    text: str
    next_step: str | None
    next_on: str | None

    @classmethod
    def read(cls, one):
        decision, following = one["last_decision"] or {}, one["next_step"] or {}
        return cls(
            number=one["number"],
            status=one["status"],
            total=one["total"]["decimal"],
            open=one["open"]["decimal"],
            paid=one["paid"]["decimal"],
            revision=one["revision"],
            decided=decision.get("decision"),
            why=decision.get("reason"),
            text=decision["text"]["en"] if decision else "",
            next_step=following.get("step"),
            next_on=following.get("on"),
        )


@dataclass(frozen=True)
class ReminderNow:
    """A reminder as the API lists it."""

    id: str
    debtor: str
    channel: str
    state: str
    step: str
    lines: tuple
    service: bool

    @classmethod
    def read(cls, one):
        lines = tuple((line["case"], line["step"]) for line in one["lines"])
        return cls(one["reminder"], one["debtor"], one["channel"], one["state"], one["step"], lines, one["service"])


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
