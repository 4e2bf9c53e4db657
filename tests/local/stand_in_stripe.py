"""Stripe as its documents describe it: Checkout sessions, a page to pay on, signed events.

It shares nothing with the code that is tried against it. Keys: `sk_…` of an account; endpoints are told to it
as in the dashboard, by `control/endpoint`. `control/act` lets things happen to a session, and go wrong.
"""

import hashlib
import hmac
import json
import secrets
from html import escape
from urllib.parse import parse_qs

from story_http import request

REQUIRED = (
    "mode",
    "success_url",
    "line_items[0][quantity]",
    "line_items[0][price_data][currency]",
    "line_items[0][price_data][unit_amount]",
    "line_items[0][price_data][product_data][name]",
)
LOCALES = {"auto", "cs", "de", "en", "pl"}


class Stripe:
    def __init__(self, root):
        self.root = root
        self.sessions = {}
        self.by_key = {}
        self.endpoints = {}

    def answer(self, method, path, headers, body):
        if path == "/control/endpoint":
            self.endpoints |= {one["api_key"]: one for one in [json.loads(body)]}
            return 200, {}, {}
        if path == "/control/act":
            return 200, {}, {"answers": self.act(**json.loads(body))}
        if path.startswith("/pay/"):
            return self.page(method, path.removeprefix("/pay/"), body)
        key = headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.endpoints:
            return error(401, "invalid_request_error", "Invalid API Key provided")
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self.create(key, headers.get("idempotency-key"), headers.get("content-type", ""), body)
        if method == "GET" and path.startswith("/v1/checkout/sessions/"):
            found = self.sessions.get(path.rsplit("/", 1)[1])
            if not found or found["key"] != key:
                return error(404, "invalid_request_error", "No such session")
            intent = found["payment_intent"] and {"id": found["payment_intent"], "object": "payment_intent", "status": found["intent"]}
            return 200, {}, shown(found) | {"payment_intent": intent}
        return error(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path})")

    def create(self, key, idempotency, kind, body):
        if not kind.startswith("application/x-www-form-urlencoded"):
            return error(400, "invalid_request_error", "the body is a form")
        before = self.by_key.get((key, idempotency))
        if before and before[0] != body:
            return error(400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters")
        if before:
            return before[1]
        fields = {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        missing = [name for name in REQUIRED if not fields.get(name)]
        amount = fields.get("line_items[0][price_data][unit_amount]", "")
        if missing or not amount.isdigit() or int(amount) == 0 or fields.get("locale", "auto") not in LOCALES:
            return error(400, "invalid_request_error", f"missing or wrong: {missing or amount or fields.get('locale')}")
        session = {
            "key": key,
            "id": f"cs_test_{secrets.token_hex(12)}",
            "payment_intent": None,
            "intent": "requires_payment_method",
            "reference": fields.get("client_reference_id"),
            "amount": int(amount) * int(fields["line_items[0][quantity]"]),
            "currency": fields["line_items[0][price_data][currency]"],
            "name": fields["line_items[0][price_data][product_data][name]"],
            "back": fields["success_url"],
            "status": "open",
            "payment_status": "unpaid",
        }
        self.sessions[session["id"]] = session
        made = 200, {}, shown(session) | {"url": f"{self.root}/pay/{session['id']}"}
        if idempotency:
            self.by_key[key, idempotency] = (body, made)
        return made

    def page(self, method, session_id, body):
        session = self.sessions.get(session_id)
        if not session:
            return 404, {}, b"no such session"
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("paid", "later", "back"))
            text = f"<h1>{escape(session['name'])}</h1><p>{session['amount']} {session['currency']}</p><form method=post>{buttons}</form>"
            return 200, {}, text.encode()
        what = parse_qs(body.decode()).get("what", ["back"])[0]
        if what != "back":
            self.act(session_id, what)
        return 303, {"location": session["back"]}, b""

    def act(self, session, what, *, times=1, amount=None, currency=None, secret=None, at=None, refund="re_1"):
        """Lets something happen, and tells of it as often as is asked; returns how each telling was answered."""
        one = self.sessions[session]
        one["payment_intent"] = one["payment_intent"] or f"pi_{secrets.token_hex(8)}"
        tell = []
        told = shown(one) | {"amount_total": amount or one["amount"], "currency": currency or one["currency"]}
        if what in ("paid", "succeeded"):
            one |= {"status": "complete", "payment_status": "paid", "intent": "succeeded"}
            first = "checkout.session.completed" if what == "paid" else "checkout.session.async_payment_succeeded"
            money = {"id": one["payment_intent"], "object": "payment_intent", "amount_received": told["amount_total"], "status": "succeeded"}
            charge = {"id": f"ch_{one['payment_intent']}", "object": "charge", "payment_intent": one["payment_intent"], "paid": True}
            paid = told | {"status": "complete", "payment_status": "paid", "payment_intent": one["payment_intent"]}
            tell = [("charge.succeeded", charge), ("payment_intent.succeeded", money), (first, paid)]
        elif what == "later":
            one |= {"status": "complete", "intent": "processing"}
            tell = [("checkout.session.completed", told | {"status": "complete", "payment_intent": one["payment_intent"]})]
        elif what == "told late":
            tell = [("checkout.session.completed", told | {"status": "complete", "payment_status": "unpaid", "payment_intent": one["payment_intent"]})]
        elif what == "failed":
            one |= {"intent": "requires_payment_method"}
            tell = [("checkout.session.async_payment_failed", told | {"status": "complete", "payment_intent": one["payment_intent"]})]
        elif what in ("refunded", "disputed"):
            back = {
                "id": refund,
                "object": "refund" if what == "refunded" else "dispute",
                "payment_intent": one["payment_intent"],
                "amount": told["amount_total"],
                "currency": told["currency"],
                "status": "succeeded" if what == "refunded" else "needs_response",
            }
            kinds = ("refund.created", "refund.updated") if what == "refunded" else ("charge.dispute.created", "charge.dispute.funds_withdrawn")
            tell = [(kind, back) for kind in kinds]
        return [self.send(one["key"], kind, thing, secret, at) for kind, thing in tell for _ in range(times)]

    def send(self, key, kind, thing, secret, at):
        endpoint = self.endpoints[key]
        at = int(at or endpoint["now"])
        event = {
            "id": f"evt_{secrets.token_hex(8)}",
            "object": "event",
            "api_version": "2025-03-31.basil",
            "created": at,
            "livemode": False,
            "pending_webhooks": 1,
            "type": kind,
            "data": {"object": thing},
        }
        raw = json.dumps(event, indent=2, ensure_ascii=False).encode()
        mark = hmac.new((secret or endpoint["secret"]).encode(), str(at).encode() + b"." + raw, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": f"t={at},v1={mark},v0={'0' * 64}"}
        return request("POST", endpoint["url"], headers, raw).status


def shown(session):
    return {
        "id": session["id"],
        "object": "checkout.session",
        "mode": "payment",
        "livemode": False,
        "client_reference_id": session["reference"],
        "amount_total": session["amount"],
        "currency": session["currency"],
        "status": session["status"],
        "payment_status": session["payment_status"],
        "payment_intent": session["payment_intent"],
    }


def error(status, kind, message):
    return status, {}, {"error": {"type": kind, "message": message}}
