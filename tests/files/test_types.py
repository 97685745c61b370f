"""Types have extensions; nothing that runs is taken."""

from leadcore.files import COMMON_TYPES, EXTENSIONS, UNKNOWN_TYPE, extensions_of

RUNS = {"html", "htm", "svg", "js", "exe", "bat", "cmd", "com", "scr", "sh", "ps1", "jar", "docm"}


def test_every_type_that_is_taken_has_an_extension_and_none_that_runs():
    for media_type in COMMON_TYPES:
        found = extensions_of(media_type)
        assert found
        assert not RUNS & set(found)
        assert all(each == each.lower() and each.isalnum() for each in found)
    assert UNKNOWN_TYPE not in COMMON_TYPES
    assert "text/html" not in EXTENSIONS


def test_what_nobody_knows_is_bin():
    assert extensions_of(UNKNOWN_TYPE) == ("bin",)
