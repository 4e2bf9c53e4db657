"""The shop's accounts at PayU and Przelewy24, as their stand-ins know them, and what the operator is given of them."""

import json
import secrets

from story_http import request


def open_accounts(stand_ins_url):
    """Opens an account at each; returns the secret of each by its name, as the provider's panel would show it."""
    number = 1_000_000 + secrets.randbelow(1_000_000)
    client_secret, second_key, crc, report_key = (secrets.token_hex(16) for _ in range(4))
    payu = {"pos_id": str(number), "client_id": str(number), "client_secret": client_secret, "second_key": second_key}
    przelewy24 = {"merchant_id": number, "pos_id": number, "crc": crc, "report_key": report_key}
    accounts = {"payu": payu, "przelewy24": przelewy24}
    for name, account in accounts.items():
        url = f"{stand_ins_url}/{name}/control/shop"
        answer = request("POST", url, {"content-type": "application/json"}, json.dumps(account).encode())
        if answer.status != 200:
            raise SystemExit(f"the stand-in of {name} answered {answer.status}: {answer.text[:300]}")
    return {name: account | {"environment": "sandbox"} for name, account in accounts.items()}


def told_to_nobody(accounts):
    """What of the accounts must stand in no log."""
    return [value for account in accounts.values() for name, value in account.items() if name in ("client_secret", "second_key", "crc", "report_key")]
