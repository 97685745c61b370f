"""Contacts with people, as they were made."""

from __future__ import annotations

from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import instants
from .consent import Kept

__all__ = ["Attempt"]


class Attempt(Kept, ModelSQL, ModelView):
    """Somebody called, texted or mailed the person of an opportunity."""

    __name__ = "leadcore.attempt"
    opportunity = fields.Many2One(
        "sale.opportunity", "Opportunity", required=True, ondelete="RESTRICT"
    )
    party = fields.Many2One("party.party", "Party", required=True, ondelete="RESTRICT")
    company = fields.Many2One("company.company", "Company", required=True)
    kind = fields.Selection(
        [
            ("call", "Call"),
            ("prerecorded", "Call with a recorded voice"),
            ("text", "Text"),
            ("email", "E-mail"),
        ],
        "Kind",
        required=True,
        sort=False,
    )
    made_at = fields.Timestamp("At", required=True)
    employee = fields.Many2One("company.employee", "By")
    reached = fields.Boolean("Reached")
    note = fields.Text("Note")
    key = fields.Char("Key", readonly=True, help="What is sent twice is kept once.")

    @classmethod
    def __setup__(cls):
        """Let attempts be seen by whoever sees the opportunity, and be kept once."""
        super().__setup__()
        cls.__access__.add("opportunity")
        table = cls.__table__()
        cls._order = [("made_at", "DESC"), ("id", "DESC")]
        cls._sql_constraints += [("key_unique", Unique(table, table.key), "leadcore.msg_twice")]
        cls._sql_indexes.add(Index(table, (table.party, Index.Range())))

    @classmethod
    def preprocess_values(cls, mode, values):
        """Take whom it concerns from the opportunity: caps count by person and company."""
        values = super().preprocess_values(mode, values)
        if mode == "create" and values.get("opportunity"):
            lead = Pool().get("sale.opportunity")(values["opportunity"])
            values = {**values, "party": lead.party and lead.party.id, "company": lead.company.id}
        return values

    @staticmethod
    def default_made_at():
        """Give the present instant."""
        return instants.naive(instants.now())

    @staticmethod
    def default_employee():
        """Give who works here."""
        return Transaction().context.get("employee")
