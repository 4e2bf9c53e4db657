"""The debtor's banking app: reads the QR code of a pay page from its picture, and makes a transfer of it.

The picture is drawn and read by libraries that the product does not use. The fields are those of the recommendation
of the Polish Bank Association on codes for transfers: tax id, country, account, grosze, recipient, title, and three
in reserve.
"""

import io
import re
from dataclasses import dataclass

import resvg_py
import zxingcpp
from PIL import Image

CODE = re.compile(r"<figure>\s*(<svg .*?</svg>)", re.DOTALL)
# About what a phone's camera sees of a code on a screen.
SIDE = 600


class NoTransfer(Exception):
    """What was scanned is no transfer that a banking app would take."""


@dataclass(frozen=True)
class Transfer:
    """An order to a bank, as the app shows it before it is sent."""

    account: str
    minor: int
    recipient: str
    title: str

    @property
    def amount(self):
        return f"{self.minor // 100}.{self.minor % 100:02}"


def picture(html):
    """The first code of a page as a picture, as the page draws it."""
    found = CODE.search(html)
    if not found:
        raise NoTransfer("the page shows no code")
    drawing = found[1].replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" ', 1)
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=drawing)))).convert("L")


def scanned(html):
    """The transfer that a banking app makes of a page's code."""
    codes = zxingcpp.read_barcodes(picture(html), formats=zxingcpp.BarcodeFormat.QRCode)
    if len(codes) != 1:
        raise NoTransfer(f"{len(codes)} codes were read from the picture")
    return transfer(codes[0].text)


def transfer(text):
    fields = text.split("|")
    if len(fields) != 9:
        raise NoTransfer(f"{len(fields)} fields, where 9 were to be")
    _tax_id, country, account, grosze, recipient, title, *_reserve = fields
    if country != "PL" or not is_account(account):
        raise NoTransfer("the account is not a Polish one")
    if not re.fullmatch(r"\d{6,}", grosze) or not int(grosze):
        raise NoTransfer("the amount is not one of grosze")
    if not 0 < len(recipient) <= 20 or not 0 < len(title) <= 32:
        raise NoTransfer("the recipient or the title is empty or too long")
    return Transfer(f"PL{account}", int(grosze), recipient, title)


def is_account(digits):
    """Whether 26 digits are an account, by its check digits (ISO 7064, modulo 97)."""
    # P and L count 25 and 21 there.
    return re.fullmatch(r"\d{26}", digits) is not None and int(f"{digits[2:]}2521{digits[:2]}") % 97 == 1
