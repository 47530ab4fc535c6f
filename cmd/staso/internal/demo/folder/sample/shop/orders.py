"""Takes an order apart and adds it up."""

from dataclasses import dataclass

from shop.prices import price
from shop.stock import reserve

FREE_POSTAGE_GRAMS = 500
POSTAGE = 490


@dataclass
class Line:
    tea: str
    grams: int


def parse(text: str) -> list[Line]:
    """Reads "100 assam, 50 sencha"."""
    lines = []
    for part in text.split(","):
        grams, tea = part.split()
        lines.append(Line(tea.lower(), int(grams)))
    return lines


def total(lines: list[Line], regular: bool = False) -> int:
    """The price of an order in cents, postage included."""
    for line in lines:
        reserve(line.tea, line.grams)
    cents = sum(price(line.tea, line.grams, regular) for line in lines)
    if sum(line.grams for line in lines) <= FREE_POSTAGE_GRAMS:
        cents += POSTAGE
    # TODO: postage to other countries
    return cents
