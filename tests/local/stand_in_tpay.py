"""Tpay (Open API) as its documents describe it: OAuth, transactions, a page to pay on, signed notifications, status.

It shares nothing with the code that is tried against it: it signs with a key of the fixtures, by arithmetic of its
own, and serves the certificate where Tpay's lies. Shops are told to it by `control/shop`; `control/act` lets things
happen to a transaction, and go wrong.
"""

import base64
import hashlib
import json
import secrets
from decimal import Decimal
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from story_http import request

CERTIFICATES = Path(__file__).resolve().parent.parent / "fixtures" / "certificates"
HOSTS = {"production": "secure.tpay.com", "sandbox": "secure.sandbox.tpay.com"}
CERTIFICATE = "/x509/notifications-jws.pem"
LANGUAGES = set("pl en de fr ru it es".split())
# DigestInfo of SHA-256 (RFC 8017, 9.2).
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


class Tpay:
    def __init__(self, root):
        self.root = root
        self.shops = {}
        self.tokens = {}
        self.transactions = {}
        self.lies = "signer"
        self.fetched = 0
        self.breaks = None

    def answer(self, method, path, headers, body):
        if path.startswith("/control/"):
            return self.control(path.removeprefix("/control/"), json.loads(body))
        for host in HOSTS.values():
            if (method, path) == ("GET", f"/{host}{CERTIFICATE}"):
                self.fetched += 1
                return (200, {}, (CERTIFICATES / f"{self.lies}.pem").read_bytes()) if self.lies else (503, {}, b"")
        if path.startswith("/pay/"):
            return self.page(method, path.removeprefix("/pay/"), body)
        kind = headers.get("content-type", "")
        if (method, path) == ("POST", "/oauth/auth"):
            return self.token(kind, body)
        shop = self.shops.get(self.tokens.get(headers.get("authorization", "").removeprefix("Bearer ")))
        if not shop:
            return failed(401, "unauthorized")
        if (method, path) == ("POST", "/transactions"):
            return self.create(shop, kind, body)
        one = self.transactions.get(path.removeprefix("/transactions/"))
        if method == "GET" and one and one["shop"] == shop["client_id"]:
            return 200, {}, shown(one)
        return failed(404, "not_found")

    def control(self, what, asked):
        if what == "shop":
            self.shops[asked["client_id"]] = asked
            return 200, {}, {}
        if what == "certificate":
            self.lies = asked["lies"]
            return 200, {}, {"fetched": self.fetched}
        if what == "break":
            self.breaks = asked["how"]
            return 200, {}, {}
        if what == "transactions":
            made = [one for one in self.transactions.values() if one["shop"] == asked["client_id"]]
            return 200, {}, {"transactions": [shown(one) | {"back": one["callbacks"]["payerUrls"]["success"]} for one in made]}
        if what == "act":
            return 200, {}, {"answers": self.act(**asked)}
        return failed(404, "not_found")

    def token(self, kind, body):
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        shop = self.shops.get(fields.get("client_id"))
        if not kind.startswith("application/x-www-form-urlencoded") or not shop or fields.get("client_secret") != shop["client_secret"]:
            return failed(401, "invalid_client")
        token = secrets.token_hex(20)
        self.tokens[token] = shop["client_id"]
        return 200, {}, {"issued_at": 1718220575, "scope": "write", "token_type": "Bearer", "expires_in": 7200, "access_token": token}

    def create(self, shop, kind, body):
        if not kind.startswith("application/json"):
            return failed(400, "invalid_body")
        asked, (breaks, self.breaks) = json.loads(body, parse_float=str), (self.breaks, None)
        payer, callbacks = asked.get("payer", {}), asked.get("callbacks", {})
        whole, _, part = str(asked.get("amount", "")).partition(".")
        right = (
            not isinstance(json.loads(body).get("amount"), (str, bool))
            and (whole + part).isdigit()
            and len(part) <= 2
            and Decimal(f"{whole}.{part or 0}") > 0
            and 0 < len(asked.get("description", "")) <= 128
            and len(asked.get("hiddenDescription", "")) <= 128
            and "@" in payer.get("email", "")
            and 3 <= len(payer.get("name", "")) <= 255
            and asked.get("lang", "pl") in LANGUAGES
            and {"success", "error"} <= set(callbacks.get("payerUrls", {}))
            and callbacks.get("notification", {}).get("url", "").startswith("http")
        )
        if not right or breaks == "refused":
            return failed(400, "invalid_field")
        made = secrets.token_hex(13).upper()
        one = asked | {
            "shop": shop["client_id"],
            "id": made,
            "title": f"TR-{made[:4]}-{made[4:11]}",
            "amount": f"{whole}.{part:0<2}",
            "currency": "PLN",
            "status": "pending",
            "paid": "0.00",
        }
        self.transactions[made] = one
        if breaks == "500":
            return failed(500, "internal_error")
        return 200, {}, shown(one) | {"transactionPaymentUrl": f"{self.root}/pay/{made}"}

    def page(self, method, made, body):
        one = self.transactions.get(made)
        if not one:
            return 404, {}, b"no such transaction"
        urls = one["callbacks"]["payerUrls"]
        if method == "GET":
            buttons = "".join(f'<button name="what" value="{what}">{what}</button>' for what in ("paid", "back"))
            text = f"<h1>{escape(one['description'])}</h1><p>{one['amount']} {one['currency']}</p><form method=post>{buttons}</form>"
            return 200, {}, text.encode()
        if parse_qs(body.decode()).get("what", ["back"])[0] == "paid":
            self.act(made, "paid")
            return 303, {"location": urls["success"]}, b""
        return 303, {"location": urls["error"]}, b""

    def act(self, transaction, what, *, times=1, paid=None, amount=None, currency=None, **how):
        """Lets something happen, and tells of it as often as is asked; returns how each telling was answered.

        `silent` happens and is not told of; `market` and `alias` are told as JSON.
        """
        one = self.transactions[transaction]
        states = {"paid": "correct", "silent": "correct", "held": "paid", "chargeback": "refund", "canceled": "canceled"}
        one["status"] = states.get(what, one["status"])
        if what in ("paid", "silent", "held", "chargeback", "waits"):
            one["paid"] = paid or (one["paid"] if one["paid"] != "0.00" else one["amount"])
        if currency:
            one["currency"] = currency
        if what in ("silent", "canceled"):
            return []
        return [self.send(one, self.notice(one, what, amount, how), how) for _ in range(times)]

    def notice(self, one, what, amount, how):
        shop = self.shops[one["shop"]]
        if what == "market":
            data = {"transactionId": how.get("other", one["id"]), "transactionTitle": one["title"], "transactionPaidAmount": one["paid"]}
            data |= {"transactionStatus": "correct", "transactionHiddenDescription": one["hiddenDescription"]}
            return json.dumps({"type": "marketplace_transaction", "data": data}, indent=2).encode()
        if what == "alias":
            return json.dumps({"id": "1010", "event": "ALIAS_REGISTER", "msg_value": {"value": "u", "type": "UID"}}).encode()
        status = {"paid": "TRUE", "held": "PAID", "chargeback": "CHARGEBACK", "waits": "FALSE", "early": "CHARGEBACK"}[what]
        asked, paid = amount or one["amount"], one["amount"] if what == "early" else one["paid"]
        more = Decimal(paid) - Decimal(asked)
        error = "overpay" if more > 0 else "surcharge" if more < 0 else "none"
        fields = {
            "id": shop["merchant_id"],
            "tr_id": one["title"],
            "tr_date": how.get("at", "2026-01-02 03:04:05"),
            "tr_crc": one["hiddenDescription"],
            "tr_amount": asked,
            "tr_paid": paid,
            "tr_desc": one["description"],
            "tr_status": status,
            "tr_error": error,
            "tr_email": one["payer"]["email"],
            "test_mode": how.get("test_mode", "0"),
        }
        if one["currency"] != "PLN":
            fields["tr_currency"] = one["currency"]
        code = how.get("code", shop["security_code"])
        whole = fields["id"] + fields["tr_id"] + fields["tr_amount"] + fields["tr_crc"] + code
        return urlencode(fields | {"md5sum": hashlib.md5(whole.encode()).hexdigest()}).encode()

    def send(self, one, body, how):
        shop = self.shops[one["shop"]]
        x5u = how.get("x5u", f"https://{HOSTS[shop['environment']]}{CERTIFICATE}")
        head = url64(json.dumps({"alg": how.get("alg", "RS256"), "x5u": x5u}).replace("/", "\\/").encode())
        signature = url64(sign(how.get("key", "signer"), f"{head}.{url64(body)}".encode()))
        kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
        headers = {"content-type": kind} | ({} if how.get("stripped") else {"X-JWS-Signature": f"{head}..{signature}"})
        if how.get("tampered"):
            body = body.replace(b"tr_paid=", b"tr_paid=9")
        answer = request("POST", one["callbacks"]["notification"]["url"], headers, body)
        # Tpay takes only this for an answer, and calls again otherwise.
        return answer.status if answer.text == "TRUE" or answer.status != 200 else f"not TRUE: {answer.text[:50]}"


def url64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def integers(der):
    """The integers of a sequence, in DER."""
    found, at = [], 0
    while at < len(der):
        tag, size, at = der[at], der[at + 1], at + 2
        if size & 0x80:
            size, at = int.from_bytes(der[at : at + (size & 0x7F)], "big"), at + (size & 0x7F)
        if tag == 0x02:
            found.append(int.from_bytes(der[at : at + size], "big"))
        elif tag in (0x30, 0x04):
            # PKCS #8 wraps the key of PKCS #1.
            found += integers(der[at : at + size])
        at += size
    return found


def sign(key, message):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2)."""
    lines = (CERTIFICATES / f"{key}.key").read_text().splitlines()
    _, _, modulus, _, private, *_ = integers(base64.b64decode("".join(line for line in lines if "-----" not in line)))
    size = (modulus.bit_length() + 7) // 8
    digest = SHA256 + hashlib.sha256(message).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(padded, "big"), private, modulus).to_bytes(size, "big")


def number(text):
    """As PHP writes it: 100, 99.5, 144.69."""
    return int(Decimal(text)) if text.endswith(".00") else float(text)


def shown(one):
    realized = "2026-01-02 03:04:05" if one["status"] in ("correct", "refund") else None
    return {
        "result": "success",
        "requestId": "d3a9826d92c48cb8c185",
        "transactionId": one["id"],
        "title": one["title"],
        "posId": "ps_e4dkPVDEm4Jg726q",
        "status": one["status"],
        "date": {"creation": "2026-01-02 03:00:00", "realization": realized},
        "amount": number(one["amount"]),
        "currency": one["currency"],
        "description": one["description"],
        "hiddenDescription": one["hiddenDescription"],
        "payer": one["payer"],
        "payments": {"status": one["status"], "method": None, "amountPaid": number(one["paid"]), "date": {"realization": realized}},
    }


def failed(status, code):
    return status, {}, {"result": "failed", "requestId": "d3a9826d92c48cb8c185", "errors": [{"errorCode": code, "errorMessage": "no"}]}
