"""What the package offers, in one place."""

from leadcore import evidence


def test_what_it_offers_is_there_and_sorted() -> None:
    assert sorted(evidence.__all__) == evidence.__all__
    assert all(hasattr(evidence, name) for name in evidence.__all__)
