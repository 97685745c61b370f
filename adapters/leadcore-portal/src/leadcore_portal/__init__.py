"""The lead portal: server-rendered pages over leadcore's records, for accounts and for staff.

`portal(settings)` gives an ASGI application. A page asks the store, hands what it got to a template
and knows no rule; what somebody may do is told by `leadcore.access`, what they may see by
`leadcore.downline.Scope`.
"""

from leadcore_portal.app import portal
from leadcore_portal.settings import Settings

__all__ = ["Settings", "portal"]
