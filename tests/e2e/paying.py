"""Paying through a pay link as a browser without script does, and what the table knows of a checkout."""

import re
from urllib.parse import urlencode, urljoin

from stage import stack
from story_http import request
from story_payer import forms

FORM = {"content-type": "application/x-www-form-urlencoded"}
REFERENCE = re.compile(r"up-[a-z2-7]{24}")


def form_of(url):
    """The form that pays, as the fields that its button would send."""
    page = request("GET", url)
    found = [form for form in forms(page.text) if {"provider", "outcome"} & {name for name, _ in form.fields + form.buttons}]
    if page.status != 200 or not found:
        raise AssertionError(f"{url} has no form; it was answered {page.status}: {page.text[:300]}")
    return dict(found[0].fields)


def door(url, what):
    """The form of a pay page by which a debtor says something; what is typed or chosen comes beside it."""
    for form in forms(request("GET", url).text):
        fields = dict(form.fields)
        if fields.get("do") == what or ("do", what) in form.buttons:
            chosen = {"case": form.options["case"][0]} if "case" in form.options else {}
            return {"token": fields["token"], "do": what} | chosen
    raise AssertionError(f"the page has no form for {what}")


def press(url, fields):
    return request("POST", url, FORM, urlencode(fields).encode())


def order(link, **changed):
    """Presses the button of a pay page; returns the address of the checkout."""
    answer = press(link, form_of(link) | changed)
    if answer.status != 303:
        raise AssertionError(f"the button was answered {answer.status}: {answer.text[:300]}")
    return urljoin(link, answer.headers["location"])


def reference_of(checkout):
    """Our reference of a checkout. A provider knows it; the sandbox shows it to nobody, so it is read where it is kept."""
    checkout_id = checkout.rsplit("/", 1)[1]
    for item in stack().stored.items():
        if checkout_id in item["PK"]["S"]:
            return REFERENCE.search(str(item))[0]
    raise AssertionError("the sandbox does not know this checkout")
