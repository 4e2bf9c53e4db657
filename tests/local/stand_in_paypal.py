"""PayPal (Orders v2) as its documents describe it: OAuth, orders, a page to approve on, captures, refunds, disputes, and
webhooks signed by a certificate that lies where they say.

It shares nothing with the code that is tried against it, and signs by itself. Apps are told to it by `control/app`;
`control/act` lets things happen to an order, and go wrong. What is approved is no money until the app captures it.
"""

import base64
import hashlib
import json
import re
import secrets
import zlib
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from story_http import request

CERTIFICATES = Path(__file__).resolve().parents[1] / "fixtures" / "certificates"
HOST = "api.sandbox.paypal.com"
LOCALES = {"pl-PL", "en-GB", "en-US", "de-DE", "cs-CZ"}
WITHOUT_DECIMALS = {"HUF", "JPY", "TWD"}
LONGEST = {"custom_id": 127, "description": 127}


class PayPal:
    def __init__(self, root):
        self.root = root
        self.apps = {}
        self.tokens = {}
        self.orders = {}
        self.captures = {}
        self.by_key = {}
        self.ticks = 0

    def answer(self, method, path, headers, body):
        if path == "/control/app":
            app = json.loads(body)
            self.apps[app["client_id"]] = app | {"trouble": []}
            return 200, {}, {"root": (CERTIFICATES / "paypal_root.pem").read_text()}
        if path == "/control/act":
            return 200, {}, {"answers": self.act(**json.loads(body))}
        if path == "/control/order":
            one = self.orders[json.loads(body)["order"]]
            return 200, {}, {"status": one["status"], "captures": len(one["captures"]), "asked_to_capture": one["asked"]}
        if path.startswith("/pay/"):
            return self.page(method, path.removeprefix("/pay/"), body)
        if method == "GET" and path.startswith(f"/{HOST}/v1/notifications/certs/"):
            name = {"CERT-good": "paypal_sandbox.pem", "CERT-other": "paypal_other.pem"}.get(path.rsplit("/", 1)[1])
            return (200, {}, (CERTIFICATES / name).read_bytes()) if name else (404, {}, b"")
        if (method, path) == ("POST", "/v1/oauth2/token"):
            return self.token(headers.get("authorization", ""), body)
        app = self.tokens.get(headers.get("authorization", "").removeprefix("Bearer "))
        if not app:
            return error(401, "AUTHENTICATION_FAILURE")
        return self.api(app, method, path, headers, body)

    def token(self, authorization, body):
        try:
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        except ValueError:
            name = secret = None
        app = self.apps.get(name)
        if not app or app["client_secret"] != secret or parse_qs(body.decode()).get("grant_type") != ["client_credentials"]:
            return 401, {}, {"error": "invalid_client", "error_description": "Client Authentication failed"}
        token = f"A21AA{secrets.token_hex(20)}"
        self.tokens[token] = app
        return 200, {}, {"access_token": token, "token_type": "Bearer", "expires_in": 32400, "scope": "openid"}

    def api(self, app, method, path, headers, body):
        if (method, path) == ("POST", "/v2/checkout/orders"):
            return self.create(app, headers.get("paypal-request-id"), body)
        found = re.fullmatch(r"/v2/payments/captures/([A-Z0-9]+)", path)
        if method == "GET" and found and self.captures.get(found[1], {}).get("app") == app["client_id"]:
            return 200, {}, self.shown_capture(self.captures[found[1]])
        found = re.fullmatch(r"/v2/checkout/orders/([A-Z0-9]+)(/capture)?", path)
        one = self.orders.get(found[1]) if found else None
        if not one or one["app"] != app["client_id"]:
            return error(404, "RESOURCE_NOT_FOUND")
        if method == "GET" and not found[2]:
            return 200, {}, self.shown(one)
        if method == "POST" and found[2]:
            return self.capture(app, one, headers.get("paypal-request-id"))
        return error(404, "RESOURCE_NOT_FOUND")

    def create(self, app, key, body):
        before = self.by_key.get((app["client_id"], key))
        if before:
            return before
        asked = json.loads(body)
        unit = (asked.get("purchase_units") or [{}])[0]
        amount = unit.get("amount", {})
        form = r"\d+" if amount.get("currency_code") in WITHOUT_DECIMALS else r"\d+\.\d{2}"
        context = asked.get("payment_source", {}).get("paypal", {}).get("experience_context", {})
        fits = isinstance(amount.get("value"), str) and re.fullmatch(form, amount["value"]) and float(amount["value"]) > 0
        fits = fits and asked.get("intent") == "CAPTURE" and context.get("return_url") and context.get("cancel_url")
        fits = fits and context.get("locale", "en-US") in LOCALES and all(len(unit.get(name, "")) <= most for name, most in LONGEST.items())
        if not fits or not key:
            return error(422, "INVALID_PARAMETER_VALUE")
        order = f"{secrets.randbelow(9) + 1}{secrets.token_hex(8).upper()}"
        self.orders[order] = {
            "id": order,
            "app": app["client_id"],
            "status": "PAYER_ACTION_REQUIRED",
            "unit": unit,
            "back": context["return_url"],
            "captures": [],
            "refunds": [],
            "asked": 0,
            "changed": self.tick(),
        }
        links = [{"href": f"{self.root}/v2/checkout/orders/{order}", "rel": "self", "method": "GET"}]
        links.append({"href": f"{self.root}/pay/{order}", "rel": "payer-action", "method": "GET"})
        made = 200, {}, {"id": order, "status": "PAYER_ACTION_REQUIRED", "links": links}
        self.by_key[app["client_id"], key] = made
        return made

    def capture(self, app, one, key):
        one["asked"] += 1
        trouble = app["trouble"].pop(0) if app["trouble"] else None
        if trouble == "unavailable":
            return error(500, "INTERNAL_SERVER_ERROR")
        if not key:
            return error(400, "MISSING_REQUIRED_PARAMETER")
        if any(capture["status"] != "DECLINED" for capture in one["captures"]):
            return error(422, "ORDER_ALREADY_CAPTURED")
        if one["status"] != "APPROVED":
            return error(422, "ORDER_NOT_APPROVED")
        if trouble == "declined":
            one |= {"status": "PAYER_ACTION_REQUIRED", "changed": self.tick()}
            return error(422, "INSTRUMENT_DECLINED")
        self.take(one, "PENDING" if trouble == "pending" else "COMPLETED", {})
        if trouble == "captured and 500":
            return error(500, "INTERNAL_SERVER_ERROR")
        return 201, {}, self.shown(one)

    def take(self, one, status, money):
        capture = {
            "id": f"{secrets.randbelow(9) + 1}{secrets.token_hex(8).upper()}",
            "app": one["app"],
            "order": one["id"],
            "status": status,
            "amount": {name: one["unit"]["amount"][name] for name in ("currency_code", "value")} | money,
            "custom_id": one["unit"].get("custom_id"),
        }
        self.captures[capture["id"]] = capture
        one["captures"].append(capture)
        one |= {"status": "COMPLETED", "changed": self.tick()}
        return capture

    def tick(self):
        self.ticks += 1
        return f"2027-01-18T10:{self.ticks // 60 % 60:02}:{self.ticks % 60:02}Z"

    def shown_capture(self, capture):
        shown = {name: capture[name] for name in ("id", "status", "amount", "custom_id")}
        shown |= {"final_capture": True, "create_time": "2027-01-18T10:05:00Z"}
        shown["supplementary_data"] = {"related_ids": {"order_id": capture["order"]}}
        shown["seller_receivable_breakdown"] = {"gross_amount": capture["amount"], "paypal_fee": {"currency_code": "PLN", "value": "3.21"}}
        shown["links"] = [{"href": f"https://{HOST}/v2/payments/captures/{capture['id']}", "rel": "self", "method": "GET"}]
        return shown

    def shown(self, one):
        unit = one["unit"] | {"reference_id": "default"}
        if one["captures"]:
            unit["payments"] = {"captures": [self.shown_capture(capture) for capture in one["captures"]], "refunds": one["refunds"]}
        return {"id": one["id"], "intent": "CAPTURE", "status": one["status"], "purchase_units": [unit], "update_time": one["changed"]}

    def page(self, method, order, body):
        one = self.orders.get(order)
        if not one:
            return 404, {}, b"no such order"
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("approved", "back"))
            money = f"{one['unit']['amount']['value']} {one['unit']['amount']['currency_code']}"
            return 200, {}, f"<h1>{escape(one['unit'].get('description', ''))}</h1><p>{money}</p><form method=post>{buttons}</form>".encode()
        if parse_qs(body.decode()).get("what", ["back"])[0] == "approved":
            self.act("approved", order=order)
        return 303, {"location": f"{one['back']}&token={order}&PayerID=7E7MGXCWTTKK2"}, b""

    def act(self, what, *, order, times=1, silent=False, amount=None, currency=None, thing="A1", trouble=(), **signed):
        """Lets something happen to an order, and tells of it as often as is asked; returns how each telling was answered."""
        one = self.orders[order]
        app = self.apps[one["app"]]
        app["trouble"] = list(trouble)
        money = {key: value for key, value in (("value", amount), ("currency_code", currency)) if value}
        last = one["captures"][-1] if one["captures"] else None
        if what == "approved":
            one |= {"status": "APPROVED", "changed": self.tick()}
            kind, resource = "CHECKOUT.ORDER.APPROVED", self.shown(one)
        elif what == "captured":
            # What the app asked for, told in its own time; or of another amount, as nobody asked for.
            last = last or self.take(one, "COMPLETED", money)
            last["status"] = "COMPLETED"
            kind, resource = "PAYMENT.CAPTURE.COMPLETED", self.shown_capture(last)
        elif what in ("pending", "denied"):
            last = last or self.take(one, what.upper(), money)
            kind, resource = f"PAYMENT.CAPTURE.{what.upper()}", self.shown_capture(last) | {"status": what.upper()}
            last["status"] = "DECLINED" if what == "denied" else "PENDING"
        elif what in ("refunded", "reversed", "refund pending", "refund failed"):
            status = {"refund pending": "PENDING", "refund failed": "FAILED"}.get(what, "COMPLETED")
            resource = self.refund(one, last, f"{thing}{last['id'][:12]}", status, money)
            kinds = {"reversed": "PAYMENT.CAPTURE.REVERSED", "refund failed": "PAYMENT.REFUND.FAILED", "refund pending": "PAYMENT.REFUND.PENDING"}
            kind = kinds.get(what, "PAYMENT.CAPTURE.REFUNDED")
        elif what in ("disputed", "dispute over"):
            kind = "CUSTOMER.DISPUTE.CREATED" if what == "disputed" else "CUSTOMER.DISPUTE.RESOLVED"
            resource = {"dispute_id": f"PP-D-{order[:6]}", "status": "RESOLVED", "disputed_transactions": [{"seller_transaction_id": last["id"]}]}
        else:
            raise ValueError(what)
        return [] if silent else [self.send(app, kind, resource, **signed) for _ in range(times)]

    @staticmethod
    def refund(one, capture, id_, status, money):
        one["refunds"] = [refund for refund in one["refunds"] if refund["id"] != id_]
        links = [{"href": f"https://{HOST}/v2/payments/{kind}/{at}", "rel": rel} for kind, at, rel in (("refunds", id_, "self"), ("captures", capture["id"], "up"))]
        refund = {"id": id_, "status": status, "amount": capture["amount"] | money, "links": links}
        one["refunds"].append(refund)
        return refund

    def send(self, app, kind, resource, webhook_id=None, key="paypal_sandbox", certificate="CERT-good", host=HOST, algorithm="SHA256withRSA", tamper=False):
        event = {
            "id": f"WH-{secrets.token_hex(8).upper()}",
            "event_version": "1.0",
            "create_time": "2027-01-18T10:06:00.000Z",
            "resource_type": "capture",
            "event_type": kind,
            "summary": "Zażółć gęślą jaźń",
            "resource": resource,
        }
        raw = json.dumps(event, ensure_ascii=False).replace("/", "\\/").encode()
        id_, at = secrets.token_hex(16), "2027-01-18T10:06:01Z"
        text = f"{id_}|{at}|{webhook_id or app['webhook_id']}|{zlib.crc32(raw)}"
        headers = {
            "content-type": "application/json",
            "paypal-transmission-id": id_,
            "paypal-transmission-time": at,
            "paypal-transmission-sig": base64.b64encode(rsa_sha256((CERTIFICATES / f"{key}.key").read_text(), text.encode())).decode(),
            "paypal-cert-url": f"https://{host}/v1/notifications/certs/{certificate}",
            "paypal-auth-algo": algorithm,
        }
        return request("POST", app["webhook_url"], headers, raw.replace(b"2027", b"2028") if tamper else raw).status


def der(data):
    """The numbers and texts of a DER structure, in order, with what octet strings enclose."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        value, at = data[at : at + length], at + length
        if tag in (0x30, 0x04):
            yield from der(value)
        elif tag == 0x02:
            yield int.from_bytes(value, "big")


def rsa_sha256(pem, message):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), by a key in PKCS #8."""
    body = "".join(line for line in pem.splitlines() if not line.startswith("-"))
    _, _, n, _, d, *_ = der(base64.b64decode(body))
    size = (n.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(int.from_bytes(padded, "big"), d, n).to_bytes(size, "big")


def error(status, issue):
    return status, {}, {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue, "description": "…"}], "debug_id": secrets.token_hex(6)}
