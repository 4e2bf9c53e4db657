"""The stack under test and the creditors that are made for it.

Takes a local stack that runs already (`make run`, or `tests/local/stack.py up`) by its addresses in
`.local/`. Every run makes creditors of its own under new ids, so that a stack can be used again and
again, also one on which the story was played. Whatever must never stand in a log or in the table
is noted here when it is made.
"""

import secrets
import sys
import time as machine
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local"))

from local_aws import client  # noqa: E402
from state import DEPLOYED, STATE, read_json  # noqa: E402
from story_api import Api  # noqa: E402
from story_aws import Logs, Mailbox, Stored  # noqa: E402
from story_setup import Operator  # noqa: E402

RUN = secrets.token_hex(3)
BEGAN_MS = int(machine.time() * 1000)
# Within the send windows of e-mail and SMS in Warsaw, in summer and winter.
MORNING = time(9, 30)

# What was used and is nobody's business: text -> what it is.
PRIVATE = {}


def private(what, text):
    """Notes a text that no log may hold, and hands it back."""
    PRIVATE[text] = what
    return text


class Stack:
    """The running stack and its tools."""

    def __init__(self):
        deployed, story = read_json(DEPLOYED), read_json(STATE / "stack.json")
        if not deployed:
            raise RuntimeError("no local stack is running: make run, or tests/local/stack.py up")
        outputs = deployed["outputs"]
        self.endpoint = story.get("aws_endpoint") or deployed["aws_endpoint"]
        self.url = (story.get("api_url") or outputs["ApiUrl"]).rstrip("/")
        self.inbox_url = deployed["inbox_url"]
        self.operator = Operator(self.endpoint, outputs["OperatorFunction"])
        self.stored = Stored(self.endpoint, outputs["TableName"])
        self.mailbox = Mailbox(self.endpoint)
        self.logs = Logs(self.endpoint)

    def gateway_routes(self):
        """Every route that the HTTP API was deployed with."""
        gateway = client("apigatewayv2", self.endpoint)
        pages = [gateway.get_routes(ApiId=api["ApiId"]) for api in gateway.get_apis()["Items"]]
        return [route["RouteKey"] for page in pages for route in page["Items"]]

    def holding(self, texts):
        """The keys of items that hold one of the texts: not the items, which are nobody's business in a test's output."""
        return sorted({item["PK"]["S"] for item in self.stored.items() if any(text in str(item) for text in texts)})

    def log_lines(self):
        """(log group, line) of everything that was logged since this run began."""
        yield from self.logs.lines(BEGAN_MS)

    def operate(self, command, **fields):
        """A command of the operator; a refusal is an error here."""
        answer = self.operator.do(command, **fields)
        if "error" in answer:
            raise AssertionError(f"{command} was refused: {answer['error']}")
        return answer


@cache
def stack():
    return Stack()


class Creditor:
    """A creditor in trial with a token, made by the operator; `label` tells it from others of the run."""

    def __init__(self, label, allowed=(), **settings):
        self.id = f"e2e-{RUN}-{label}"
        self.name = f"Sklep {label.capitalize()} {RUN}"
        self.domain = f"{label}-{RUN}.example"
        self.contact = private("a contact of a creditor", f"Opiekun-{label}-{RUN}")
        self.contact_phone = private_number()
        self.team = private("an address of a creditor", f"zespol@{self.domain}")
        given = {
            "name": self.name,
            "sender_email": f"faktury-{label}-{RUN}@upominek.example",
            "zone": "Europe/Warsaw",
            "allow_list": [f"@{self.domain}", *allowed],
            "team_email": self.team,
            "contact_name": self.contact,
            "contact_phone": self.contact_phone,
            "payment_account": "PL61109010140000071219812874",
        }
        self.settings = given | settings
        stack().operate("create_creditor", creditor=self.id, **self.settings)
        self.token = self.new_token()
        self.api = Api(stack().url, self.token)
        self.secrets = {}

    def new_token(self):
        made = stack().operate("create_token", creditor=self.id, name="tests")
        return private("a token", made["token"])

    def new_secret(self, *, secret=None, **purpose):
        """A secret for `source=…` or `provider=…`; the newest is what events are signed with."""
        given = {"secret": secret} if secret else {}
        made = stack().operate("create_secret", creditor=self.id, **purpose, **given)["secret"]
        private("a secret", made.removeprefix("whsec_"))
        self.secrets[next(iter(purpose.values()))] = made
        return made

    def secret(self, name):
        """The secret of a source or of the sandbox, made when it is first asked for."""
        if name not in self.secrets:
            self.new_secret(**{"provider" if name == "sandbox" else "source": name})
        return self.secrets[name]

    def debtor(self, label, **known):
        """A debtor of this creditor, as a shop knows one: `data.debtor` of an invoice."""
        family = private("a name", f"Nazwisko-{label}-{RUN}-{self.id[-3:]}")
        given = {
            "id": f"cus-{label}",
            "name": f"Żaneta {family}",
            "email": private("an e-mail address", f"{label}@{self.domain}"),
            "phone": private_number(),
            "language": "pl",
        }
        return given | known

    def invoice(self, invoice_id, debtor, **other):
        """`data` of an event about an invoice of 100.00 that falls due in two days."""
        today = now().date()
        given = {
            "id": invoice_id,
            "number": f"FV/{invoice_id}",
            "revision": 1,
            "issued_on": (today - timedelta(days=12)).isoformat(),
            "due_on": (today + timedelta(days=2)).isoformat(),
            "currency": "PLN",
            "total": "100.00",
            "debtor": debtor,
        }
        return given | other

    def find(self, invoice_id, source="upominek"):
        """The invoice as the API shows it; `None` if there is none."""
        found = self.api.get("/invoices", case=f"{source}:{invoice_id}")["data"]
        return found[0] if found else None

    def attention(self, kind):
        return [one for one in self.api.attention() if one["kind"] == kind]


def private_number():
    """A Polish mobile number that nobody else here has."""
    digits = f"50{secrets.randbelow(9) + 1}{secrets.randbelow(10**6):06d}"
    private("a number", digits)
    return f"+48{digits}"


_CLOCK = {}


def now():
    """The stack's own time. It stands still from the first question on, unless a test moves it here."""
    if not _CLOCK:
        travel(_any_api().now())
    return _CLOCK["now"]


def travel(to):
    """Moves the clock on, with whatever falls due on the way."""
    _any_api().travel(to)
    _CLOCK["now"] = to


def to_the_next_morning():
    """To 9:30 UTC of the next day: through a night and into the send window."""
    day = now().astimezone(timezone.utc).date() + timedelta(days=1)
    travel(datetime.combine(day, MORNING, timezone.utc))


def past_what_is_remembered():
    """Warm functions remember settings and secrets for half a minute of the stack's own time."""
    travel(now() + timedelta(minutes=1))


@cache
def _any_api():
    """The clock is the stack's, whoever's token moves it."""
    return Creditor("clock").api
