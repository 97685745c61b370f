"""What to do next about a lead: whom to reach, how, and when. Advice, not law.

The seller's help articles advise: call first, send an e-mail second, text third or later; make the
first contact within 24 hours of the sale, and try two to five times more before a lead is given
up. `advise` turns that into the one next step for a lead, and `due_list` into a list for the day.

Advice never overrules the contact engine. A step is proposed at an instant only if the engine does
not deny it then, and a text only if no rule even warns of it; where a channel is closed, the advice
says until when, and by which rules. A channel that stays closed for too long gives its turn to
another one.

Only elapsed hours are counted: the plan knows no weekends, the rules do.
"""

from leadcore.cadence.advice import Advice, Phase, advise, due_list
from leadcore.cadence.plan import CALL_FIRST, Cadence, Step

__all__ = ["CALL_FIRST", "Advice", "Cadence", "Phase", "Step", "advise", "due_list"]
