"""Who asks in the demo's office: people, what they say, and what a recorded call sounds like."""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import timedelta
from typing import TYPE_CHECKING

from leadcore.submissions import Answer, LeadKind, Recording, Source, Submission, Tcpa
from leadcore.values import Address, Email, PersonName, Phone, PhoneKind

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["SECONDS", "is_call", "submission", "tone"]

_FIRST = (
    *("Lena", "Marcus", "Aisha", "Tomas", "Grace", "Viktor", "Mei", "Jamal", "Ruth", "Diego"),
    *("Hanna", "Elias", "Noor", "Peter", "Imani", "Sofia", "Caleb", "Yuki", "Bruno", "Esther"),
)
_LAST = (
    *("Abbott", "Castillo", "Dupont", "Eriksen", "Farrow", "Gupta", "Holloway", "Ivanov"),
    *("Jensen", "Kowalski", "Larkin", "Moreau", "Nguyen"),
)
_AREAS = ("Family law", "Bankruptcy", "Criminal defense", "Personal injury", "Immigration")
_PLACES = (
    ("FL", "33602", "813", "Tampa"),
    ("NY", "10011", "212", "New York"),
    ("CA", "90012", "213", "Los Angeles"),
    ("TX", "78701", "512", "Austin"),
    ("IL", "60602", "312", "Chicago"),
)
_INFO = (
    "Married nine years, two children. Wants to know about custody before filing.",
    "Owes about $40,000 on cards; wages garnished since last month.",
    "First hearing is set for next week; has not spoken to anybody yet.",
    "Rear-ended at a light; still in treatment. The other driver was insured.",
    "Work permit runs out this spring; the employer will sponsor.",
)
SECONDS = 3
"""How long a recording is."""
_LIVE_EVERY = 7
_RATE = 8_000


def is_call(number: int) -> bool:
    """Say whether the person of a number called: one in seven, not the first."""
    return number % _LIVE_EVERY == _LIVE_EVERY // 2


def submission(number: int, at: datetime, recording: Recording | None) -> Submission:
    """Give what the person of a number asked for, the same each time.

    Args:
        number: of the person.
        at: when it came.
        recording: where the person called, what was recorded.
    """
    first, last = _FIRST[number % len(_FIRST)], _LAST[number * 5 % len(_LAST)]
    state, zip_, code, city = _PLACES[number % len(_PLACES)]
    topic = number % len(_AREAS)
    digits = f"{code}555{1000 + number * 7}"
    email = f"{first}.{last}@example.org".lower()
    return Submission(
        source=Source(format="json", key=f"office-{number}", name="counsel-leads.example"),
        kind=LeadKind.LIVE_CALL if is_call(number) else LeadKind.WEB,
        name=PersonName(first=first, last=last),
        phones=(Phone(raw=digits, normal=f"+1{digits}", kind=PhoneKind.WIRELESS),),
        emails=(Email(raw=email, normal=email),),
        address=Address(city=city, state=state, zip_raw=zip_, zip=zip_),
        vertical="legal",
        area=_AREAS[topic],
        other_info=_INFO[topic],
        comments="Please call after lunch." if number % 3 == 0 else None,
        answers=(Answer(key="when", question="How soon?", values=("This week",)),),
        tcpa=Tcpa.YES if number % 2 else Tcpa.NO,
        submitted_at=at - timedelta(minutes=2),
        recording=recording,
    )


def tone(hertz: int) -> bytes:
    """Give a few seconds of a soft tone as a WAV file: what the demo's callers sound like."""
    samples = (
        int(6_000 * math.sin(2 * math.pi * hertz * each / _RATE)) for each in range(SECONDS * _RATE)
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return out.getvalue()
