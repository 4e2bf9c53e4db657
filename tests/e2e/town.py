"""Two creditors side by side, each with debtors, reminders, links and everything else that has an id.

Their shops use the same customer ids, invoice ids and invoice numbers on purpose: what keeps them
apart can only be whose they are. Made once per run, when a test first asks.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from sending import call_back, callback, issue, new_id, send_body
from stage import Creditor, now, private, private_number, stack, to_the_next_morning
from story_aws import LINK

MOST_MORNINGS = 7
REACHABLE = {"anna", "beata", "celina"}

# Amounts that nothing else here has, so that they tell whose page it is.
AMOUNTS = {
    "lip": {"anna": "4711.13", "beata": "5822.24", "celina": "6933.35", "nikt": "7144.46"},
    "dab": {"anna": "1255.57", "beata": "2366.68", "celina": "3477.79", "nikt": "8588.81"},
}


@dataclass
class Side:
    """A creditor with its debtors: `anna` and `beata` by e-mail, `celina` by SMS, `nikt` by nothing.

    Every one owes `inv-<label>`, which the other side has, too; anna also owes `own-<side>`.
    """

    label: str
    creditor: Creditor
    people: dict
    links: dict = field(default_factory=dict)
    days: list = field(default_factory=list)
    ids: dict = field(default_factory=dict)

    @property
    def amounts(self):
        return AMOUNTS[self.label]

    def debtor_id(self, label):
        return self.creditor.find(f"inv-{label}")["debtor"]

    def private(self, *labels):
        """Names, addresses and numbers of debtors of this side."""
        for label in labels or self.people:
            person = self.people[label]
            yield from (person[what] for what in ("name", "email", "phone") if person.get(what))


def town():
    """Both sides, on a morning on which all who can be reached were reminded."""
    made = _made()
    if isinstance(made, Exception):
        raise AssertionError("the town could not be made") from made
    return made


@cache
def _made():
    # A failure is remembered, too: making the town again for every test would take many nights.
    try:
        return _make()
    except (Exception, SystemExit) as failure:  # noqa: BLE001 (whatever it was, it is raised again)
        return AssertionError(repr(failure))


def _make():
    sides = [_settle("lip"), _settle("dab")]
    for _ in range(MOST_MORNINGS):
        to_the_next_morning()
        for side in sides:
            side.days.append(_today())
            side.links = _links(side)
        if all(REACHABLE <= set(side.links) for side in sides):
            break
    else:
        reached = {side.creditor.id: sorted(side.links) for side in sides}
        raise AssertionError(f"within {MOST_MORNINGS} days only these were reminded: {reached}")
    for side in sides:
        side.ids |= _ids(side)
    return sides


def _today():
    return now().date().isoformat()


def _settle(label):
    number = private_number()
    creditor = Creditor(label, allowed=[number])
    people = {
        "anna": creditor.debtor("anna"),
        "beata": creditor.debtor("beata", phone=None),
        "celina": creditor.debtor("celina", email=None, phone=number),
        "nikt": creditor.debtor("nikt", email=None, phone=None),
    }
    creditor.secret("sandbox")
    for name, person in people.items():
        issue(creditor, f"inv-{name}", person, total=AMOUNTS[label][name])
    later = (now() + timedelta(days=60)).date().isoformat()
    issue(creditor, f"own-{label}", people["anna"], total="1.00", due_on=later)
    side = Side(label, creditor, people, days=[_today()])
    torn = send_body(creditor, str(creditor.invoice("inv-torn", people["anna"])).encode())
    side.ids["event"] = torn.json["quarantine_id"]
    stray = call_back(creditor, callback(creditor, reference="up-none", payment_id=new_id("sbx")))
    assert stray.status == 200, f"a callback was answered {stray.status}: {stray.text}"
    return side


def _links(side):
    by_address = {person[what]: label for label, person in side.people.items() for what in ("email", "phone") if person.get(what)}
    links = {}
    for _, _, address, _, text in stack().mailbox.all():
        if address in by_address and LINK.search(text):
            links[by_address[address]] = LINK.findall(text)[-1]
    for link in links.values():
        private("a pay link", link.rsplit("/", 1)[1])
    return links


def _ids(side):
    """One id of each kind that the API hands out for this side."""
    api, anna = side.creditor.api, side.debtor_id("anna")
    reminders = [one for day in side.days for one in api.all("/reminders", day=day) if one["debtor"] == anna]
    runs = {}
    for kind, body in (("dry run", {"dry": True}), ("run", {})):
        answer = api.call("POST", "/evaluations", body)
        assert answer.status == 202, f"POST /evaluations was answered {answer.status}: {answer.text}"
        runs[kind] = answer.json["run"]
    return runs | {
        "debtor": anna,
        "case": f"upominek:own-{side.label}",
        "number": f"FV/own-{side.label}",
        "reminder": reminders[0]["reminder"],
        "attention": api.attention()[0]["id"],
    }
