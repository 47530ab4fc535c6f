from shop.orders import parse, total


def test_total_adds_postage_to_small_orders():
    assert total(parse("100 assam")) == 640 + 490


def test_large_orders_are_sent_without_postage():
    assert total(parse("600 gunpowder")) == 4320
