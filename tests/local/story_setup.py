"""Makes the demo creditor by the operator's commands, as whoever runs a deployment does."""

import json
import secrets

from local_aws import client
from story_cast import ACCOUNT, CONTACT, CONTACT_PHONE, CREDITOR, DEBTORS, PROVIDERS, SENDER, SHOP, TEAM

SETTINGS = {
    "creditor": CREDITOR,
    "name": SHOP,
    "zone": "Europe/Warsaw",
    "mode": "trial",
    "allow_list": [address for one in DEBTORS if one.allowed for address in (one.email, one.phone) if address],
    "sender_email": SENDER,
    "team_email": TEAM,
    "contact_name": CONTACT,
    "contact_phone": CONTACT_PHONE,
    "payment_account": ACCOUNT,
    "providers": list(PROVIDERS),
}


class Operator:
    def __init__(self, endpoint, function):
        self.functions = client("lambda", endpoint)
        self.function = function

    def do(self, command, **fields):
        payload = json.dumps({"command": command, **fields})
        answer = self.functions.invoke(FunctionName=self.function, Payload=payload)
        result = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise SystemExit(f"{command} failed: {result}")
        return result


def make_creditor(operator, accounts):
    """The creditor, an API token, a secret for each source, one made here and one brought, and the accounts at
    payment providers."""
    operator.do("create_creditor", **SETTINGS)
    token = operator.do("create_token", creditor=CREDITOR)["token"]
    brought = secrets.token_hex(32)
    operator.do("create_secret", creditor=CREDITOR, source="shopify", secret=brought)
    made = operator.do("create_secret", creditor=CREDITOR, source="upominek")["secret"]
    for provider, account in accounts.items():
        operator.do("create_secret", creditor=CREDITOR, provider=provider, secret=json.dumps(account))
    return token, {"upominek": made, "shopify": brought}
