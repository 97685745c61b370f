"""What this module's records and wizards share."""

from __future__ import annotations

from trytond.i18n import gettext
from trytond.model import Unique, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.transaction import Transaction
from trytond.wizard import Button, Wizard

from . import bridge

__all__ = ["CANCEL", "Kept", "OfLead", "Once", "Sound"]

CANCEL = Button("Cancel", "end", "tryton-cancel")


class Kept:
    """A record of what happened: made once, never changed, never deleted."""

    __slots__ = ()
    _allowed = ("create", "enter")

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):  # noqa: FBT002 - the host's signature
        """Refuse any change; to enter is to create by hand."""
        super().check_modification(mode, records, values=values, external=external)
        done = "enter" if mode == "create" and external else mode
        if records and done not in cls._allowed:
            raise AccessError(gettext("leadcore.msg_kept", **cls.__names__()))


class Sound:
    """A record that the core can read, or it is not kept."""

    __slots__ = ()

    @classmethod
    def validate(cls, records):
        """Refuse what makes no sense."""
        super().validate(records)
        for each in records:
            with bridge.refusing("leadcore.msg_no_fact"):
                each.check()


class OfLead:
    """A record of an opportunity: seen by whoever sees that, and made once however often sent."""

    __slots__ = ()
    opportunity = fields.Many2One(
        "sale.opportunity", "Opportunity", required=True, ondelete="RESTRICT"
    )
    employee = fields.Many2One("company.employee", "By")
    key = fields.Char("Key", readonly=True, help="What is sent twice is kept once.")
    default_employee = bridge.usual(lambda: Transaction().context.get("employee"))

    @classmethod
    def __setup__(cls):
        """Follow the opportunity; the newest come first."""
        super().__setup__()
        cls.__access__.add("opportunity")
        cls._order = [("id", "DESC")]
        table = cls.__table__()
        cls._sql_constraints.append(("key", Unique(table, table.key), "leadcore.msg_twice"))


class Once(Wizard):
    """A wizard on an opportunity whose form makes one record, however often it is sent."""

    start_state = "ask"

    def made(self, model):
        """Give the record that was made, if it was."""
        return Pool().get(model).search([("key", "=", f"wizard/{self._session_id}")])

    def make(self, model, row):
        """Make the record."""
        known = {"opportunity": self.record.id, "key": f"wizard/{self._session_id}"}
        Pool().get(model).create([known | row])
