"""Przelewy24 (REST v1) as its documents describe it: register, a page to pay on, signed notifications, verify, ask.

It shares nothing with the code that is tried against it, and checks its signs by itself. Shops are told to it by
`control/shop`; `control/act` lets things happen to a session, and go wrong. What was paid is an advance until
the shop has verified it.
"""

import base64
import hashlib
import json
import secrets
from html import escape
from urllib.parse import parse_qs, unquote

from story_http import request

REGISTER = {
    "merchantId": int,
    "posId": int,
    "sessionId": str,
    "amount": int,
    "currency": str,
    "description": str,
    "email": str,
    "country": str,
    "language": str,
    "urlReturn": str,
    "urlStatus": str,
    "sign": str,
}
LONGEST = {"sessionId": 100, "description": 1024, "email": 50, "country": 2, "language": 2, "urlReturn": 250, "urlStatus": 250}
LANGUAGES = set("bg cs de en es fr hr hu it nl pl pt se sk ro".split())
VERIFY = {"merchantId": int, "posId": int, "sessionId": str, "amount": int, "currency": str, "orderId": int, "sign": str}
NO_PAYMENT, ADVANCE, PAID, RETURNED = range(4)


class Przelewy24:
    def __init__(self, root):
        self.root = root
        self.shops = {}
        self.sessions = {}
        self.tokens = {}
        self.next_order = 300_000_000 + secrets.randbelow(600_000_000)

    def answer(self, method, path, headers, body):
        if path == "/control/shop":
            shop = json.loads(body)
            self.shops[shop["pos_id"]] = shop
            return 200, {}, {}
        if path == "/control/act":
            return 200, {}, {"answers": self.act(**json.loads(body))}
        if path == "/control/session":
            one = self.sessions[json.loads(body)["session"]]
            return 200, {}, {name: one[name] for name in ("status", "verifications", "email", "urlStatus", "urlReturn")}
        if path.startswith("/trnRequest/"):
            return self.page(method, path.removeprefix("/trnRequest/"), body)
        shop = self.shop_of(headers.get("authorization", ""))
        if not shop:
            return error(401, "Incorrect authentication")
        if (method, path) == ("POST", "/api/v1/transaction/register"):
            return self.register(shop, body)
        if (method, path) == ("PUT", "/api/v1/transaction/verify"):
            return self.verify(shop, body)
        if method == "GET" and path.startswith("/api/v1/transaction/by/sessionId/"):
            return self.by_session(shop, unquote(path.rsplit("/", 1)[1]))
        return error(404, "Not found")

    def shop_of(self, authorization):
        kind, _, given = authorization.partition(" ")
        try:
            user, _, key = base64.b64decode(given).decode().partition(":")
            shop = self.shops.get(int(user))
        except ValueError:
            return None
        return shop if kind == "Basic" and shop and shop["report_key"] == key else None

    def register(self, shop, body):
        asked = json.loads(body)
        wrong = [name for name, kind in REGISTER.items() if type(asked.get(name)) is not kind]
        wrong += [name for name, most in LONGEST.items() if len(str(asked.get(name))) > most]
        if wrong or asked["amount"] <= 0 or asked["language"] not in LANGUAGES or "@" not in asked["email"]:
            return error(400, f"Incorrect parameters: {wrong}")
        signed = {name: asked[name] for name in ("sessionId", "merchantId", "amount", "currency")}
        if not owns(shop, asked) or asked["sign"] != sign(signed, shop["crc"]):
            return error(400, "Incorrect sign")
        known = self.sessions.get(asked["sessionId"])
        if known and known["status"] != NO_PAYMENT:
            return error(400, "Incorrect sessionId")
        token = secrets.token_hex(20).upper()
        self.tokens[token] = asked["sessionId"]
        self.sessions[asked["sessionId"]] = asked | {
            "token": token,
            "status": NO_PAYMENT,
            "orderId": None,
            "paid": None,
            "verifications": 0,
            "trouble": [],
        }
        return 200, {}, {"data": {"token": token}, "responseCode": 0}

    def verify(self, shop, body):
        asked = json.loads(body)
        wrong = [name for name, kind in VERIFY.items() if type(asked.get(name)) is not kind]
        one = self.sessions.get(asked.get("sessionId"))
        if wrong or not one or not owns(shop, asked):
            return error(400, f"Incorrect parameters: {wrong}")
        signed = {name: asked[name] for name in ("sessionId", "orderId", "amount", "currency")}
        if asked["sign"] != sign(signed, shop["crc"]):
            return error(400, "Incorrect sign")
        fits = one["paid"] == {"amount": asked["amount"], "currency": asked["currency"]} and one["orderId"] == asked["orderId"]
        trouble = one["trouble"].pop(0) if one["trouble"] else None
        if trouble == "unavailable":
            return error(500, "Internal error")
        if one["status"] != ADVANCE or not fits or trouble == "refuse":
            return error(400, "Incorrect transaction")
        one |= {"status": PAID, "verifications": one["verifications"] + 1}
        if trouble == "verified and 500":
            return error(500, "Internal error")
        return 200, {}, {"data": {"status": "success"}, "responseCode": 0}

    def by_session(self, shop, session):
        one = self.sessions.get(session)
        if not one or one["posId"] != shop["pos_id"] or one["orderId"] is None:
            return error(404, "Transaction not found")
        shown = one["paid"] | {"statement": f"p24-{one['orderId']}", "orderId": one["orderId"], "sessionId": session, "status": one["status"]}
        return 200, {}, {"data": shown | {"dateOfTransaction": "202701181200", "clientEmail": one["email"]}, "responseCode": 0}

    def page(self, method, token, body):
        session = self.tokens.get(token)
        if not session:
            return 404, {}, b"no such transaction"
        one = self.sessions[session]
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("paid", "back"))
            text = f"<h1>{escape(one['description'])}</h1><p>{one['amount']} {one['currency']}</p><form method=post>{buttons}</form>"
            return 200, {}, text.encode()
        if parse_qs(body.decode()).get("what", ["back"])[0] == "paid":
            self.act("paid", session=session)
        return 303, {"location": one["urlReturn"]}, b""

    def act(self, what, *, session=None, token=None, times=1, amount=None, currency=None, crc=None, trouble=(), refund="r-1", text_amount=False):
        """Lets something happen, and tells of it as often as is asked; returns how each telling was answered."""
        session = session or self.tokens[token]
        one = self.sessions[session]
        one["trouble"] = list(trouble)
        shop = self.shops[one["posId"]]
        if what in ("paid", "paid silently"):
            if one["orderId"] is None:
                self.next_order += 1
                money = {"amount": amount or one["amount"], "currency": currency or one["currency"]}
                one |= {"orderId": self.next_order, "status": ADVANCE, "paid": money}
            told = {
                "merchantId": one["merchantId"],
                "posId": one["posId"],
                "sessionId": session,
                "amount": str(one["paid"]["amount"]) if text_amount else one["paid"]["amount"],
                "originAmount": one["amount"],
                "currency": one["paid"]["currency"],
                "orderId": one["orderId"],
                "methodId": 154,
                "statement": f"p24-{one['orderId']}/ąę",
            }
            body = told | {"sign": sign(told, crc or shop["crc"])}
        else:
            one["orderId"] = one["orderId"] or self.next_order + 1
            self.next_order = max(self.next_order, one["orderId"])
            if what == "announced":
                # Its refund is told of before itself.
                what, one["paid"] = "refunded", {"amount": one["amount"], "currency": one["currency"]}
                one["status"] = ADVANCE
            told = {
                "orderId": one["orderId"],
                "sessionId": session,
                "refundsUuid": refund,
                "merchantId": one["merchantId"],
                "amount": amount or one["amount"],
                "currency": one["currency"],
                "status": 0 if what == "refunded" else 1,
            }
            body = told | {"sign": sign(told, crc or shop["crc"]), "requestId": f"q-{refund}", "timestamp": 1706389444}
        if what == "paid silently":
            return []
        raw = json.dumps(body, ensure_ascii=False, indent=1).encode()
        return [request("POST", one["urlStatus"], {"content-type": "application/json"}, raw).status for _ in range(times)]


def owns(shop, asked):
    return (asked["merchantId"], asked["posId"]) == (shop["merchant_id"], shop["pos_id"])


def sign(fields, crc):
    """Fields in their order and the key at the end, as PHP's json_encode writes them unescaped."""
    text = json.dumps(fields | {"crc": crc}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha384(text.encode()).hexdigest()


def error(status, message):
    return status, {}, {"error": message, "code": status}
