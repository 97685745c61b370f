"""What the rule pages say in prose: the engine's policies, and the choices made in silence.

The rules themselves are data (`leadcore.rulebooks`); this is how the engine goes about them. A
sentence here states what the code does, and `tests/tools/test_rule_prose.py` holds it to that.
"""

from __future__ import annotations

__all__ = ["CHOICES", "NOTICE", "POLICIES"]

NOTICE = (
    "> **This is no legal advice.** These pages describe, for engineers, how leadcore "
    "reads the law. Statutes change, courts differ, and your case may have facts no "
    "rule here knows. Have counsel read what you rely on; a [rulebook is "
    "data](../howto/add-your-counsels-rule.md) and can be changed."
)

POLICIES: tuple[tuple[str, str, str], ...] = (
    (
        "P1",
        "Hours end before the full hour",
        (
            "A window holds from its first instant to just before its end. At exactly the "
            "closing time contact is denied; the literal profile leaves that one instant open "
            'where the words say "after 9 p.m.".'
        ),
    ),
    (
        "P2",
        "Every clock must be open",
        ("Where the person may be in one of several zones, the hours must be open in all of them."),
    ),
    (
        "P3",
        "Zones come from evidence only",
        (
            "The zones of the ZIP code and of the area code are put together. Toll-free and "
            "foreign numbers tell nothing. Without any evidence there is no zone, and then no "
            "hour is open (`Z-UNKNOWN`)."
        ),
    ),
    (
        "P4",
        "Every state that may apply does",
        (
            "The states of the address and of the area code are put together. A person whose "
            "state nobody knows gets the strictest hours, closed days and caps of any state."
        ),
    ),
    (
        "P5",
        "Consent does not open closed hours",
        (
            "In the strict profile state hours and caps hold even for a person who agreed. "
            "The literal profile honours an invitation or consent where the federal rule or "
            "the state's own words do."
        ),
    ),
    (
        "P6",
        "Hours are about selling by call and text",
        (
            "E-mail, the confirmation of an opt-out, information and emergencies may come at "
            "any hour."
        ),
    ),
    (
        "P7",
        "A revocation holds from its receipt on",
        (
            "The days the law gives to honour it are never used to contact once more. They "
            "only decide whether the denial is called law or caution."
        ),
    ),
    (
        "P8",
        "One STOP ends calls and texts",
        (
            "It ends marketing and information by call and text, a live call by hand "
            "included. E-mail is separate: it ends with an opt-out from e-mail."
        ),
    ),
    (
        "P9",
        "The shortest clock of a business relationship counts",
        (
            "The FCC counts 18 months and 3 months, the FTC 540 and 90 days, Pennsylvania 12 "
            "months from a purchase. A relationship must be young enough by all that apply."
        ),
    ),
    (
        "P10",
        "Called autodialed, treated as autodialed",
        (
            "Whatever a user declares autodialed is regulated in the strict profile, although "
            "the Supreme Court's reading of the word is narrow. The literal profile regulates "
            "recorded and artificial voices only."
        ),
    ),
    (
        "P11",
        "A span of hours is closed at its far end",
        (
            "A contact exactly 24 hours ago still counts against a cap of 24 hours; one "
            "microsecond later it no longer does."
        ),
    ),
    (
        "P12",
        "The registry must have been looked at",
        (
            "Without a copy of the do-not-call registry of at most 31 days, sales calls and "
            "texts are denied, unless written permission, a business or a personal "
            "relationship opens them."
        ),
    ),
    (
        "P13",
        "A request to this seller never expires",
        "Whoever asked this seller not to be called stays on its list for ever.",
    ),
    (
        "P14",
        "Law and caution are told apart",
        (
            "Every finding says whether the words of a legal text speak (`legal`) or the "
            "house is stricter than the words (`policy`)."
        ),
    ),
    (
        "P15",
        "All findings, and the hardest wins",
        (
            "Denied beats warned beats permitted, and where nothing permits, that is a "
            "finding too. Every rule that speaks is reported, not the first one only."
        ),
    ),
)
"""Number, title and words of each policy of the contact engine."""

CHOICES: tuple[tuple[str, str], ...] = (
    (
        "Is 9 p.m. itself open?",
        ('The rule forbids "after 9 p.m.". The strict profile treats that instant as closed.'),
    ),
    (
        "Whose clock, when address and area code differ?",
        (
            "Both. `places.resolve` can be told to trust the address alone. That somebody "
            "travels with a mobile phone can't be known, by us or anybody."
        ),
    ),
    (
        "What if a state names no clock, or one of its own?",
        (
            "Every clock the person may live by. Mississippi names Central Standard Time, "
            "which is an hour off in summer: that clock and the person's own must both be "
            "open, and a day that is closed on either is closed. By the words alone its hours are "
            "those of that clock only."
        ),
    ),
    (
        "What is an unknown line?",
        (
            "A wireless one. A toll-free number counts as wireless for automated contact, for "
            "the statute also protects whoever pays for the call; for the states' bans on "
            "mobile phones it does not."
        ),
    ),
    (
        "Which days are holidays, where a law does not list them?",
        (
            "The federal legal holidays, on their own day and on the day they are kept, and "
            "the state's own ones we know. A governor's proclamation is added with "
            "`Rulebook.close`."
        ),
    ),
    (
        "Does Rhode Island close a holiday that falls on a weekend?",
        (
            "Its words attach holidays to Monday to Friday. The strict profile closes the day "
            "anyway."
        ),
    ),
    (
        "Do laws on calls reach texts?",
        (
            "In the strict profile yes, as caution, unless the law says so itself; in the "
            "literal profile only where its words do."
        ),
    ),
    (
        "Do laws on announcing devices reach other automation?",
        (
            "In the strict profile everything automated keeps their hours; in the literal "
            "profile recorded and artificial voices, or automatic dialling where the law "
            "names it."
        ),
    ),
    (
        'What is a "business day"?',
        (
            "The paragraphs on revocation leave it undefined. Monday to Friday without "
            "federal legal holidays, as another paragraph of the same rule defines it. The "
            "days are counted from the earliest of the person's local dates."
        ),
    ),
    (
        "What counts against a cap?",
        (
            "Contacts about the same subject; one whose subject is unknown counts. The strict "
            "profile counts texts with the calls. Where the history is unknown, the cap "
            "counts as reached."
        ),
    ),
    (
        "How long is a month?",
        (
            "To the same day of the earlier month, or to its last day where there is no such "
            "day; the last day counts."
        ),
    ),
    (
        "On which day was the registry copied?",
        "A copy's date has no zone, so it may lie a day ahead of the person's own date.",
    ),
    (
        "Does Louisiana's emergency rule have exceptions?",
        ("The order says none, the statute has some. In the strict profile nothing lifts it."),
    ),
    (
        "Which states need everybody's consent to a recording?",
        ("Those listed, the unsettled ones with them. An unknown state counts as one of them."),
    ),
    (
        "Is spoken consent enough in Texas, Louisiana and Mississippi?",
        (
            "A court of appeals says so, the regulation does not. Only the literal profile "
            "follows the court."
        ),
    ),
    (
        "What of rules that are adopted but may not be in force?",
        (
            "They wait as data, with a status. `Rulebook.enact` puts one in force from a day "
            "you know of; until then the older, stricter text holds."
        ),
    ),
)
"""A question the sources leave open, and what the engine does."""
