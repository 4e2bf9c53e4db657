"""HTTP as the story speaks it: no redirect is followed by itself, and no status is an exception."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


# Straight to the local AWS, whatever proxy the person's environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


def request(method, url, headers=None, body=None):
    asked = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with _OPENER.open(asked, timeout=60) as answer:
            return _answer(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return _answer(answer)


def _answer(answer):
    return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())
