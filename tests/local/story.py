"""Plays three weeks of one shop on the real stack: real HTTP, real signatures, real functions.

`story.py` starts the stack, plays, prints each day, checks every scene, and leaves the stack
running with its addresses in `.local/stack.json`. `story.py --check` says only what is needed.
Either way the exit status is 0 only if every scene came true.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from datetime import date

import stack
import story_calendar as calendar
from state import DEPLOYED, STATE, read_json, write_json
from story_api import Api
from story_aws import Logs, Mailbox, Stored
from story_cast import CREDITOR, PIOTR
from story_diary import Page, show, write_page
from story_payer import Payer
from story_providers import open_accounts, told_to_nobody
from story_scenes import SCENES, Otherwise
from story_script import OUTAGE_DAYS, OUTAGE_ENDS_ON, SCRIPT
from story_setup import Operator, make_creditor
from story_shop import Shop

ADDRESSES = STATE / "stack.json"
CLOCK = STATE / "clock.json"


@dataclass
class Play:
    """Everybody and everything on the stage, and what was seen so far."""

    calendar: calendar.Calendar
    api: Api
    shop: Shop
    payer: Payer
    mailbox: Mailbox
    stored: Stored
    logs: Logs
    token: str
    secrets: dict
    provider_secrets: list
    pages: dict = field(default_factory=dict)
    answers: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)


def stage(quiet):
    """Starts the stack and makes the creditor."""
    ADDRESSES.unlink(missing_ok=True)
    CLOCK.unlink(missing_ok=True)
    stack.up(argparse.Namespace(assets=None, ignore_iam=False))
    deployed = read_json(DEPLOYED)
    endpoint, outputs = deployed["aws_endpoint"], deployed["outputs"]
    accounts = open_accounts(deployed["stand_ins_url"])
    token, secrets = make_creditor(Operator(endpoint, outputs["OperatorFunction"]), accounts)
    api_url, mailbox = outputs["ApiUrl"].rstrip("/"), Mailbox(endpoint)
    api, days = Api(api_url, token), calendar.Calendar(date.today())
    play = Play(
        calendar=days,
        api=api,
        shop=Shop(api_url, CREDITOR, secrets, days, api.now),
        payer=Payer(mailbox),
        mailbox=mailbox,
        stored=Stored(endpoint, outputs["TableName"]),
        logs=Logs(endpoint),
        token=token,
        secrets=secrets,
        provider_secrets=told_to_nobody(accounts),
    )
    write_json(
        ADDRESSES,
        {
            "api_url": api_url,
            "api_token": token,
            "aws_endpoint": endpoint,
            "inbox_url": deployed["inbox_url"],
            "creditor": CREDITOR,
            "webhook_secrets": secrets,
        },
    )
    if not quiet:
        print(f"creditor {CREDITOR} made, in trial; the story begins on {days.name(1)}", flush=True)
    return play


def travel(play, day, clock, outage=False):
    """Moves the clock; the inbox page notes the day beside what is sent on the way."""
    write_json(CLOCK, {"now": f"{play.calendar.date(day)} (day {day})"})
    play.api.travel(play.calendar.at(day, clock), outage)


def play_day(play, day):
    page = play.pages[day] = Page(day, away=day in OUTAGE_DAYS)
    if page.away:
        # Nobody moves the clock: the machines are off until the end of the outage.
        return write_page(play, page, play.pages[day - 1])
    if day == OUTAGE_ENDS_ON:
        travel(play, day, calendar.DAWN, outage=True)
    acts = SCRIPT.get(day, ())
    if acts and day > 0:
        travel(play, day, calendar.MORNING)
    for act in acts:
        answer = act.do(play)
        page.arrived.append((act.label(), answer.status))
        play.answers.append((act.label(), answer.status, act.expected))
    travel(play, day, calendar.EVENING)
    return write_page(play, page, play.pages.get(day - 1))


def judge(play):
    """Prints each scene with how it went; returns how many did not come true."""
    failed = 0
    for title, check in SCENES:
        try:
            check(play)
            print(f"  yes  {title}")
        except (Otherwise, KeyError, LookupError) as otherwise:
            failed += 1
            print(f"  NO   {title}\n       {otherwise if isinstance(otherwise, Otherwise) else repr(otherwise)}")
    return failed


def note_pay_page(play):
    page = play.mailbox.last_link(PIOTR)  # who still owes the rest
    write_json(ADDRESSES, read_json(ADDRESSES) | {"pay_page_url": page})


def farewell():
    addresses = read_json(ADDRESSES)
    print(
        f"\nThe stack stays up until `make stop`.\n"
        f"  pay page   {addresses['pay_page_url']}\n"
        f"  inbox      {addresses['inbox_url']}\n"
        f"  API        {addresses['api_url']}/api/v1/openapi.json\n"
        f"  API token  {addresses['api_token']}\n"
        f"All of it is in .local/stack.json."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print only the scenes, for tests")
    quiet = parser.parse_args().check
    play = stage(quiet)
    began = time.monotonic()
    # The first time, the clock is set and nothing falls due on the way.
    travel(play, 0, calendar.EVENING)
    for day in range(calendar.DAYS + 1):
        play_day(play, day)
        if not quiet:
            show(play.pages[day], play.calendar)
    print(f"\nthree weeks in {time.monotonic() - began:.0f} s; what had to come true:", flush=True)
    failed = judge(play)
    if failed:
        print(f"\n{failed} of {len(SCENES)} scenes did not come true; the stack is left as it is until `make stop`")
        return 1
    print(f"{len(SCENES)} scenes came true; {play.notes['log lines']} lines of log were searched")
    note_pay_page(play)
    if not quiet:
        farewell()
    return 0


if __name__ == "__main__":
    sys.exit(main())
