"""Which three weeks the story is played in.

It ends with Corpus Christi's next week: that day off is a Thursday in every year, with no other
day off and no change of the clocks near it, so the story is the same whenever it is played. It is
always ahead of the real time, since a simulated clock must not run behind what is written now.
"""

from datetime import date, datetime, time, timedelta, timezone

# Warsaw in May, June and early July.
ZONE = timezone(timedelta(hours=2), "CEST")
DAYS = 21
HOLIDAY = 11
DAWN = time(6, 0)
MORNING = time(10, 0)
EVENING = time(20, 30)


def easter(year):
    """Easter Sunday (Butcher's algorithm for the Gregorian calendar)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def corpus_christi(year):
    return easter(year) + timedelta(days=60)


class Calendar:
    """The story's days: day 1 is a Monday, day 11 is the day off, day 0 the evening before it all."""

    def __init__(self, today):
        years = (today.year, today.year + 1)
        feasts = (corpus_christi(year) for year in years)
        # A week between the real time and the first day, so that nothing of it is in the past.
        fitting = (feast for feast in feasts if feast - timedelta(days=HOLIDAY + 7) > today)
        self.holiday = next(fitting)
        self.first = self.holiday - timedelta(days=HOLIDAY - 1)

    def date(self, day):
        return self.first + timedelta(days=day - 1)

    def at(self, day, clock):
        return datetime.combine(self.date(day), clock, ZONE)

    def is_day_off(self, day):
        return day == HOLIDAY or self.date(day).weekday() >= 5

    def short(self, text):
        """A date of the API as people say it: `Mon 24 May`."""
        day = date.fromisoformat(text)
        return f"{day:%a} {day.day} {day:%b}"

    def name(self, day):
        return f"{self.date(day):%a} {self.date(day).day} {self.date(day):%B %Y}"
