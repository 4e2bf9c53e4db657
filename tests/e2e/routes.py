"""Every route of the API with how it is asked for one thing, by that thing's ids.

The list of routes itself is the product's own description, so a route that is added without a row
here is noticed. A row is method, path and body, made from ids; `None` stands for a route that takes
nobody's id.
"""

import base64
import secrets
from urllib.parse import quote

from sending import new_id
from stage import stack
from story_http import request

BASE = "/api/v1"
METHODS = ("get", "put", "post", "delete", "patch")


def _payment(**of):
    return {"payment_id": new_id("pay"), "amount": "1.00", "currency": "PLN"} | of


# (method, path in the description) -> ids -> requests as (path below /api/v1, body)
ROUTES = {
    ("GET", "/openapi.json"): None,
    ("GET", "/settings"): None,
    ("PUT", "/settings"): None,
    ("PATCH", "/settings"): None,
    ("POST", "/settings/hold"): None,
    ("DELETE", "/settings/hold"): None,
    ("GET", "/settings/holds"): None,
    ("GET", "/policy"): None,
    ("PUT", "/policy"): None,
    ("POST", "/policy/preview"): None,
    ("GET", "/policy/schema"): None,
    ("GET", "/policies"): None,
    ("GET", "/policies/{name}"): None,
    ("GET", "/debtors"): None,
    ("GET", "/debtors/{debtor}"): lambda ids: [(f"/debtors/{ids['debtor']}", None)],
    ("GET", "/debtors/{debtor}/time-line"): lambda ids: [(f"/debtors/{ids['debtor']}/time-line", None)],
    ("GET", "/debtors/{debtor}/invoices"): lambda ids: [
        (f"/debtors/{ids['debtor']}/invoices", None),
        (f"/debtors/{ids['debtor']}/invoices?closed=true", None),
    ],
    ("GET", "/invoices"): lambda ids: [
        (f"/invoices?case={quote(ids['case'])}", None),
        (f"/invoices?number={quote(ids['number'])}", None),
    ],
    ("GET", "/invoices/decisions"): lambda ids: [
        (f"/invoices/decisions?case={quote(ids['case'])}", None),
        (f"/invoices/decisions?case={quote(ids['case'])}&on=2026-01-01", None),
    ],
    ("GET", "/debtors/{debtor}/contacts"): lambda ids: [(f"/debtors/{ids['debtor']}/contacts", None)],
    ("POST", "/debtors/{debtor}/contacts"): lambda ids: [
        (f"/debtors/{ids['debtor']}/contacts", {"role": "owner", "email": "x@nobody.example", "reason": "x"}),
    ],
    ("PATCH", "/debtors/{debtor}/contacts/{contact}"): lambda ids: [
        (f"/debtors/{ids['debtor']}/contacts/source", {"role": "owner", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/contacts/{contact}"): lambda ids: [(f"/debtors/{ids['debtor']}/contacts/source?reason=x", None)],
    ("DELETE", "/debtors/{debtor}/links"): lambda ids: [(f"/debtors/{ids['debtor']}/links?reason=x", None)],
    ("PUT", "/debtors/{debtor}/refusals/{channel}"): lambda ids: [(f"/debtors/{ids['debtor']}/refusals/sms?reason=x", None)],
    ("DELETE", "/debtors/{debtor}/refusals/{channel}"): lambda ids: [(f"/debtors/{ids['debtor']}/refusals/sms?reason=x", None)],
    ("DELETE", "/debtors/{debtor}/instalment-request"): lambda ids: [(f"/debtors/{ids['debtor']}/instalment-request?reason=x", None)],
    ("POST", "/debtors/{debtor}/move"): lambda ids: [
        (f"/debtors/{ids['debtor']}/move", {"to": "deb-aaaaaaaaaaaaaaaa", "cases": [ids["case"]], "reason": "x"}),
    ],
    ("POST", "/debtors/{debtor}/merge"): lambda ids: [(f"/debtors/{ids['debtor']}/merge", {"into": "deb-aaaaaaaaaaaaaaaa", "reason": "x"})],
    ("POST", "/debtors/{debtor}/split"): lambda ids: [
        (f"/debtors/{ids['debtor']}/split", {"name": "x", "cases": [ids["case"]], "reason": "x"}),
        (f"/debtors/{ids['debtor']}/split", {"debtor": "deb-aaaaaaaaaaaaaaaa", "reason": "x"}),
    ],
    ("PUT", "/debtors/{debtor}/postal"): lambda ids: [
        (f"/debtors/{ids['debtor']}/postal", {"street": "Lipowa 1", "city": "Warszawa", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/postal"): lambda ids: [(f"/debtors/{ids['debtor']}/postal?reason=x", None)],
    ("PUT", "/debtors/{debtor}/owner"): lambda ids: [(f"/debtors/{ids['debtor']}/owner", {"email": "x@nobody.example", "reason": "x"})],
    ("POST", "/debtors/{debtor}/hold"): lambda ids: [
        (f"/debtors/{ids['debtor']}/hold", {"reason": "x"}),
        (f"/debtors/{ids['debtor']}/hold", {"reason": "x", "case": ids["case"]}),
    ],
    ("DELETE", "/debtors/{debtor}/hold"): lambda ids: [
        (f"/debtors/{ids['debtor']}/hold?reason=x", None),
        (f"/debtors/{ids['debtor']}/hold?case={quote(ids['case'])}&reason=x", None),
    ],
    ("PUT", "/debtors/{debtor}/public-body"): lambda ids: [
        (f"/debtors/{ids['debtor']}/public-body", {"public_body": True, "reason": "x"}),
    ],
    ("POST", "/debtors/{debtor}/promise"): lambda ids: [
        (f"/debtors/{ids['debtor']}/promise", {"pay_on": "2031-01-07", "reason": "x"}),
        (f"/debtors/{ids['debtor']}/promise", {"pay_on": "2031-01-07", "case": ids["case"], "amount": "1.00", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/promise"): lambda ids: [
        (f"/debtors/{ids['debtor']}/promise?reason=x", None),
        (f"/debtors/{ids['debtor']}/promise?case={quote(ids['case'])}&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/dispute"): lambda ids: [(f"/debtors/{ids['debtor']}/dispute", {"case": ids["case"], "note": "x"})],
    ("DELETE", "/debtors/{debtor}/dispute"): lambda ids: [
        (f"/debtors/{ids['debtor']}/dispute?case={quote(ids['case'])}&outcome=resolved&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/payment-pending"): lambda ids: [
        (f"/debtors/{ids['debtor']}/payment-pending", {"paid_on": "2031-01-06", "way": "transfer", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/payment-pending"): lambda ids: [
        (f"/debtors/{ids['debtor']}/payment-pending?reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/plan"): lambda ids: [
        (
            f"/debtors/{ids['debtor']}/plan",
            {"note": "x", "instalments": [{"on": "2031-02-07", "amount": "1.00"}, {"on": "2031-03-07", "amount": "1.00"}]},
        ),
    ],
    ("DELETE", "/debtors/{debtor}/plan"): lambda ids: [(f"/debtors/{ids['debtor']}/plan?reason=x", None)],
    ("POST", "/debtors/{debtor}/legal-stop"): lambda ids: [
        (f"/debtors/{ids['debtor']}/legal-stop", {"kind": "insolvency", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/legal-stop"): lambda ids: [
        (f"/debtors/{ids['debtor']}/legal-stop?kind=insolvency&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/settlements"): lambda ids: [
        (f"/debtors/{ids['debtor']}/settlements", {"case": ids["case"], "kind": "write_off", "reason": "x"}),
        (f"/debtors/{ids['debtor']}/settlements", {"case": ids["case"], "kind": "set_off", "amount": "1.00", "reference": "x", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/settlements/{settlement}"): lambda ids: [
        (f"/debtors/{ids['debtor']}/settlements/write_off-2031-01-07-100?case={quote(ids['case'])}&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/send-now"): lambda ids: [
        (f"/debtors/{ids['debtor']}/send-now", {"reason": "x"}),
        (f"/debtors/{ids['debtor']}/send-now", {"reason": "x", "case": ids["case"]}),
        (f"/debtors/{ids['debtor']}/send-now", {"reason": "x", "dry": True}),
    ],
    ("POST", "/debtors/{debtor}/due-date"): lambda ids: [
        (f"/debtors/{ids['debtor']}/due-date", {"case": ids["case"], "due_on": "2031-01-07", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/due-date"): lambda ids: [
        (f"/debtors/{ids['debtor']}/due-date?case={quote(ids['case'])}&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/skip-step"): lambda ids: [
        (f"/debtors/{ids['debtor']}/skip-step", {"case": ids["case"], "step": "due+3", "reason": "x"}),
    ],
    ("DELETE", "/debtors/{debtor}/skip-step"): lambda ids: [
        (f"/debtors/{ids['debtor']}/skip-step?case={quote(ids['case'])}&step=due%2B3&reason=x", None),
    ],
    ("POST", "/debtors/{debtor}/reopen"): lambda ids: [(f"/debtors/{ids['debtor']}/reopen", {"case": ids["case"], "reason": "x"})],
    ("GET", "/call-list"): None,
    ("GET", "/debtors/{debtor}/interest"): lambda ids: [
        (f"/debtors/{ids['debtor']}/interest?case={quote(ids['case'])}", None),
        (f"/debtors/{ids['debtor']}/interest?case={quote(ids['case'])}&until=2031-01-07", None),
    ],
    ("POST", "/debtors/{debtor}/claims/waive"): lambda ids: [
        (f"/debtors/{ids['debtor']}/claims/waive", {"case": ids["case"], "claim": "interest", "reason": "x"}),
    ],
    ("POST", "/debtors/{debtor}/claims/collect"): lambda ids: [
        (f"/debtors/{ids['debtor']}/claims/collect", {"case": ids["case"], "claim": "interest", "payment_id": new_id("pay"), "amount": "1.00"}),
    ],
    ("GET", "/reminders"): None,
    ("GET", "/reminders/{debtor}/{reminder}"): lambda ids: [(f"/reminders/{ids['debtor']}/{ids['reminder']}", None)],
    ("GET", "/list/{day}"): None,
    ("POST", "/list/{day}"): None,
    ("POST", "/list/{day}/approve"): None,
    ("POST", "/list/{day}/skip"): lambda ids: [
        ("/list/2031-01-07/skip", {"debtor": ids["debtor"], "case": ids["case"], "reason": "x"}),
    ],
    ("POST", "/list/{day}/move"): lambda ids: [
        ("/list/2031-01-07/move", {"debtor": ids["debtor"], "case": ids["case"], "channel": "sms"}),
    ],
    ("DELETE", "/list/{day}/instruction"): lambda ids: [
        (f"/list/2031-01-07/instruction?debtor={ids['debtor']}&case={quote(ids['case'])}", None),
    ],
    ("POST", "/evaluations"): None,
    ("GET", "/runs"): None,
    ("GET", "/runs/{run}"): lambda ids: [(f"/runs/{ids['run']}", None), (f"/runs/{ids['dry run']}", None)],
    ("POST", "/payments"): lambda ids: [
        ("/payments", _payment(case=ids["case"])),
        ("/payments", _payment(number=ids["number"])),
        ("/payments", _payment(debtor=ids["debtor"])),
    ],
    ("GET", "/attention"): None,
    ("DELETE", "/attention/{id}"): lambda ids: [(f"/attention/{ids['attention']}", None)],
    ("GET", "/events"): None,
    ("POST", "/events/{id}/replay"): lambda ids: [(f"/events/{ids['event']}/replay", {})],
    ("GET", "/clock"): None,
    ("POST", "/clock"): None,
}

# Lists of everything of a kind; `/reminders` is asked per day.
LISTS = ("/debtors", "/call-list", "/runs", "/attention", "/events")


def described():
    """(method, path below /api/v1) of every route in the product's description."""
    document = request("GET", f"{stack().url}{BASE}/openapi.json").json
    for path, item in document["paths"].items():
        yield from ((method.upper(), path.removeprefix(BASE)) for method in item if method in METHODS)


def never_were():
    """Ids in the form of real ones that nobody was ever given."""

    def letters(count):
        return base64.b32encode(secrets.token_bytes(count)).decode().lower().rstrip("=")

    return {
        "debtor": f"deb-{letters(10)}",
        "case": f"upominek:{letters(5)}",
        "number": f"FV/{letters(5)}",
        "reminder": "2031-01-07_email_PLN",
        "run": f"hand-2031-01-07-{letters(5)}",
        "dry run": f"dry-2031-01-07-{letters(5)}",
        "event": f"evt-{letters(10)}",
        "attention": base64.urlsafe_b64encode(f"sandbox:{letters(5)}".encode()).decode().rstrip("="),
    }


def without_ids(text, ids):
    """An answer with the ids that were asked for taken out, so that two answers can be compared."""
    for kind, value in ids.items():
        text = text.replace(value, f"<{kind}>")
    return text
