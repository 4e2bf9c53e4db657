"""Makes a debtor with a pay page for the browser's tests, and prints where it is, as JSON.

`pay_url` is the page of a debtor whom paying makes free of debt; `long_url` that of one with many
invoices, long names and numbers that nothing breaks; `said_url` that of one who has something to say;
`part_url` that of one who pays a part; `pair_url` that of one who promises one of two; `over_url` one that was
revoked; `brand_url` that of a creditor with a colour and a logo of its own.
"""

import base64
import json
import sys
from datetime import timedelta

from sending import issue
from stage import RUN, Creditor, now, stack, to_the_next_morning
from story_aws import LINK

UNBROKEN = "FV/2030/ODDZIAŁ-PÓŁNOCNO-ZACHODNI/0000000000000000000000001"
NAME = "Przedsiębiorstwo Wielobranżowe Konstantynopolitańczykowianeczka i Wspólnicy spółka z ograniczoną odpowiedzialnością sp. k."


LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40" rx="8" fill="#7a1f5c"/><circle cx="20" cy="20" r="9" fill="#fff"/></svg>"""
BRAND = {"colour": "#7a1f5c", "logo": f"data:image/svg+xml;base64,{base64.b64encode(LOGO.encode()).decode()}"}


def main():
    branded = Creditor("brand", name="Cukiernia „Pod Wiśnią”")
    branded.secret("sandbox")
    branded.api.call("PATCH", "/settings", {"brand": BRAND})
    guest = branded.debtor("guest", phone=None, name="Ludwika Wiśniewska")
    issue(branded, "brand-1", guest, number="FV/2030/11/0500", total="50.00", due_on=_day(-5), issued_on=_day(-20))
    creditor = Creditor("web", name="Sklep Papierniczy „Kałamarz”")
    creditor.secret("sandbox")
    payer = creditor.debtor("payer", phone=None, name="Żaneta Wiśniewska")
    said = creditor.debtor("said", name="Bolesław Prus-Nowak")
    part = creditor.debtor("part", phone=None, name="Władysława Reymont")
    pair = creditor.debtor("pair", phone=None, name="Eliza Orzeszkowa")
    late = creditor.debtor("late", phone=None, name="Gabriela Zapolska")
    long = creditor.debtor("long", phone=None, name=NAME)
    issue(creditor, "pay-1", payer, number="FV/2030/11/0042", total="1234.50", document_url="https://sklep.example/fv/42.pdf")
    issue(creditor, "pay-2", payer, number="FV/2030/11/0043", total="99.99", due_on=_day(-3), issued_on=_day(-20))
    issue(creditor, "said-1", said, number="FV/2030/11/0077", total="321.00", due_on=_day(-3), issued_on=_day(-20))
    issue(creditor, "part-1", part, number="FV/2030/11/0101", total="100.00", due_on=_day(-5), issued_on=_day(-20))
    issue(creditor, "part-2", part, number="FV/2030/11/0102", total="250.00", due_on=_day(-4), issued_on=_day(-19))
    issue(creditor, "pair-1", pair, number="FV/2030/11/0201", total="10.00", due_on=_day(-5), issued_on=_day(-20))
    issue(creditor, "pair-2", pair, number="FV/2030/11/0202", total="20.00", due_on=_day(-5), issued_on=_day(-20))
    issue(creditor, "late-1", late, number="FV/2030/11/0301", total="77.00", due_on=_day(-5), issued_on=_day(-20))
    for number in range(25):
        issue(creditor, f"long-{number}", long, number=f"{UNBROKEN}{number}", total=f"{10 ** (number % 8)}.99", due_on=_day(number - 12), issued_on=_day(-40))
    pages = {}
    for _ in range(7):
        pages = {to: LINK.findall(text)[-1] for *_, to, _, text in stack().mailbox.all() if LINK.search(text)}
        if all(one["email"] in pages for one in (payer, long, said, part, pair, late, guest)):
            break
        to_the_next_morning()
    else:
        sys.exit("nobody was reminded within 7 days")
    found = {
        "pay_url": pages[payer["email"]],
        "long_url": pages[long["email"]],
        "said_url": pages[said["email"]],
        "part_url": pages[part["email"]],
        "pair_url": pages[pair["email"]],
        "brand_url": pages[guest["email"]],
        "over_url": _revoked(creditor, "late-1", pages[late["email"]]),
        "late_email": late["email"],
        "gone_url": f"{stack().url}/p/{'a' * 16}",
        "inbox_url": stack().inbox_url,
        "invoices_url": f"{stack().url}/api/v1/debtors/{creditor.find('pay-1')['debtor']}/invoices",
        "token": creditor.token,
        "run": RUN,
    }
    print(json.dumps(found))


def _revoked(creditor, invoice, link):
    """The link of an invoice's debtor, which the team has revoked."""
    answer = creditor.api.call("DELETE", f"/debtors/{creditor.find(invoice)['debtor']}/links?reason=sent+on")
    if answer.status != 204:
        sys.exit(f"the links could not be revoked: {answer.status} {answer.text[:300]}")
    return link


def _day(ahead):
    return (now().date() + timedelta(days=ahead)).isoformat()


if __name__ == "__main__":
    main()
