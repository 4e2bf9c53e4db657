"""PayU as its documents describe REST API 2.1: OAuth, orders answered by a redirect, a page, signed notifications.

It shares nothing with the code that is tried against it. A shop is told to it as in the panel, by `control/shop`;
`control/act` lets things happen to an order, and go wrong; `control/next` breaks the next order on the way.
"""

import hashlib
import json
import secrets
from html import escape
from urllib.parse import parse_qs

from story_http import request

REQUIRED = ("customerIp", "merchantPosId", "description", "currencyCode", "totalAmount", "products")
HASHES = {"MD5": "md5", "SHA": "sha1", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class PayU:
    def __init__(self, root):
        self.root = root
        self.shops = {}
        self.tokens = {}
        self.orders = {}
        self.taken = {}
        self.breaks = None

    def answer(self, method, path, headers, body):
        if path == "/control/shop":
            self.shops |= {one["client_id"]: one for one in [json.loads(body)]}
            return 200, {}, {}
        if path == "/control/next":
            self.breaks = json.loads(body)["breaks"]
            return 200, {}, {}
        if path == "/control/orders":
            number = json.loads(body)["reference"]
            return 200, {}, {"orders": [one["id"] for one in self.orders.values() if (one["number"] or "").startswith(number)]}
        if path == "/control/act":
            return 200, {}, {"answers": self.act(**json.loads(body))}
        if path.startswith("/pay/"):
            return self.page(method, path.removeprefix("/pay/"), body)
        if (method, path) == ("POST", "/pl/standard/user/oauth/authorize"):
            return self.authorize(headers.get("content-type", ""), body)
        shop = self.tokens.get(headers.get("authorization", "").removeprefix("Bearer "))
        if shop is None:
            return status(401, "UNAUTHORIZED", "Incorrect authentication.")
        if (method, path) == ("POST", "/api/v2_1/orders"):
            return self.create(self.shops[shop], headers.get("content-type", ""), body)
        if method == "GET" and path.startswith("/api/v2_1/orders/"):
            found = self.orders.get(path.rsplit("/", 1)[1])
            if not found or found["shop"] != shop:
                return status(404, "DATA_NOT_FOUND", "Could not find data for given criteria.")
            shown = {"orders": [shown_order(found)], "status": {"statusCode": "SUCCESS", "statusDesc": "Request processing successful"}}
            return 200, {}, shown | {"properties": [{"name": "PAYMENT_ID", "value": found["payment"]}] if found["payment"] else []}
        return status(404, "DATA_NOT_FOUND", f"{method} {path}")

    def authorize(self, kind, body):
        fields = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        shop = self.shops.get(fields.get("client_id"))
        right = shop and fields.get("client_secret") == shop["client_secret"] and fields.get("grant_type") == "client_credentials"
        if not kind.startswith("application/x-www-form-urlencoded") or not right:
            return 401, {}, {"error": "invalid_client", "error_description": "Bad client credentials"}
        token = secrets.token_hex(16)
        self.tokens[token] = shop["client_id"]
        return 200, {}, {"access_token": token, "token_type": "bearer", "expires_in": 43199, "grant_type": "client_credentials"}

    def create(self, shop, kind, body):
        if not kind.startswith("application/json"):
            return status(400, "ERROR_SYNTAX", "Incorrect syntax")
        asked, (breaks, self.breaks) = json.loads(body), (self.breaks, None)
        if breaks == "refused":
            return status(400, "BUSINESS_ERROR", "Order was rejected by antifraud system")
        missing = [name for name in REQUIRED if not asked.get(name)]
        if missing:
            return status(400, "ERROR_VALUE_MISSING", f"Missing required field: {missing}")
        if asked["merchantPosId"] != shop["pos_id"]:
            return status(403, "ERROR_VALUE_INVALID", "INVALID_AUTH_FOR_THIS_ORDER")
        money = [asked["totalAmount"], *(text for one in asked["products"] for text in (one["unitPrice"], one["quantity"]))]
        if not all(isinstance(text, str) and text.isdigit() and int(text) for text in money) or ("buyer" in asked and not asked["buyer"].get("email")):
            return status(400, "ERROR_VALUE_INVALID", "One or more required values are incorrect.")
        number = asked.get("extOrderId")
        if number and (shop["pos_id"], number) in self.taken:
            return status(400, "ERROR_ORDER_NOT_UNIQUE", "Order already exists")
        order = {
            "shop": shop["client_id"],
            "id": f"{secrets.token_hex(5).upper()}GUEST000P01",
            "number": number,
            "pos": shop["pos_id"],
            "amount": asked["totalAmount"],
            "currency": asked["currencyCode"],
            "name": asked["description"],
            "products": asked["products"],
            "tell": asked.get("notifyUrl"),
            "back": asked.get("continueUrl"),
            "status": "NEW",
            "payment": None,
        }
        self.orders[order["id"]] = order
        self.taken[shop["pos_id"], number] = order["id"]
        if breaks == "500":
            return status(500, "ERROR_INTERNAL", "PayU system is unavailable. Try again later.")
        where = f"{self.root}/pay/{order['id']}?token={secrets.token_hex(8)}"
        made = {"status": {"statusCode": "SUCCESS"}, "redirectUri": where, "orderId": order["id"], "extOrderId": number}
        return 302, {"location": where}, made

    def page(self, method, order_id, body):
        order = self.orders.get(order_id)
        if not order:
            return 404, {}, b"no such order"
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("paid", "pending", "canceled", "back"))
            text = f"<h1>{escape(order['name'])}</h1><p>{order['amount']} {order['currency']}</p><form method=post>{buttons}</form>"
            return 200, {}, text.encode()
        what = parse_qs(body.decode()).get("what", ["back"])[0]
        if what != "back":
            self.act(order_id, what)
        return 303, {"location": order["back"]}, b""

    def act(self, order, what, *, times=1, amount=None, currency=None, key=None, by=None, header=None, at=None, refund="900001"):
        """Lets something happen, and tells of it as often as is asked; returns how each telling was answered.

        `silent` happens and is not told of; `told late` tells of what was before the present state.
        """
        one = self.orders[order]
        one["payment"] = one["payment"] or str(secrets.randbelow(10**9))
        happened = {
            "paid": ("PENDING", "COMPLETED"),
            "pending": ("PENDING",),
            "held": ("PENDING", "WAITING_FOR_CONFIRMATION"),
            "completed": ("COMPLETED",),
            "canceled": ("CANCELED",),
            "silent": ("COMPLETED",),
        }
        told = {"amount": amount or one["amount"], "currency": currency or one["currency"]}
        if what in happened:
            one["status"] = happened[what][-1]
        if what == "silent":
            return []
        if what in ("refunded", "refund canceled"):
            state = "FINALIZED" if what == "refunded" else "CANCELED"
            back = {"refundId": refund, "amount": told["amount"], "currencyCode": told["currency"], "status": state, "reasonDescription": "zwrot"}
            bodies = [{"orderId": one["id"], "extOrderId": one["number"], "refund": back}]
        else:
            bodies = [self.notice(one | told, state, at) for state in happened.get(what, ("PENDING",))]
        return [self.send(one, body, key, by, header) for body in bodies for _ in range(times)]

    @staticmethod
    def notice(order, state, at):
        body = {"order": shown_order(order) | {"status": state}, "properties": [{"name": "PAYMENT_ID", "value": order["payment"]}]}
        return body | ({"localReceiptDateTime": at} if at else {})

    def send(self, order, body, key, by, header):
        shop = self.shops[order["shop"]]
        algorithm = by or shop.get("algorithm", "MD5")
        raw = json.dumps(body, indent=1, ensure_ascii=False).encode()
        mark = hashlib.new(HASHES[algorithm], raw + (key or shop["second_key"]).encode()).hexdigest()
        parts = [f"algorithm={algorithm}", "content=DOCUMENT", f"signature={mark}", "sender=checkout"]
        headers = {"content-type": "application/json;charset=UTF-8", header or "OpenPayu-Signature": ";".join(parts) + ";"}
        return request("POST", order["tell"], headers, raw).status


def shown_order(order):
    return {
        "orderId": order["id"],
        "extOrderId": order["number"],
        "orderCreateDate": "2026-01-02T03:04:05",
        "notifyUrl": order["tell"],
        "customerIp": "127.0.0.1",
        "merchantPosId": order["pos"],
        "description": order["name"],
        "currencyCode": order["currency"],
        "totalAmount": order["amount"],
        "products": order["products"],
        "status": order["status"],
    }


def status(code, word, text):
    return code, {}, {"status": {"statusCode": word, "statusDesc": text}}
