"""Takes leads in whatever form they arrive and gives what leadcore records.

Bytes go in; submissions come out, or errors that say where and why, and nothing is lost. No rule
of business lives here: whether a lead is a duplicate, or what a consent is worth, the core says.

>>> from leadcore_intake import read
>>> intake = read(b"first_name=Ada&phone=212-555-0101&tcpa=yes&budget=500")
>>> lead = intake.submissions[0]
>>> intake.format, lead.phone, lead.tcpa.value, lead.answers[-1].values
('form', '+12125550101', 'yes', ('500',))
"""

from __future__ import annotations

from leadcore_intake.columns import TARGETS, guess_mapping
from leadcore_intake.detect import FORMATS, detect
from leadcore_intake.google import key_matches as google_key_matches
from leadcore_intake.limits import Limits
from leadcore_intake.meta import signature_matches as meta_signature_matches
from leadcore_intake.options import Options
from leadcore_intake.reading import read, read_file
from leadcore_intake.results import Intake, LeadReference, Record

__all__ = [
    "FORMATS",
    "TARGETS",
    "Intake",
    "LeadReference",
    "Limits",
    "Options",
    "Record",
    "detect",
    "google_key_matches",
    "guess_mapping",
    "meta_signature_matches",
    "read",
    "read_file",
]
