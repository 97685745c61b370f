"""What stores keep for programs."""

from leadcore.ports.programs import OnceFacts, Programs


def test_facts_are_not_loaded_where_an_answer_is_kept():
    assert OnceFacts(kept=None).inner is None
    assert callable(Programs.spread)
