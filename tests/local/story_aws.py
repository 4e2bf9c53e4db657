"""What the story reads from the local AWS itself, beside the product: the mailbox, the table, the logs."""

import re

from local_aws import client, get_json

LINK = re.compile(r"https?://\S+/p/[a-z2-7]{16}\b")


class Mailbox:
    """Everything that SES and SNS accepted, in the story's words."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.seen = set()

    def all(self):
        """(id, channel, address, subject, text), oldest first within a channel."""
        accounts = get_json(f"{self.endpoint}/_ministack/ses/messages")["messages"]
        mails = [mail for mails in accounts.values() for mail in mails]
        found = [(m["MessageId"], "email", m["To"][0], m["Subject"], m["BodyText"] or "") for m in mails]
        numbers = get_json(f"{self.endpoint}/_ministack/sns/sms-messages")["sms_messages"]
        for number, texts in numbers.items():
            found += [(one["MessageId"], "sms", number, "", one["Message"]) for one in texts]
        return found

    def recipients(self):
        """(all of To, all of Cc, text) of every e-mail: one that goes to several is one message."""
        accounts = get_json(f"{self.endpoint}/_ministack/ses/messages")["messages"]
        return [(m["To"], m.get("CC") or [], m["BodyText"] or "") for mails in accounts.values() for m in mails]

    def new(self):
        """What came since this was asked last."""
        fresh = [one for one in self.all() if one[0] not in self.seen]
        self.seen |= {one[0] for one in fresh}
        return fresh

    def last_link(self, debtor):
        """The pay link in the last e-mail to a debtor."""
        mails = [text for _, _, to, _, text in self.all() if to == debtor.email]
        return LINK.findall(mails[-1])[-1]

    def links(self):
        return {link for *_, text in self.all() for link in LINK.findall(text)}


class Stored:
    """The table, looked at from outside."""

    def __init__(self, endpoint, table):
        self.dynamodb = client("dynamodb", endpoint)
        self.table = table

    def items(self):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table)
        return [item for page in pages for item in page["Items"]]

    def count(self):
        return len(self.items())

    def mentions(self, text):
        return [item["PK"]["S"] for item in self.items() if text in str(item)]


# What one answer about a log holds at most.
LINES_AT_ONCE = 10_000


class Logs:
    """Every line that the functions wrote."""

    def __init__(self, endpoint):
        self.logs = client("logs", endpoint)

    def lines(self, since=0):
        """(log group, line) from an instant on, in milliseconds. One answer of the local AWS holds
        at most LINES_AT_ONCE lines and no sign that there are more, so it is asked again from the
        last instant on."""
        groups = self.logs.get_paginator("describe_log_groups").paginate()
        for group in (group["logGroupName"] for page in groups for group in page["logGroups"]):
            start, seen, events = since, set(), [{}] * LINES_AT_ONCE
            while len(events) == LINES_AT_ONCE:
                events = self.logs.filter_log_events(logGroupName=group, startTime=start)["events"]
                lines = [(event["logStreamName"], event["timestamp"], event["message"]) for event in events]
                fresh = [line for line in lines if line not in seen]
                yield from ((group, message) for _, _, message in fresh)
                seen = set(lines)
                if not fresh and len(lines) == LINES_AT_ONCE:
                    raise AssertionError(f"{group} has more lines of one instant than can be read")
                start = events[-1]["timestamp"] if events else start
