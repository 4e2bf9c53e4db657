"""What happens in the three weeks, day by day. Data only: story_acts.py says how each is done.

The ladder is the default one: 3 days before, on the due date, +1, +3 (SMS), +7, +10 (a task for the
team), +14; on working days, at least two days apart.
"""

from story_acts import Cancelled, Forged, Hold, Issued, Ordered, PaidAtShop, Payment, PaysByCode, PaysByLink, Repeated, Stale
from story_cast import (
    ANNA,
    ANNA_1,
    EVE_1,
    FORGED,
    JAN,
    JAN_1,
    KAWIARNIA,
    KAWIARNIA_1,
    KAWIARNIA_2,
    MAREK_1,
    OBCY_1,
    OGROD_1,
    OGROD_2,
    OGROD_3,
    PIOTR_1,
    TOMASZ_1,
)

# Day 0 is the Sunday evening on which the shop is connected; later days act at 10:00.
SCRIPT = {
    0: (Issued(ANNA_1), Issued(PIOTR_1), Issued(OBCY_1)),
    2: (Ordered(MAREK_1), Issued(EVE_1, revision=2), Repeated(EVE_1, revision=2)),
    3: (
        Stale(EVE_1, revision=1, total="8500.00"),
        Payment("pay-601", TOMASZ_1, "300.00", early=True),
        Forged(FORGED),
        Issued(OGROD_1),
        Issued(OGROD_2),
        Issued(OGROD_3),
        Issued(JAN_1),
    ),
    5: (Issued(TOMASZ_1),),
    9: (Payment("pay-301", PIOTR_1, "400.00"), Cancelled(MAREK_1), Hold(JAN, until=17, reason="reklamacja w toku")),
    12: (PaysByLink(ANNA, "payu"),),
    13: (Issued(KAWIARNIA_1), Issued(KAWIARNIA_2)),
    14: (PaidAtShop(EVE_1, revision=3),),
    17: (Payment("pay-201", OGROD_1, "410.00"), Payment("pay-202", OGROD_2, "820.50"), PaysByLink(KAWIARNIA, "przelewy24")),
    19: (PaysByCode("wyciag-19-1", JAN),),
}

# The evaluation and the release are away from the evening of day 14 until 6:00 on day 16.
OUTAGE_DAYS = (15,)
OUTAGE_ENDS_ON = 16
