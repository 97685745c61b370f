"""The way around: which screens there are, and which of them somebody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.access import Area, Way

if TYPE_CHECKING:
    from leadcore_portal.visits import Visit

__all__ = ["TABS", "Tab", "tabs_for"]


@frozen(kw_only=True)
class Tab:
    """One screen of the navigation.

    Attributes:
        path: where it is; the tab is current on everything below, too.
        name: what it is called.
        icon: of `icons.ICONS`.
        area: shown to whom this area is open; None: to everybody inside.
        staff: for the seller's staff alone; False: for accounts alone; None: for both.
        own: about oneself: shown at the end.
    """

    path: str
    name: str
    icon: str
    area: Area | None = None
    staff: bool | None = None
    own: bool = False


TABS: tuple[Tab, ...] = (
    Tab(path="/", name="Dashboard", icon="dashboard", area=Area.REPORTS),
    Tab(path="/leads", name="Leads", icon="leads", area=Area.LEADS),
    Tab(path="/calls", name="Inbound calls", icon="calls", area=Area.CALLS),
    Tab(path="/appointments", name="Appointments", icon="appointments", area=Area.APPOINTMENTS),
    Tab(path="/returns", name="Returns", icon="returns", area=Area.RETURNS),
    Tab(path="/verification", name="Verification", icon="verify", area=Area.VERIFICATION),
    Tab(path="/billing", name="Billing", icon="billing", area=Area.BILLING, staff=False),
    Tab(path="/orders", name="Orders", icon="orders", area=Area.ORDERS),
    Tab(path="/accounts", name="Accounts", icon="billing", area=Area.ACCOUNTS),
    Tab(path="/users", name="Users", icon="users", area=Area.USERS),
    Tab(path="/outbox", name="Outbox", icon="mail", area=Area.OUTBOX),
    Tab(path="/audit", name="Audit", icon="audit", area=Area.DEEDS),
    Tab(path="/profile", name="Profile", icon="profile", area=Area.PROFILE, own=True),
    Tab(path="/security", name="Security", icon="security", area=Area.SECURITY, own=True),
)
"""Every screen, in order."""


def tabs_for(visit: Visit) -> tuple[tuple[Tab, bool], ...]:
    """Give the screens somebody may open, each with whether this is the one."""
    here = visit.request.url.path
    return tuple((tab, _current(tab, here)) for tab in TABS if _shown(tab, visit))


def _shown(tab: Tab, visit: Visit) -> bool:
    if tab.staff not in {None, visit.staff}:
        return False
    return tab.area is None or visit.caller.may(tab.area, Way.READ)


def _current(tab: Tab, here: str) -> bool:
    return here == tab.path or (tab.path != "/" and here.startswith(f"{tab.path}/"))
