"""The shop's side: events in the own format and in Shopify's, signed as their specifications say.

Signs with code of its own, so that the story would notice if the functions and their tests had
misread a specification in the same way. Time is the simulated clock's: signatures grow stale by it.
"""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from story_http import request


def standard_signature(secret, event_id, timestamp, body):
    """`webhook-signature` of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def shopify_signature(secret, body):
    """`X-Shopify-Hmac-Sha256`: HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Shop:
    """Sends events; `now` tells the simulated time."""

    def __init__(self, api_url, creditor, secrets, calendar, now):
        self.url = f"{api_url}/webhooks/{creditor}"
        self.secrets = secrets
        self.calendar = calendar
        self.now = now

    def event(self, kind, event_id, data, secret=None):
        """An event in the own format."""
        now = self.now()
        body = _json({"type": kind, "timestamp": now.isoformat(), "data": data})
        timestamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": standard_signature(secret or self.secrets["upominek"], event_id, timestamp, body),
        }
        return request("POST", f"{self.url}/upominek", headers, body)

    def order(self, topic, invoice, cancelled=False):
        """An order of Shopify, as it is now."""
        now = self.now()
        body = _json(self.order_body(invoice, now, cancelled))
        headers = {
            "content-type": "application/json",
            "x-shopify-topic": topic,
            "x-shopify-event-id": f"{topic}-{invoice.id}",
            "x-shopify-triggered-at": now.isoformat(),
            "x-shopify-hmac-sha256": shopify_signature(self.secrets["shopify"], body),
        }
        return request("POST", f"{self.url}/shopify", headers, body)

    def invoice_body(self, invoice, revision, total=None):
        """`data` of an `invoice.…` event."""
        due = self.calendar.date(invoice.due)
        debtor = invoice.debtor
        return {
            "id": invoice.id,
            "number": invoice.number,
            "revision": revision,
            "issued_on": min(due - timedelta(days=14), self.now().date()).isoformat(),
            "due_on": due.isoformat(),
            "currency": "PLN",
            "total": total or invoice.total,
            "debtor": {
                "id": debtor.customer,
                "name": debtor.name,
                "tax_id": debtor.tax_id,
                "email": debtor.email,
                "phone": debtor.phone,
                "language": debtor.language,
            },
            "document_url": f"https://sklep.upominek.example/faktury/{invoice.id}.pdf",
        }

    def order_body(self, invoice, now, cancelled):
        debtor = invoice.debtor
        first, last = debtor.name.split(" ", 1)
        due_at = self.calendar.at(invoice.due, now.time())
        return {
            "id": int(invoice.id),
            "name": invoice.number,
            "created_at": self.calendar.at(2, now.time()).isoformat(),
            "processed_at": self.calendar.at(2, now.time()).isoformat(),
            "updated_at": now.isoformat(),
            "cancelled_at": now.isoformat() if cancelled else None,
            "currency": "PLN",
            "presentment_currency": "PLN",
            "total_price": invoice.total,
            "current_total_price": invoice.total,
            "total_outstanding": invoice.total,
            "financial_status": "pending",
            "payment_terms": {
                "payment_terms_type": "fixed",
                "payment_schedules": [{"due_at": due_at.isoformat(), "completed_at": None}],
            },
            "payment_gateway_names": ["Bank Deposit"],
            "test": False,
            "customer_locale": "pl-PL",
            "email": debtor.email,
            "customer": {"id": int(debtor.customer), "first_name": first, "last_name": last, "email": debtor.email},
            "billing_address": {"name": debtor.name, "phone": debtor.phone, "country_code": "PL"},
        }


def _json(value):
    return json.dumps(value, ensure_ascii=False).encode()
