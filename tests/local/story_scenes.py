"""What has to come true in the story, each as a named scene.

A scene reads the diary, the mailbox and what the acts noted; it changes nothing. It holds, or it
says in one sentence what was otherwise.
"""

import re

import story_logs
from story_bank import Transfer
from story_calendar import DAYS, HOLIDAY
from story_cast import (
    ACCOUNT,
    ANNA,
    ANNA_1,
    DEBTORS,
    EVE,
    EVE_1,
    FORGED,
    JAN,
    JAN_1,
    KAWIARNIA,
    KAWIARNIA_1,
    KAWIARNIA_2,
    MAREK,
    MAREK_1,
    OBCY,
    OBCY_1,
    OGROD,
    OGROD_1,
    OGROD_2,
    OGROD_3,
    PIOTR,
    SHOP,
    TEAM,
    TOMASZ,
    TOMASZ_1,
)
from story_diary import disagreement
from story_script import OUTAGE_DAYS, OUTAGE_ENDS_ON

SCENES = []


class Otherwise(Exception):
    """A scene did not come true."""


def scene(title):
    def keep(check):
        SCENES.append((title, check))
        return check

    return keep


def expect(holds, otherwise):
    if not holds:
        raise Otherwise(otherwise)


def same(what, found, wanted):
    expect(found == wanted, f"{what}: {found}, where {wanted} was to be")


def ladder(play, debtor):
    """What a debtor heard: day, channel, steps."""
    return [(day, one.channel, one.steps) for day, page in play.pages.items() for one in page.to(debtor)]


def silent_from(play, debtor, day, *but):
    said = [entry for entry in ladder(play, debtor) if entry[0] >= day and entry[0] not in but]
    expect(not said, f"{debtor.name} was to hear nothing from day {day} on, and heard {said}")


def message(play, day, debtor):
    found = play.pages[day].to(debtor)
    same(f"messages to {debtor.name} on day {day}", len(found), 1)
    return found[0]


def names(text, amount):
    """Whether a text names an amount, in whichever way it writes numbers."""
    digits = re.escape(amount).replace(r"\.", "[.,]")
    return re.search(rf"(?<![\d.,]){digits}(?!\d)", re.sub("(?<=\\d)[ \u00a0\u202f,](?=\\d{3}\\b)", "", text)) is not None


def now(play, invoice):
    return play.pages[DAYS].invoices[invoice.number]


@scene("an invoice is reminded before, on and after its due date, by e-mail and then by SMS")
def before_on_and_after(play):
    wanted = [
        (1, "email", ("due-3",)),
        (4, "email", ("due",)),
        (8, "email", ("due+1",)),
        (10, "sms", ("due+3",)),
        (12, "email", ("due+7",)),
    ]
    same("what Anna heard", ladder(play, ANNA), wanted)


@scene("a debtor with several invoices gets one message, and what is not due yet stands apart in it")
def one_message(play):
    one = message(play, 5, OGROD)
    same("the invoices in it", sorted(one.invoices), [OGROD_1.number, OGROD_2.number])
    expect(names(one.text, "1230.50"), "the message does not name the sum of 1230.50")
    expect(OGROD_3.number in one.text, "the third invoice is not mentioned")
    expect(not names(one.text, "1329.50"), "the third invoice is demanded")


@scene("after a part payment the reminder shows the rest")
def the_rest(play):
    expect(names(message(play, 8, PIOTR).text, "1000.00"), "before the payment 1000.00 was to be asked for")
    for day in (10, 12):
        one = message(play, day, PIOTR)
        expect(names(one.text, "600.00"), f"on day {day} ({one.channel}) the rest of 600.00 is not named")
    same("the channel of day 10", message(play, 10, PIOTR).channel, "sms")


def paid_by_link(play, debtor, amount):
    """What holds for whoever pays by the link, at whichever provider."""
    paid = play.notes["paid by", debtor]
    expect(paid.before.status == 200 and names(paid.before.text, amount), f"the pay page did not ask for {amount}")
    minor = amount.replace(".", "")
    expect(paid.checkout.status == 200 and f"{minor} PLN" in paid.checkout.text, f"the checkout was not over {amount}")
    expect("Wszystko opłacone" in paid.end.text, "the pay page does not say that everything is paid")
    receipts = [one for page in play.pages.values() for one in page.thanked if one.who == debtor.name]
    same(f"receipts for {debtor.name}", len(receipts), 1)
    expect(names(receipts[0].subject, amount), f"the receipt is not over {amount}: {receipts[0].subject}")
    expect("nie ma już nic do zapłaty" in receipts[0].text, "the receipt does not say that nothing is left to pay")


@scene("who pays through the pay link, here at PayU, is told so on the page and by a receipt, and then hears nothing")
def pay_link(play):
    paid_by_link(play, ANNA, "1230.00")
    same("Anna's invoice", now(play, ANNA_1).status, "paid")
    silent_from(play, ANNA, 13)


@scene("two invoices are paid in one go, here at Przelewy24, whose word counts once it is verified")
def two_at_once(play):
    paid_by_link(play, KAWIARNIA, "250.40")
    same("Kawiarnia's invoices", [now(play, one).status for one in (KAWIARNIA_1, KAWIARNIA_2)], ["paid", "paid"])
    silent_from(play, KAWIARNIA, 17)


@scene("the code on the page, read from its picture, is a transfer that settles the invoice")
def pay_code(play):
    wanted = Transfer(ACCOUNT, 54000, SHOP, JAN_1.number)
    same("the transfer that Jan's banking app made", play.notes["scanned"], wanted)
    same("Jan's invoice", now(play, JAN_1).status, "paid")
    silent_from(play, JAN, 19)


@scene("a cancelled order is not reminded any more")
def cancelled(play):
    same("what Marek heard", ladder(play, MAREK), [(8, "email", ("due-3",))])
    same("Marek's order", now(play, MAREK_1).status, "cancelled")


@scene("a webhook that is delivered twice, and a stale revision, change nothing")
def twice_and_stale(play):
    invoice = now(play, EVE_1)
    same("Eve's invoice", (invoice.total, invoice.revision), ("850.00", 3))
    same("Eve's invoice before it was paid", play.pages[5].invoices[EVE_1.number].revision, 2)
    same("what Eve heard", ladder(play, EVE), [(8, "email", ("due-3",)), (10, "email", ("due",)), (12, "email", ("due+1",))])
    expect(all(names(message(play, day, EVE).text, "850.00") for day in (8, 10, 12)), "another amount was asked for")
    same("invoices of that number", len(play.api.get("/invoices", number=EVE_1.number)["data"]), 1)


@scene("a payment that comes before its invoice is applied when the invoice comes")
def early_payment(play):
    expect(TOMASZ_1.number not in play.pages[4].invoices, "the invoice was there too early")
    same("Tomasz's invoice on day 5", play.pages[5].invoices[TOMASZ_1.number].status, "paid")
    silent_from(play, TOMASZ, 0)
    same("events that still wait", play.api.kept_events(), [])


@scene("a wrong signature is refused with 401, and nothing is stored")
def forged(play):
    same("items in the table before and after", *play.notes["forged"])
    for text in (FORGED.id, FORGED.number, FORGED.debtor.name, FORGED.debtor.email):
        same(f"items that mention {text}", play.stored.mentions(text), [])


@scene("on a public holiday nobody hears anything")
def holiday(play):
    for day in (day for day in play.pages if play.calendar.is_day_off(day)):
        page = play.pages[day]
        expect(not page.heard and not page.mails, f"something was said on {play.calendar.name(day)}")
    waiting = play.pages[HOLIDAY].invoices[ANNA_1.number]
    same("Anna's next step on the holiday", (waiting.next_step, waiting.next_on), ("due+7", str(play.calendar.date(12))))


@scene("a missed night catches up without a burst")
def missed_night(play):
    for day in OUTAGE_DAYS:
        expect(not play.pages[day].heard and not play.pages[day].mails, f"something was said on day {day}")
    caught_up = play.pages[OUTAGE_ENDS_ON]
    one = message(play, OUTAGE_ENDS_ON, KAWIARNIA)
    same("invoices in the one message to Kawiarnia", sorted(one.invoices), ["FV/701", "FV/702"])
    same("what Zielony Ogród heard", caught_up.said(OGROD), ["due+7"])
    same("what the team was told about Piotr", caught_up.said(PIOTR, "task"), ["due+10"])


@scene("nobody hears more than one message a day, nor on two days in a row")
def no_burst(play):
    for debtor in DEBTORS:
        days = [day for day, channel, _ in ladder(play, debtor) if channel != "task"]
        close = [(a, b) for a, b in zip(days, days[1:]) if b - a < 2]
        expect(not close, f"{debtor.name} heard something on days {close}")


@scene("a hold silences a debtor until its last day, and then the ladder goes on")
def held(play):
    wanted = [(5, "email", ("due-3",)), (8, "email", ("due",)), (18, "email", ("due+1",))]
    same("what Jan heard", [entry for entry in ladder(play, JAN) if entry[0] <= 18], wanted)


@scene("the last steps: a task for the team, then a final notice")
def last_steps(play):
    wanted = [(16, "task", ("due+10",)), (19, "email", ("due+14",))]
    same("what was said about Piotr", [entry for entry in ladder(play, PIOTR) if entry[0] > 12], wanted)


@scene("who pays the shop is left alone")
def paid_at_the_shop(play):
    silent_from(play, EVE, 14)
    same("Zielony Ogród's invoices", [now(play, one).status for one in (OGROD_1, OGROD_2)], ["paid", "paid"])
    later = [one.invoices for day in range(18, DAYS + 1) for one in play.pages[day].to(OGROD)]
    same("what Zielony Ogród heard of afterwards", later, [(OGROD_3.number,)])


@scene("a creditor in trial writes only to allow-listed addresses")
def trial(play):
    silent_from(play, OBCY, 0)
    same("why Barbara hears nothing", now(play, OBCY_1).why, "not_on_allow_list")
    allowed = {TEAM} | {address for debtor in DEBTORS if debtor.allowed for address in (debtor.email, debtor.phone)}
    strangers = {address for _, _, address, _, _ in play.mailbox.all()} - allowed
    expect(not strangers, f"something went to {strangers}")


@scene("what the API tells is what went out, day by day, and every reminder is settled")
def told_and_sent(play):
    for day, page in play.pages.items():
        difference = disagreement(page)
        expect(difference is None, f"day {day}: {difference}")
        unsettled = [(one.who, one.state) for one in page.heard + page.thanked if one.state not in ("sent", "cancelled")]
        expect(not unsettled, f"day {day}: {unsettled}")


@scene("every act was answered as it should be")
def answers(play):
    wrong = [f"{label}: {status}, where {expected} was to be" for label, status, expected in play.answers if status != expected]
    expect(not wrong, "; ".join(wrong))


@scene("the logs of all functions tell what happened, and hold nobody's data, token or secret")
def silent_logs(play):
    lines, found, told = story_logs.search(play)
    expect(sum(lines.values()) > 0, "there are no logs")
    expect(not found, f"{len(found)} lines, such as {found[:3]}")
    expect(sum(told.values()) > 0, "no line tells what happened to which id")
    play.notes["log lines"] = sum(lines.values())
