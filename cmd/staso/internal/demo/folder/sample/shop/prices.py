"""What each tea costs, in cents for 100 g."""

PRICES = {
    "assam": 640,
    "darjeeling": 980,
    "gunpowder": 720,
    "lapsang": 850,
    "sencha": 1150,
}

GREEN = {"gunpowder", "sencha"}


def price(tea: str, grams: int, regular: bool = False) -> int:
    """The price of so many grams in cents, rounded up."""
    if grams <= 0:
        raise ValueError(f"grams: {grams}: must be more than 0")
    cents = -(-PRICES[tea] * grams // 100)
    if regular and tea in GREEN:
        cents = cents * 90 // 100
    return cents
