"""Who owes what in the story. Data only; days are days of the story (story_calendar.py)."""

from dataclasses import dataclass, field

CREDITOR = "demo"
SHOP = "Sklep Upominek"
SENDER = "faktury@sklep.upominek.example"
TEAM = "windykacja@sklep.upominek.example"
CONTACT = "Julia Krawczyk"
CONTACT_PHONE = "+48221234567"
# Payment providers of the shop, as people call them.
PROVIDERS = {"payu": "PayU", "przelewy24": "Przelewy24", "sandbox": "the sandbox"}
ACCOUNT = "PL61109010140000071219812874"


@dataclass(frozen=True)
class Debtor:
    customer: str
    name: str
    email: str
    phone: str | None = None
    tax_id: str | None = None
    language: str = "pl"
    # A creditor in trial writes to nobody else.
    allowed: bool = True


@dataclass(frozen=True)
class Invoice:
    id: str
    number: str
    debtor: Debtor
    total: str
    due: int
    source: str = field(default="upominek")

    @property
    def case(self):
        return f"{self.source}:{self.id}"


ANNA = Debtor("cus-1", "Anna Nowak", "anna.nowak@poczta.example", "+48500100201")
OGROD = Debtor("cus-2", "Zielony Ogród sp. z o.o.", "ksiegowosc@zielony-ogrod.example", "+48500100202", "5260001246")
PIOTR = Debtor("cus-3", "Piotr Wiśniewski", "piotr.wisniewski@poczta.example", "+48500100203")
# A debtor of the Shopify shop.
MAREK = Debtor("7001001", "Marek Zieliński", "marek.zielinski@poczta.example", "+48500100204")
EVE = Debtor("cus-5", "Eve Sheridan", "eve.sheridan@mail.example", None, None, "en")
TOMASZ = Debtor("cus-6", "Tomasz Lewandowski", "tomasz.lewandowski@poczta.example", "+48500100206")
KAWIARNIA = Debtor("cus-7", "Kawiarnia pod Lipą", "biuro@pod-lipa.example", "+48500100207")
JAN = Debtor("cus-8", "Jan Wójcik", "jan.wojcik@poczta.example", "+48500100208")
OBCY = Debtor("cus-9", "Barbara Kamińska", "barbara.kaminska@obca.example", "+48500100209", allowed=False)
# Nobody ever signed what names her.
ZOFIA = Debtor("cus-10", "Zofia Dąbrowska", "zofia.dabrowska@poczta.example", "+48500100210")

DEBTORS = (ANNA, OGROD, PIOTR, MAREK, EVE, TOMASZ, KAWIARNIA, JAN, OBCY)

ANNA_1 = Invoice("inv-101", "FV/101", ANNA, "1230.00", due=4)
OGROD_1 = Invoice("inv-201", "FV/201", OGROD, "410.00", due=8)
OGROD_2 = Invoice("inv-202", "FV/202", OGROD, "820.50", due=8)
OGROD_3 = Invoice("inv-203", "FV/203", OGROD, "99.00", due=22)
PIOTR_1 = Invoice("inv-301", "FV/301", PIOTR, "1000.00", due=5)
MAREK_1 = Invoice("9007199254740993123", "#1001", MAREK, "279.90", due=9, source="shopify")
EVE_1 = Invoice("inv-501", "FV/501", EVE, "850.00", due=10)
TOMASZ_1 = Invoice("inv-601", "FV/601", TOMASZ, "300.00", due=9)
KAWIARNIA_1 = Invoice("inv-701", "FV/701", KAWIARNIA, "152.00", due=18)
KAWIARNIA_2 = Invoice("inv-702", "FV/702", KAWIARNIA, "98.40", due=19)
JAN_1 = Invoice("inv-801", "FV/801", JAN, "540.00", due=8)
OBCY_1 = Invoice("inv-901", "FV/901", OBCY, "75.00", due=6)
FORGED = Invoice("inv-666", "FV/666", ZOFIA, "9999.00", due=7)
