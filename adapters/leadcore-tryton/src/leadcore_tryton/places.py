"""What is known of places: states under a declared emergency."""

from __future__ import annotations

import re

from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelSQL, ModelView, fields
from trytond.model.exceptions import ValidationError
from trytond.pool import Pool

from leadcore.consent import UNKNOWN

from . import instants

__all__ = ["Configuration", "Emergency"]

_STATE = re.compile(r"[A-Z]{2}")


class Configuration(ModelSingleton, ModelSQL, ModelView):
    """What holds for the whole installation."""

    __name__ = "leadcore.configuration"
    emergencies_kept = fields.Boolean(
        "Emergencies are kept",
        help="Check it when somebody keeps the list of declared emergencies up to date.\n"
        "Otherwise every state may be under one, and rules that ask for it forbid.",
    )
    emergencies = fields.One2Many("leadcore.emergency", "configuration", "Declared Emergencies")

    def known_emergencies(self, at):
        """Give the states under a declared emergency at an instant, or `UNKNOWN`."""
        if not self.emergencies_kept:
            return UNKNOWN
        moment = instants.naive(at)
        return frozenset(
            one.state
            for one in self.emergencies
            if one.since <= moment and (one.until is None or moment < one.until)
        )


class Emergency(ModelSQL, ModelView):
    """A state's declared emergency."""

    __name__ = "leadcore.emergency"
    configuration = fields.Many2One(
        "leadcore.configuration", "Configuration", required=True, ondelete="CASCADE"
    )
    state = fields.Char("State", required=True, size=2, help="Two capital letters.")
    since = fields.Timestamp("Since", required=True)
    until = fields.Timestamp("Until", help="The first instant after it; empty while it lasts.")

    @staticmethod
    def default_configuration():
        """Give the only configuration."""
        return Pool().get("leadcore.configuration")(1).id

    @classmethod
    def validate_fields(cls, records, field_names):
        """Refuse what is no state: a rule would never see it."""
        super().validate_fields(records, field_names)
        for record in records:
            if not _STATE.fullmatch(record.state):
                raise ValidationError(gettext("leadcore.msg_no_state", state=record.state))
