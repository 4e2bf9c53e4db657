"""The debtor with a browser: opens a pay link, presses buttons, follows where they lead.

Knows only what a page shows: its forms and its text. Nothing here knows a token or an amount.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from story_http import Answer, request

MOST_HOPS = 10


@dataclass
class Form:
    action: str
    method: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)
    options: dict = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self.inside = False
        self.select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = True
            self.forms.append(Form(attrs.get("action") or "", (attrs.get("method") or "get").upper()))
        elif self.inside and tag == "input" and attrs.get("name"):
            self.forms[-1].fields.append((attrs["name"], attrs.get("value") or ""))
        elif self.inside and tag == "select":
            self.select = self.forms[-1].options.setdefault(attrs["name"], [])
        elif self.inside and tag == "option":
            self.select.append(attrs.get("value"))
        elif self.inside and tag == "button":
            self.forms[-1].buttons.append((attrs.get("name"), attrs.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def forms(html):
    parser = _Forms()
    parser.feed(html)
    return parser.forms


@dataclass(frozen=True)
class PaidByLink:
    """The way of one payment: the page before, the provider's page, the page after."""

    link: str
    before: Answer
    checkout: Answer
    end: Answer


class Payer:
    """Reads a debtor's mail and pays by what stands in it."""

    def __init__(self, mailbox):
        self.mailbox = mailbox

    def pay(self, debtor, provider):
        """Pays all that the page asks for, at one of the providers that it offers."""
        link, before = self.look(debtor)
        checkout_at, checkout = self._press(link, before, lambda form, _: ("provider", provider) in form.fields)
        _, end = self._press(checkout_at, checkout, lambda _, button: button == ("what", "paid"))
        return PaidByLink(link, before, checkout, end)

    def look(self, debtor):
        """Opens the link of the last message."""
        link = self.mailbox.last_link(debtor)
        return link, request("GET", link)

    def _press(self, url, page, wanted):
        """Presses the first button that is wanted, and follows to where it ends."""
        for form in forms(page.text):
            for button in form.buttons:
                if wanted(form, button):
                    fields = form.fields + [button] * bool(button[0])
                    body = urlencode(fields).encode()
                    headers = {"content-type": "application/x-www-form-urlencoded"}
                    target = urljoin(url, form.action)
                    return self._follow(target, request(form.method, target, headers, body))
        raise SystemExit(f"no such button on {url}, which was answered {page.status}: {page.text[:300]}")

    def _follow(self, url, answer):
        for _ in range(MOST_HOPS):
            if answer.status not in (301, 302, 303, 307, 308):
                return url, answer
            url = urljoin(url, answer.headers["location"])
            answer = request("GET", url)
        raise SystemExit(f"{url} leads round and round")
