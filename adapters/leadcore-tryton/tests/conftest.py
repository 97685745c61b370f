"""One database for all tests, in memory; each test makes its own people and leads.

The host's own modules are activated once for an environment and kept beside it (`DB_CACHE`), ours
every time.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

# In the everyday environment there is no Tryton: `make tryton` makes one where there is.
collect_ignore_glob = [] if find_spec("trytond") and find_spec("proteus") else ["test_*.py"]

SOLD = datetime(2026, 10, 29, 16, 0, 0, 250_000, tzinfo=UTC)
"""In daylight saving time; the clocks go back within the five days."""
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""A Tuesday noon in New York."""


@pytest.fixture(scope="session")
def config():
    os.environ.setdefault("TRYTOND_DATABASE_URI", "sqlite://")
    os.environ.setdefault("DB_NAME", ":memory:")
    from proteus import Model, Wizard  # noqa: PLC0415 - both read the variables
    from trytond.modules.company.tests.tools import create_company  # noqa: PLC0415 - see above
    from trytond.tests.tools import activate_modules  # noqa: PLC0415 - see above

    made = activate_modules("sale_opportunity")
    (module,) = Model.get("ir.module").find([("name", "=", "leadcore")])
    module.click("activate")
    Wizard("ir.module.activate_upgrade").execute("upgrade")
    # Only now: proteus keeps the classes of models that it has met, without what is ours.
    create_company(config=made)
    return made


@pytest.fixture
def clock(monkeypatch):
    """Let a test say what time it is."""
    from leadcore_tryton import bridge  # noqa: PLC0415 - see above

    class Clock:
        at = NOON

        def set(self, at):
            self.at = at

    told = Clock()
    monkeypatch.setattr(bridge, "now", lambda: told.at)
    return told


class Host:
    """What a test does in the host, as a user does."""

    def __init__(self, config):
        from proteus import Model  # noqa: PLC0415 - see above

        self.config, self.model = config, Model.get
        (self.company,) = Model.get("company.company").find()
        self.admin = 1

    def party(self, name="Ann", *, number="+12125550100", zip_code="10027", **more):
        made = self.model("party.party")(name=name, **more)
        (address,) = made.addresses or [made.addresses.new()]
        address.postal_code = zip_code
        if number:
            mechanism = made.contact_mechanisms.new()
            mechanism.type, mechanism.value = "mobile", number
        made.save()
        return made

    def employee(self, name, above=None, **more):
        party = self.model("party.party")(name=name)
        party.save()
        made = self.model("company.employee")(party=party, supervisor=above, **more)
        made.save()
        return made

    def lead(self, party=None, *, employee=None, sold_at=SOLD, **more):
        made = self.model("sale.opportunity")(party=party or self.party(), employee=employee)
        made.sold_at = sold_at and sold_at.replace(tzinfo=None)
        for name, value in more.items():
            setattr(made, name, value)
        made.save()
        return made

    def user(self, login, employee=None, *, groups=("Sale Opportunity", "Sales"), **more):
        made = self.model("res.user")(name=login, login=login, **more)
        made.companies.append(self.model("company.company")(self.company.id))
        made.company = self.company
        if employee is not None:
            made.employees.append(self.model("company.employee")(employee.id))
            made.employee = employee
        for group in self.model("res.group").find([("name", "in", groups)]):
            made.groups.append(group)
        made.save()
        return made.id

    def become(self, user):
        from trytond.tests.tools import set_user  # noqa: PLC0415 - see above

        set_user(user, self.config)


@pytest.fixture
def host(config):
    made = Host(config)
    made.become(made.admin)
    yield made
    made.become(made.admin)
