"""What the package gives is what its modules make."""

from leadcore import what_if
from leadcore.what_if import changes, comparing, history, playing


def test_names_are_those_of_the_modules():
    for module in (changes, comparing, history, playing):
        for name in set(module.__all__) & set(what_if.__all__):
            assert getattr(what_if, name) is getattr(module, name)
    assert set(what_if.__all__) <= set(dir(what_if))
