"""Mollie (API v2) as its documents describe it: payments, a page to pay on, webhooks of both kinds, refunds, chargebacks.

It shares nothing with the code that is tried against it. Profiles are told to it by `control/profile`, with their
subscription to events where they have one. `control/act` lets things happen to a payment, and go wrong.
"""

import hashlib
import hmac
import json
import re
import secrets
from decimal import Decimal
from html import escape
from urllib.parse import parse_qs, quote

from story_http import request

LOCALES = set("ca_ES cs_CZ da_DK de_AT de_CH de_DE en_GB en_US es_ES fi_FI fr_FR hu_HU it_IT nl_NL pl_PL pt_PT sk_SK sv_SE".split())
WITHOUT_DECIMALS = {"JPY", "ISK"}
KNOWN_FIELDS = {"amount", "description", "redirectUrl", "cancelUrl", "webhookUrl", "metadata", "locale", "method"}
OVER = {"canceled", "expired", "failed"}


class Mollie:
    def __init__(self, root):
        self.root = root
        self.profiles = {}
        self.payments = {}
        self.by_key = {}

    def answer(self, method, path, headers, body):
        if path == "/control/profile":
            profile = json.loads(body)
            self.profiles[profile["api_key"]] = profile | {"trouble": []}
            return 200, {}, {}
        if path == "/control/act":
            return 200, {}, {"answers": self.act(**json.loads(body))}
        if path == "/control/hint":
            asked = json.loads(body)
            return 200, {}, {"answer": post_form(asked["url"], asked["id"])}
        if path == "/control/payment":
            one = self.payments[json.loads(body)["payment"]]
            return 200, {}, {"asked": one["asked"], "webhook": one["webhook"], "shown": self.shown(one, False)}
        if path.startswith("/pay/"):
            return self.page(method, path.removeprefix("/pay/"), body)
        kind, _, key = headers.get("authorization", "").partition(" ")
        profile = self.profiles.get(key)
        if kind != "Bearer" or not profile:
            return error(401, "Missing authentication, or failed to authenticate")
        if profile["trouble"] and profile["trouble"].pop(0) == "unavailable":
            return error(503, "Please try again")
        if (method, path) == ("POST", "/v2/payments"):
            return self.create(profile, headers.get("idempotency-key"), body)
        found = re.fullmatch(r"/v2/payments/([^/]+)", path)
        if method == "GET" and found:
            one = self.payments.get(found[1])
            if not one or one["key"] != key:
                return error(404, "No payment exists with token " + found[1])
            one["asked"] += 1
            wanted = parse_qs(headers[":query"]).get("embed", [""])[0].split(",")
            return 200, {}, self.shown(one, True, {"refunds", "chargebacks"} & set(wanted))
        return error(404, "Not found")

    def create(self, profile, idempotency, body):
        if not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", idempotency or ""):
            return error(400, "the key of idempotency should be a version 4 UUID")
        before = self.by_key.get((profile["api_key"], idempotency))
        if before:
            return (201, {}, self.shown(self.payments[before[1]], True)) if before[0] == body else error(422, "another request under this key")
        asked = json.loads(body)
        amount = asked.get("amount", {})
        wrong = [name for name in ("amount", "description", "redirectUrl") if not asked.get(name)] + sorted(set(asked) - KNOWN_FIELDS)
        decimals = 0 if amount.get("currency") in WITHOUT_DECIMALS else 2
        form = r"\d+" + (r"\.\d{2}" if decimals else "")
        if wrong or not isinstance(amount.get("value"), str) or not re.fullmatch(form, amount["value"]) or Decimal(amount["value"]) <= 0:
            return error(422, f"missing, unknown or wrong: {wrong or 'amount'}")
        if asked.get("locale", "en_GB") not in LOCALES or len(json.dumps(asked.get("metadata"))) > 1024:
            return error(422, "locale or metadata is invalid")
        payment = f"tr_{secrets.token_hex(10)}"
        self.payments[payment] = {
            "id": payment,
            "key": profile["api_key"],
            "amount": amount,
            "description": asked["description"],
            "back": asked["redirectUrl"],
            "webhook": asked.get("webhookUrl"),
            "metadata": asked.get("metadata"),
            "status": "open",
            "refunds": {},
            "chargebacks": {},
            "asked": 0,
        }
        self.by_key[profile["api_key"], idempotency] = (body, payment)
        return 201, {}, self.shown(self.payments[payment], True)

    def shown(self, one, whole, embedded=()):
        shown = {
            "resource": "payment",
            "id": one["id"],
            "mode": one["key"].split("_")[0],
            "amount": one["amount"],
            "description": one["description"],
            "metadata": one["metadata"],
            "status": one["status"],
            "profileId": "pfl_stand",
            "sequenceType": "oneoff",
            "redirectUrl": one["back"],
            "createdAt": "2027-01-18T10:00:00+00:00",
        }
        if one["status"] == "paid":
            gone = sum(Decimal(refund["amount"]["value"]) for refund in one["refunds"].values() if refund["status"] not in ("failed", "canceled"))
            shown |= {"paidAt": "2027-01-18T10:05:00+00:00", "method": "blik", "amountRefunded": one["amount"] | {"value": str(gone)}}
        links = {"self": {"href": f"{self.root}/v2/payments/{one['id']}", "type": "application/hal+json"}}
        if one["status"] == "open":
            links["checkout"] = {"href": f"{self.root}/pay/{one['id']}", "type": "text/html"}
        if whole:
            shown["_links"] = links
        if embedded:
            shown["_embedded"] = {name: list(one[name].values()) for name in embedded}
        return shown

    def page(self, method, payment, body):
        one = self.payments.get(payment)
        if not one:
            return 404, {}, b"no such payment"
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("paid", "failed", "back"))
            money = f"{one['amount']['value']} {one['amount']['currency']}"
            return 200, {}, f"<h1>{escape(one['description'])}</h1><p>{money}</p><form method=post>{buttons}</form>".encode()
        what = parse_qs(body.decode()).get("what", ["back"])[0]
        if what in ("paid", "failed"):
            self.act(what, payment=payment)
        return 303, {"location": one["back"]}, b""

    def act(self, what, *, payment, times=1, amount=None, currency=None, thing="1", secret=None, unsigned=False, silent=False, trouble=(), stale=None):
        """Lets something happen to a payment, and tells of it as often as is asked; returns how each telling was answered."""
        one = self.payments[payment]
        profile = self.profiles[one["key"]]
        profile["trouble"] = list(trouble)
        money = {"value": amount or one["amount"]["value"], "currency": currency or one["amount"]["currency"]}
        kind, picture = f"payment.{what}", None
        if what == "paid":
            one |= {"status": "paid", "amount": money}
        elif what in OVER or what == "pending":
            one["status"] = what
        elif what in ("queued", "pending refund", "processing", "refunded", "refund failed"):
            status = {"pending refund": "pending", "refund failed": "failed"}.get(what, what)
            id_ = f"re_{payment[3:]}{thing}"
            money = one["refunds"].get(id_, {"amount": money})["amount"]
            picture = {"resource": "refund", "id": id_, "status": status, "amount": money, "paymentId": payment}
            one["refunds"][id_], kind = picture, f"refund.{status}"
        elif what in ("charged back", "reversed"):
            id_ = f"chb_{payment[3:]}{thing}"
            money = one["chargebacks"].get(id_, {"amount": money})["amount"]
            at = "2027-01-20T10:00:00+00:00" if what == "reversed" else None
            picture = {"resource": "chargeback", "id": id_, "amount": money, "paymentId": payment, "reversedAt": at}
            one["chargebacks"][id_], kind = picture, "chargeback.reversed" if at else "chargeback.received"
        elif what != "again":
            raise ValueError(what)
        if silent:
            return []
        if not profile.get("events_url"):
            return [post_form(one["webhook"], payment) for _ in range(times)]
        picture = picture or self.shown(one, False) | ({"status": stale} if stale else {})
        event = {"resource": "event", "id": f"whe_{secrets.token_hex(6)}", "type": kind, "entityId": picture["id"]}
        event |= {"createdAt": "2027-01-18T10:06:00.0Z", "_embedded": {"entity": picture}}
        raw = json.dumps(event, ensure_ascii=False).replace("/", "\\/").encode()
        headers = {"content-type": "application/json"}
        if not unsigned:
            keys = [secret] if secret else profile["signing_secrets"]
            signatures = [hmac.new(key.encode(), raw, hashlib.sha256).hexdigest() for key in keys]
            headers["x-mollie-signature"] = ",".join(f"sha256={one}" for one in signatures)
        return [request("POST", profile["events_url"], headers, raw).status for _ in range(times)]


def post_form(url, id_):
    """The webhook of a single payment: an id and no signature."""
    headers = {"content-type": "application/x-www-form-urlencoded", "user-agent": "Mollie HTTP client/1.0"}
    return request("POST", url, headers, f"id={quote(id_)}".encode()).status


def error(status, detail):
    return status, {}, {"status": status, "title": "Error", "detail": detail}
