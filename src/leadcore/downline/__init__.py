"""Who may see whose leads: own, the downline's at any depth, or the whole account's.

Never upward, never sideways, never another account's; a disabled user sees nothing, and somebody
outside the tree sees nothing. The rule is a small value, `Scope`, made once for a viewer; the
single check, a filter in memory and a store's SQL all read that same value.

Parent links are the truth about who stands below whom. `Tree` reads them as they are: plain, and
the one everything else is compared with. `Downline` keeps them by intervals, for a million people:
to join takes no longer in a large tree than in a small one, to ask takes two look-ups at any depth,
to move takes as long as the moved are many. `LeadBoard` pages through leads by scope on top of it.
"""

from leadcore.downline.board import LeadBoard
from leadcore.downline.index import Downline
from leadcore.downline.scopes import Links, Reach, Scope, scope
from leadcore.downline.tree import Tree

__all__ = ["Downline", "LeadBoard", "Links", "Reach", "Scope", "Tree", "scope"]
