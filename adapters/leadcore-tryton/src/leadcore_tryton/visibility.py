"""Who sees which opportunities: own ones and the downline's, never upward, never sideways.

The tree is the host's own: an employee stands below their supervisor. Whether a user sees the
downline is a switch of the user, as in leadcore; administrators, and whoever is in the group of
those who see all leads, see every one of their companies. Everybody else sees what they hold.
"""

from __future__ import annotations

from trytond.cache import Cache
from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction, inactive_records, without_check_access

from leadcore.host_leads import people_seen

__all__ = ["Employee", "Rule", "User"]


class _Forgetting:
    """A record that what users see goes by."""

    __slots__ = ()

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        """Forget what users saw."""
        super().on_modification(mode, records, field_names=field_names)
        Pool().get("res.user")._leadcore_cache.clear()  # noqa: SLF001 - it is this module's own


class User(_Forgetting, metaclass=PoolMeta):
    """A user, who sees more or less of the tree."""

    __name__ = "res.user"
    view_downline = fields.Boolean(
        "View Downline", help="Sees the opportunities of everybody below, at any depth."
    )
    _leadcore_cache = Cache("res.user.leadcore_reach", context=False)

    @classmethod
    def leadcore_reach(cls):
        """Give the companies of which the user sees every opportunity, and the employees.

        Returns:
            Two sorted tuples of ids: companies, and employees whose opportunities are seen.
        """
        pool = Pool()
        all_leads = pool.get("ir.model.data").get_id("leadcore", "group_all_leads")
        admin = cls.is_administrator() or all_leads in cls.get_groups()
        companies, employees = tuple(cls.get_companies()), tuple(cls.get_employees())
        key = (Transaction().user, admin, companies, employees, pool.get("ir.date").today())
        found = cls._leadcore_cache.get(key)
        if found is None:
            with without_check_access(), inactive_records():
                found = cls._leadcore_seen(companies, employees, admin=admin)
            cls._leadcore_cache.set(key, found)
        return found

    @classmethod
    def _leadcore_seen(cls, companies, employees, *, admin):
        downline = bool(cls(Transaction().user).view_downline)
        whole, seen = [], []
        for company in Pool().get("company.company").browse(companies):
            people = company.employees
            mine = [one for one in people if one.id in employees]
            here = [str(one.id) for one in mine if one.active]  # who left sees nothing
            parents = {str(one.id): one.supervisor and str(one.supervisor.id) for one in people}
            every = admin and bool(here or not mine)
            found = people_seen(here, parents, admin=every, view_downline=downline)
            whole += [company.id] if found is None else []
            seen += map(int, found or ())
        return tuple(sorted(whole)), tuple(sorted(seen))


class Employee(_Forgetting, metaclass=PoolMeta):
    """An employee, who stands in the tree."""

    __name__ = "company.employee"


class Rule(metaclass=PoolMeta):
    """The host's record rules, which may ask for what a user sees."""

    __name__ = "ir.rule"

    @classmethod
    def __setup__(cls):
        """Tell which names a rule may use."""
        super().__setup__()
        cls.domain.help += (
            '\n- "leadcore_companies" as list of ids of companies all of whose leads are seen'
            '\n- "leadcore_employees" as list of ids of employees whose leads are seen'
        )

    @classmethod
    def _get_cache_key(cls, model_names):
        key = super()._get_cache_key(model_names)
        if "sale.opportunity" in model_names:
            key = (*key, Pool().get("res.user").leadcore_reach())
        return key

    @classmethod
    def _get_context(cls, model_name):
        context = super()._get_context(model_name)
        if model_name == "sale.opportunity":
            companies, employees = Pool().get("res.user").leadcore_reach()
            context |= {"leadcore_companies": companies, "leadcore_employees": employees}
        return context
