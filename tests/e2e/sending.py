"""Webhooks and callbacks as others send them, well or badly signed.

Signs with the code that the story's shop has, which shares nothing with the product. Times are the
stack's own: signatures grow stale by its clock.
"""

import hashlib
import hmac
import itertools
import json
from datetime import timedelta
from urllib.parse import quote

from stage import RUN, now, stack
from story_http import request
from story_shop import shopify_signature, standard_signature

_NUMBERS = itertools.count(1)


def new_id(kind="evt"):
    """An id that no other event, payment or invoice of any run has."""
    return f"{kind}-{RUN}-{next(_NUMBERS)}"


def as_json(value):
    return json.dumps(value, ensure_ascii=False).encode()


def event(kind, data, at):
    """The body of an event in the own format."""
    return as_json({"type": kind, "timestamp": at.isoformat(), "data": data})


def webhook_url(creditor_id, source):
    return f"{stack().url}/webhooks/{quote(creditor_id)}/{quote(source)}"


def signed(creditor, body, event_id, *, secret=None, off=0):
    """Headers of Standard Webhooks; `off` seconds away from now."""
    at = int((now() + timedelta(seconds=off)).timestamp())
    secret = secret or creditor.secret("upominek")
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": standard_signature(secret, event_id, at, body),
    }


def send(creditor, kind, data, event_id=None, *, secret=None):
    """An event in the own format, as it should be."""
    return send_body(creditor, event(kind, data, now()), event_id, secret=secret)


def send_body(creditor, body, event_id=None, *, secret=None, off=0, content_type="application/json", to=None):
    """Any bytes, signed; `to` is another creditor's id in the path."""
    headers = signed(creditor, body, event_id or new_id(), secret=secret, off=off)
    return request("POST", webhook_url(to or creditor.id, "upominek"), headers | {"content-type": content_type}, body)


def send_order(creditor, body, topic="orders/create", *, secret=None, to=None, content_type="application/json"):
    """A body of Shopify's, signed."""
    headers = {
        "content-type": content_type,
        "x-shopify-topic": topic,
        "x-shopify-event-id": new_id(),
        "x-shopify-hmac-sha256": shopify_signature(secret or creditor.secret("shopify"), body),
    }
    return request("POST", webhook_url(to or creditor.id, "shopify"), headers, body)


def issue(creditor, invoice_id, debtor, **other):
    """An invoice that has to be accepted."""
    answer = send(creditor, "invoice.issued", creditor.invoice(invoice_id, debtor, **other))
    assert answer.status == 200, f"invoice {invoice_id} was answered {answer.status}: {answer.text}"


def sandbox_signature(secret, at, body):
    """`x-sandbox-signature`: HMAC-SHA256 over `t.body`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def callback(creditor, *, reference, payment_id=None, amount_minor=10000, currency="PLN", status="paid"):
    """The body of a callback of the sandbox."""
    return as_json(
        {
            "payment_id": payment_id or new_id("sbx"),
            "reference": reference,
            "status": status,
            "amount_minor": amount_minor,
            "currency": currency,
            "paid_at": now().isoformat(),
        }
    )


def call_back(creditor, body, *, secret=None, off=0, to=None, provider="sandbox", content_type="application/json"):
    """Sends a callback, signed as the sandbox signs."""
    at = int((now() + timedelta(seconds=off)).timestamp())
    headers = {
        "content-type": content_type,
        "x-sandbox-signature": sandbox_signature(secret or creditor.secret("sandbox"), at, body),
    }
    return request("POST", f"{stack().url}/payments/{quote(to or creditor.id)}/{quote(provider)}", headers, body)
