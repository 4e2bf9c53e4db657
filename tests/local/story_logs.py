"""The search of all logs for what must not stand in them: addresses, numbers, names, tokens, secrets."""

import json
from collections import Counter

from story_cast import ACCOUNT, CONTACT, CONTACT_PHONE, DEBTORS, FORGED, SENDER, TEAM


def private(play):
    """What was used in the story and is nobody's business, each with what it is."""
    for debtor in (*DEBTORS, FORGED.debtor):
        yield "an e-mail address", debtor.email
        yield "a name", debtor.name
        yield "a family name", debtor.name.split()[-1] if debtor.tax_id is None else debtor.name
        if debtor.phone:
            yield "a number", debtor.phone.removeprefix("+48")
        if debtor.tax_id:
            yield "a tax id", debtor.tax_id
    for address in (SENDER, TEAM):
        yield "an address of the creditor", address
    yield "a name of the creditor's", CONTACT
    yield "a number of the creditor's", CONTACT_PHONE.removeprefix("+48")
    yield "an account", ACCOUNT.removeprefix("PL")
    yield "the API's token", play.token
    for secret in play.secrets.values():
        yield "a webhook secret", secret.removeprefix("whsec_")
    for secret in play.provider_secrets:
        yield "a secret of a payment provider", secret
    for link in play.mailbox.links():
        yield "a pay link", link.rsplit("/", 1)[1]


def search(play):
    """Returns how many lines each log group has, and everything found that must not be there."""
    forbidden = list(private(play))
    lines, found, told = Counter(), [], Counter()
    for group, line in play.logs.lines():
        lines[group] += 1
        # JSON may write letters as escapes: both forms are searched.
        plain = line + _unescaped(line)
        found += [f"{what} in {group}: {line[:160]}" for what, text in forbidden if text in plain]
        told[group] += "deb-" in line or '"creditor"' in line
    return lines, found, told


def _unescaped(line):
    try:
        return json.dumps(json.loads(line), ensure_ascii=False)
    except ValueError:
        return ""
