"""What is left on the shelf, in grams."""

STOCK = {"assam": 4000, "darjeeling": 1200, "gunpowder": 2500, "lapsang": 300, "sencha": 900}


class SoldOut(Exception):
    """There is less left than was ordered."""


def reserve(tea: str, grams: int) -> None:
    """Takes so many grams from the shelf."""
    left = STOCK.get(tea, 0)
    if left < grams:
        raise SoldOut(f"{tea}: {grams} g ordered, {left} g left")
    STOCK[tea] = left - grams  # FIXME: two orders at once can take the same grams
