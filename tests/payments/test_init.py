"""The package's names are those of its modules."""

from leadcore import payments


def test_every_name_is_there_once():
    assert len(set(payments.__all__)) == len(payments.__all__)
    assert all(hasattr(payments, name) for name in payments.__all__)
