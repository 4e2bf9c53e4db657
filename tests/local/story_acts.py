"""How the things of the script are done: each act sends what a real sender would, and says in a line
what it was and how it was answered. `expected` is the status that the act has to get.
"""

import base64
from dataclasses import dataclass
from typing import ClassVar

from story_bank import scanned
from story_cast import PROVIDERS, Debtor, Invoice

# A well-formed secret that nobody ever set.
WRONG_SECRET = "whsec_" + base64.b64encode(bytes(24)).decode()


@dataclass(frozen=True)
class Issued:
    invoice: Invoice
    revision: int = 1
    expected: ClassVar[int] = 200

    def label(self):
        return f"invoice {self.invoice.number} of {self.invoice.debtor.name}"

    def do(self, play):
        data = play.shop.invoice_body(self.invoice, self.revision)
        return play.shop.event("invoice.issued", f"evt-{self.invoice.id}-{self.revision}", data)


@dataclass(frozen=True)
class Repeated(Issued):
    """The very same event again, as senders do when an answer was lost."""

    def label(self):
        return f"invoice {self.invoice.number} once more: the same event, delivered twice"


@dataclass(frozen=True)
class Stale:
    """An older picture of an invoice that comes late, in an event of its own."""

    invoice: Invoice
    revision: int
    total: str
    expected: ClassVar[int] = 200

    def label(self):
        return f"invoice {self.invoice.number} as it was before: a stale revision, over {self.total}"

    def do(self, play):
        data = play.shop.invoice_body(self.invoice, self.revision, self.total)
        return play.shop.event("invoice.updated", f"evt-{self.invoice.id}-{self.revision}", data)


@dataclass(frozen=True)
class Forged:
    invoice: Invoice
    expected: ClassVar[int] = 401

    def label(self):
        return f"invoice {self.invoice.number}, signed with a wrong secret"

    def do(self, play):
        data = play.shop.invoice_body(self.invoice, 1)
        before = play.stored.count()
        answer = play.shop.event("invoice.issued", "evt-forged", data, secret=WRONG_SECRET)
        play.notes["forged"] = (before, play.stored.count())
        return answer


@dataclass(frozen=True)
class Payment:
    """A transfer that the shop's bookkeeping saw."""

    id: str
    invoice: Invoice
    amount: str
    early: bool = False

    @property
    def expected(self):
        return 202 if self.early else 200

    def label(self):
        why = ", which has not come yet" if self.early else ""
        return f"{self.amount} by transfer for {self.invoice.number}{why}"

    def do(self, play):
        data = {"id": self.id, "invoice": {"id": self.invoice.id}, "currency": "PLN", "amount": self.amount}
        return play.shop.event("payment.received", f"evt-{self.id}", data)


@dataclass(frozen=True)
class PaidAtShop:
    """The shop says that an invoice is paid; it saw the money itself."""

    invoice: Invoice
    revision: int
    expected: ClassVar[int] = 200

    def label(self):
        return f"the shop says that {self.invoice.number} is paid"

    def do(self, play):
        data = {"id": self.invoice.id, "revision": self.revision}
        return play.shop.event("invoice.paid", f"evt-{self.invoice.id}-{self.revision}", data)


@dataclass(frozen=True)
class Ordered:
    invoice: Invoice
    expected: ClassVar[int] = 200

    def label(self):
        return f"order {self.invoice.number} of {self.invoice.debtor.name} in Shopify"

    def do(self, play):
        return play.shop.order("orders/create", self.invoice)


@dataclass(frozen=True)
class Cancelled:
    invoice: Invoice
    expected: ClassVar[int] = 200

    def label(self):
        return f"order {self.invoice.number} cancelled in Shopify"

    def do(self, play):
        return play.shop.order("orders/cancelled", self.invoice, cancelled=True)


@dataclass(frozen=True)
class Hold:
    """Somebody of the team stops what a debtor hears."""

    debtor: Debtor
    until: int
    reason: str
    expected: ClassVar[int] = 200

    def label(self):
        return f"the team holds {self.debtor.name} back until day {self.until}: {self.reason}"

    def do(self, play):
        return play.api.hold(self.debtor, self.reason, play.calendar.date(self.until))


@dataclass(frozen=True)
class PaysByLink:
    """The debtor opens the link of the last message and pays what the page asks for."""

    debtor: Debtor
    provider: str
    expected: ClassVar[int] = 200

    def label(self):
        return f"{self.debtor.name} opens the pay link and pays by {PROVIDERS[self.provider]}"

    def do(self, play):
        paid = play.payer.pay(self.debtor, self.provider)
        play.notes["paid by", self.debtor] = paid
        return paid.end


@dataclass(frozen=True)
class PaysByCode:
    """The debtor scans the code of the pay page with a banking app; the team sees the transfer on its account's
    statement and records it, knowing nothing but what stands there."""

    id: str
    debtor: Debtor
    expected: ClassVar[int] = 201

    def label(self):
        return f"{self.debtor.name} scans the code of the pay page, and the team records the transfer"

    def do(self, play):
        _, page = play.payer.look(self.debtor)
        transfer = play.notes["scanned"] = scanned(page.text)
        return play.api.record_payment(self.id, transfer.amount, transfer.title)
