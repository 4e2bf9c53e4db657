"""Runs ministack itself, made a little truer where its check of IAM policies is blind.

It knows the resource and the conditions of most requests; without these five it would refuse what
AWS allows, and the policies that the stack really has could not be tried at all:

- loopback counts as a secure way, since the stack's policies rightly refuse plain HTTP;
- a schedule belongs to the group that its request names;
- an e-mail is sent from the identity that its sender belongs to;
- a KMS request carries its encryption context;
- sending many messages to a queue is the same right as sending one.

With `--ignore-iam` nothing of this is ever asked. Pinned to the version in requirements.txt.
"""

import contextvars
import json
from email.utils import parseaddr

from ministack.core import iam_actions, iam_evaluator

_kms_context = contextvars.ContextVar("kms_context", default={})
_pin_origin = iam_evaluator.pin_request_origin
_iam_action = iam_actions.extract_iam_action
_resource_arn = iam_actions.extract_resource_arn
_condition_key = iam_evaluator._resolve_condition_key


def pin_request_origin(source_ip, _secure_transport):
    _pin_origin(source_ip, True)


def extract_iam_action(service, method, path, headers, body, query_params):
    action = _iam_action(service, method, path, headers, body, query_params)
    # IAM knows no `sqs:SendMessageBatch`: the single action covers both.
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
    arn = _resource_arn(service, method, path, headers, body, query_params, region, account_id)
    if service == "scheduler" and ":schedule/default/" in arn:
        group = _field(body, "GroupName") or _first(query_params.get("groupName"))
        return arn.replace(":schedule/default/", f":schedule/{group or 'default'}/")
    if service in ("ses", "sesv2") and path.endswith("/outbound-emails"):
        domain = parseaddr(_field(body, "FromEmailAddress"))[1].rpartition("@")[2]
        return f"arn:aws:ses:{region}:{account_id}:identity/{domain}"
    if service == "kms":
        _kms_context.set(_field(body, "EncryptionContext") or {})
    return arn


def resolve_condition_key(key, context):
    name = key.lower().removeprefix("kms:encryptioncontext:")
    return _condition_key(key, context) if name == key.lower() else _kms_context.get().get(name)


def _field(body, name):
    try:
        return json.loads(body or b"{}").get(name) or ""
    except (ValueError, AttributeError):
        return ""


def _first(value):
    return value[0] if isinstance(value, list) and value else value


iam_evaluator.pin_request_origin = pin_request_origin
iam_evaluator._resolve_condition_key = resolve_condition_key
iam_actions.extract_iam_action = extract_iam_action
iam_actions.extract_resource_arn = extract_resource_arn

from ministack.app import main  # noqa: E402  (it takes the functions above at import)

if __name__ == "__main__":
    main()
