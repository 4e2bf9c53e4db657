"""What SES tells about an e-mail, through a topic into a queue: the events, and the queue's two ends.

The local AWS tells nothing about what it sent, so events are written here in the form that SES
documents, with everything that we do not read, too: addresses stand in many places of them.
"""

import itertools
import json
import time
from functools import cache

from stage import RUN, client, stack

QUEUE = "delivery-events"
DEAD = f"{QUEUE}-dead"
# What an event may set in motion.
ON_THE_WAY = (QUEUE, "evaluation", "email", "sms")
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
# What SES publishes when a topic is connected: no event, and not even JSON.
GREETING = "Successfully validated SNS topic for Amazon SES event publishing."

_NUMBERS = itertools.count(1)


class Message:
    """One e-mail as SES knows it: to whom, and the tags that it was sent with."""

    def __init__(self, to, **tags):
        self.to = to
        self.tags = tags
        self.id = f"0107{RUN}{next(_NUMBERS):06d}-00000000-0000-4000-8000-000000000000-000000"

    def event(self, kind, **what):
        """The event as SES writes it; `what` are the objects beside `mail`."""
        own = {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": ["upominek-local"],
            "ses:source-ip": ["192.0.2.15"],
            "ses:from-domain": ["upominek.example"],
            "ses:caller-identity": ["email-dispatch"],
        }
        mail = {
            "timestamp": "2030-01-07T08:00:01.250Z",
            "source": "Sklep <faktury@upominek.example>",
            "sourceArn": "arn:aws:ses:eu-central-1:000000000000:identity/upominek.example",
            "sendingAccountId": "000000000000",
            "messageId": self.id,
            "destination": [self.to],
            "headersTruncated": False,
            "headers": [{"name": "From", "value": "Sklep <faktury@upominek.example>"}, {"name": "To", "value": self.to}],
            "commonHeaders": {"from": ["Sklep <faktury@upominek.example>"], "to": [self.to], "subject": "Faktura", "messageId": self.id},
            "tags": own | {name: [value] for name, value in self.tags.items()},
        }
        return {"eventType": kind, "mail": mail} | what

    def send(self):
        return self.event("Send", send={})

    def delivery(self):
        told = {"timestamp": "2030-01-07T08:00:02.750Z", "processingTimeMillis": 1500, "recipients": [self.to]}
        return self.event("Delivery", delivery=told | {"smtpResponse": f"250 2.1.5 <{self.to}> ok", "reportingMTA": "mta.ses.example"})

    def bounce(self, kind="Permanent", sub_kind="General", recipient=None):
        """`recipient` is the one that the refusing server named; another one where mail is forwarded."""
        recipient = recipient or self.to
        text = f"smtp; 550 5.1.1 <{recipient}> user unknown" if kind == "Permanent" else f"smtp; 452 4.2.2 <{recipient}> full"
        one = {"emailAddress": recipient, "action": "failed", "status": text.split()[2], "diagnosticCode": text}
        told = {"feedbackId": f"fb-{self.id}", "bounceType": kind, "bounceSubType": sub_kind, "bouncedRecipients": [one]}
        return self.event("Bounce", bounce=told | {"timestamp": "2030-01-07T08:00:03.000Z", "reportingMTA": "dns; mta.ses.example"})

    def complaint(self):
        told = {"feedbackId": f"fb-{self.id}", "complaintSubType": None, "complainedRecipients": [{"emailAddress": self.to}]}
        told |= {"timestamp": "2030-01-07T09:10:00.000Z", "arrivalDate": "2030-01-07T09:10:00.000Z"}
        return self.event("Complaint", complaint=told | {"userAgent": "Loop/1.0", "complaintFeedbackType": "abuse"})

    def delay(self):
        one = {"emailAddress": self.to, "status": "4.4.1", "diagnosticCode": f"smtp; 421 4.4.1 <{self.to}> no answer"}
        told = {"timestamp": "2030-01-07T09:00:00.000Z", "delayType": "TransientCommunicationFailure", "delayedRecipients": [one]}
        return self.event("DeliveryDelay", deliveryDelay=told | {"expirationTime": "2030-01-08T09:00:00.000Z"})


def envelope(message):
    """The topic's envelope around an event, or around any text."""
    text = message if isinstance(message, str) else json.dumps(message)
    topic = "arn:aws:sns:eu-central-1:000000000000:upominek-local-events"
    known = {"Type": "Notification", "MessageId": f"sns-{RUN}-{next(_NUMBERS)}", "TopicArn": topic, "Message": text}
    return json.dumps(known | {"Subject": "Amazon SES Email Event Notification", "Timestamp": "2030-01-07T08:00:04.000Z"})


def put(*bodies):
    """Puts bodies into the queue as one batch, in this order."""
    entries = [{"Id": str(at), "MessageBody": body} for at, body in enumerate(bodies)]
    answer = _sqs().send_message_batch(QueueUrl=queue_url(QUEUE), Entries=entries)
    assert not answer.get("Failed"), answer["Failed"]


def tell(*events):
    """Puts events into the queue and waits until all that they set in motion is at rest."""
    put(*(envelope(event) for event in events))
    rest()


def changed_by(*events):
    """The keys of all items of the table that events changed, made or removed."""
    before = _items()
    tell(*events)
    after = _items()
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def rest(patience=20):
    deadline, quiet = time.monotonic() + patience, 0
    while quiet < 2:
        waiting = {name: count for name in ON_THE_WAY if (count := waiting_in(name))}
        quiet = 0 if waiting else quiet + 1
        assert time.monotonic() < deadline, f"within {patience} s the queues came to rest; there are {waiting}"
        time.sleep(0.03)


def waiting_in(name):
    """Messages in a queue, with those that are handed out."""
    known = _sqs().get_queue_attributes(QueueUrl=queue_url(name), AttributeNames=list(COUNTS))["Attributes"]
    return sum(int(known[count]) for count in COUNTS)


def taken_from_the_dead(text):
    """Takes out of the dead-letter queue what holds a text: the bodies. The rest stays."""
    url, found = queue_url(DEAD), []
    for message in _sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1).get("Messages", []):
        if text in message["Body"]:
            _sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    return found


class quick_tries:
    """For a while, what failed comes again after a second: a person would wait minutes for five tries."""

    def __enter__(self):
        self.before = _sqs().get_queue_attributes(QueueUrl=queue_url(QUEUE), AttributeNames=["VisibilityTimeout"])["Attributes"]
        self._set({"VisibilityTimeout": "1"})

    def __exit__(self, *_):
        self._set(self.before)

    def _set(self, attributes):
        _sqs().set_queue_attributes(QueueUrl=queue_url(QUEUE), Attributes=attributes)


@cache
def queue_url(name):
    return _sqs().get_queue_url(QueueName=f"upominek-local-{name}")["QueueUrl"]


@cache
def _sqs():
    return client("sqs", stack().endpoint)


def _items():
    return {(item["PK"]["S"], item["SK"]["S"]): item for item in stack().stored.items()}
