"""What if the terms had been others? Do a seller's history again, and see leads and money differ.

Theory of operation. The record says what happened; from it follows what was *done*: which
submission came in when, who opened which order, who asked to return what. All of that is done
again on an empty store, by the very use cases that did it first, so that no rule is written twice.
Once on the terms as they were, which must give what was recorded; and once on changed terms.

What is assumed of a world that did not happen:

* The same submissions come in at the same instants, and money moves in and out as it did.
* A return that was asked for is asked for again, at the same instant and for the same reason, by
  whoever bought the lead this time; whoever verified it says the same. What nobody asked for is
  not asked for, also where it would be allowed now.
* People keep their orders as they did, on the changed terms. An order is renewed where it was
  renewed, and at no other instant.
* A lead that is refunded only now is not offered again; one that was offered again is, where it is
  refunded now too.
* What can't be done any more (the lead has no buyer now, the return is not pending) is left out,
  and counted.
"""

from leadcore.what_if.changes import EVERY, Changes, changes_of
from leadcore.what_if.comparing import Figures, Moved, Report, Standings, standings, what_if
from leadcore.what_if.history import History, Recorded, recorded
from leadcore.what_if.playing import LeftOut

__all__ = [
    "EVERY",
    "Changes",
    "Figures",
    "History",
    "LeftOut",
    "Moved",
    "Recorded",
    "Report",
    "Standings",
    "changes_of",
    "recorded",
    "standings",
    "what_if",
]
