"""Letters: what becomes of the messages of the outbox, from waiting to sent, dropped or dead.

A message never changes; its letter does: who is handing it over until when, how often it was tried,
what the courier said, why it was held or dropped. Several relays may work at once: each claims a
letter under its version and a lease, and a lease that runs out lets another take over. So a message
is handed over at least once, always with the same id.

Messages about one lead to one address are a *lane*: none is handed over before those in front of it
are settled. One that is held or waits for its next try blocks only its own lane; one that is sent,
dropped or dead blocks nothing. Brought back by a person, a dead one goes out after what was sent
meanwhile.
"""

from leadcore.letters.events import (
    DropLetter,
    LetterClaimed,
    LetterCleared,
    LetterCommand,
    LetterDied,
    LetterDropped,
    LetterEvent,
    LetterHeld,
    LetterPutOff,
    LetterRetried,
    LetterSent,
    RetryLetter,
    WhyDropped,
)
from leadcore.letters.life import (
    OPEN,
    Letter,
    LetterStatus,
    claim,
    decide,
    evolve,
    lane_of,
    letter_of,
)
from leadcore.letters.plan import RelayPlan, wait_after

__all__ = [
    "OPEN",
    "DropLetter",
    "Letter",
    "LetterClaimed",
    "LetterCleared",
    "LetterCommand",
    "LetterDied",
    "LetterDropped",
    "LetterEvent",
    "LetterHeld",
    "LetterPutOff",
    "LetterRetried",
    "LetterSent",
    "LetterStatus",
    "RelayPlan",
    "RetryLetter",
    "WhyDropped",
    "claim",
    "decide",
    "evolve",
    "lane_of",
    "letter_of",
    "wait_after",
]
