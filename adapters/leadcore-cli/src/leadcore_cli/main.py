"""The `leadcore` command: what it can do, each part loaded when it is asked for.

What the exit codes mean is said in `leadcore_cli.running`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

__all__ = ["COMMANDS", "app", "main"]

COMMANDS: dict[str, tuple[str, str]] = {
    "init": (
        "setting_up",
        "Make the database and the seller; run again to change the seller's terms.",
    ),
    "account": ("setting_up", "Open an account, stop it, or activate it."),
    "user": (
        "setting_up",
        "Add a user to an account, or change one: profile, place in the tree, log-in.",
    ),
    "login": (
        "logging_in",
        "Log-ins of users: invitations, passwords, sessions, who comes in.",
    ),
    "deeds": ("doing", "List who did what, newest first."),
    "fund": ("setting_up", "Put money that came in on an account's balance."),
    "pay": ("paying", "Payments from saved methods."),
    "account refund": (
        "account_money",
        "Pay unspent cash less bonus back to where it came from, within the seller's days.",
    ),
    "account transfer": (
        "account_money",
        "Move unspent cash from one account to another, because somebody allowed it.",
    ),
    "account watch": (
        "account_money",
        "Say what is to be done when a balance is low; what is not said is not watched.",
    ),
    "account check": (
        "account_money",
        "Look whether a balance is low: alert and recharge, each once for one crossing.",
    ),
    "account credit-limit": (
        "account_money",
        "Change how far an open account may go below zero, saying why.",
    ),
    "account expire-bonus": (
        "account_money",
        "Take back what is left of bonus whose time is over; run again, it finds none.",
    ),
    "tick": (
        "ticking",
        "Do all that is due: deliveries, renewals, bonus, low balances, reminders, open payments.",
    ),
    "order": ("order_lists", "An account's standing orders for leads."),
    "import": (
        "importing",
        "Import leads from a file and sell them at once; running it again doubles nothing.",
    ),
    "leads": ("looking", "List leads, newest first."),
    "lead": (
        "looking",
        "Show a lead: what the person gave, whether a call is permitted now, and its history.",
    ),
    "dashboard": (
        "reporting",
        "Show this month and the last one: leads by the day, first contacts, returns, money.",
    ),
    "report": (
        "reporting",
        "Show one report of the days from --since to before --until; else of two months.",
    ),
    "export": (
        "exporting",
        "Write leads to a file: all that whoever asks may see, as of one moment.",
    ),
    "email": (
        "mailing",
        "E-mail a lead's person, if the rules permit it; it waits in the outbox then.",
    ),
    "forward": (
        "mailing",
        "Send a lead by e-mail to a user whose leads one sees; it stays with whoever works it.",
    ),
    "due": (
        "due",
        "Show the follow-up list: overdue first contacts first, then what is due. Advice, not law.",
    ),
    "attempt": ("due", "Log an attempt to reach a lead's person, and say what is next."),
    "ways": (
        "distributing",
        "Show how leads are distributed, or set it from a file; the first way that fits counts.",
    ),
    "auction": ("auctioning", "Leads that are auctioned: bids, the close, the post."),
    "delivery": ("distributing", "Leads that are delivered before they are sold."),
    "appointment": (
        "appointing",
        "Appointments: made within a lead, told by calendar invitations.",
    ),
    "call": ("calling", "Recordings of calls: reviewed, and shared with a downline."),
    "file": ("filing", "Files of leads, and the contents that are kept for them."),
    "assign": ("looking", "Give a lead to another user of the account that bought it."),
    "contact": (
        "asking",
        "Answer whether the person may be contacted, with every rule that spoke. No legal advice.",
    ),
    "contact scan": (
        "scanning",
        "Answer whom of a list you may contact, why not the others, and who opens when.",
    ),
    "consent": ("consenting", "Consent given and taken back."),
    "lookup": ("looking_up", "What was looked up about a number."),
    "text": ("texting", "Texts that came in."),
    "exposure": (
        "exposure",
        "Sum what contacts that were made could cost if disputed: of a lead, or of each account.",
    ),
    "evidence": (
        "evidence",
        "Everything recorded about a lead, in one file that shows tampering; and checking it.",
    ),
    "refund": ("refunding", "Returns of leads."),
    "accounts": ("accounting", "List accounts with their balances."),
    "balance": (
        "accounting",
        "Show what an account holds, now or as of an instant; in JSON cash and bonus apart.",
    ),
    "statement": ("accounting", "Show every line of an account, each traceable to its lead."),
    "users": ("looking", "List users and who stands above whom."),
    "outbox": ("outboxing", "List messages that wait for delivery."),
    "outbox list": ("outboxing", "List messages and where each of them is, oldest first."),
    "outbox show": ("outboxing", "Show a message whole, and all that became of it."),
    "outbox dead": ("outboxing", "List messages that were given up: tried too often, or refused."),
    "outbox retry": ("outboxing", "Try messages again, now: held ones, dead ones, refused ones."),
    "outbox drop": ("outboxing", "Take a message back that was not delivered."),
    "relay": ("relaying", "Deliver what is due, once or until it is stopped."),
    "notice": ("noticing", "How messages read."),
    "hooks": ("hooking", "Hooks: where programs are told what happens."),
    "publish": (
        "publishing",
        "Publish the journal to NATS JetStream as CloudEvents: each event at least once.",
    ),
    "audit": (
        "accounting",
        "Fold the journal, all entries and lots again, and say where they differ.",
    ),
    "what-if": (
        "supposing",
        "Do the whole history again under other terms, and show what would be different.",
    ),
    "decide": (
        "deciding",
        "Answer JSON Lines questions, one answer a line, in order, as they come.",
    ),
    "serve": (
        "serving",
        "Serve the portal, and the API under /api, until it is told to stop.",
    ),
    "demo": ("telling", "Tell the main job from start to end on records of its own."),
}
"""Each command with the module it lives in and its line of help, so that `--help` loads none."""

_EPILOG = (
    "Exit codes: 0 done; 1 the rules said no, or some of the input was not taken; 2 the command "
    "line is wrong; 3 there is no such thing; 4 something given can't be read: a value, a file, "
    "the database; 5 it does not fit the present state; 6 somebody else was faster, try again; "
    "130 interrupted."
)


class _Commands(TyperGroup):
    """Shows every command and loads the one that is asked for."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever typer says of a group
        super().__init__(**settings)
        self.commands = {
            name: TyperCommand(name, help=words) for name, (_, words) in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - typer's own types are private
        if " ".join(args[:2]) in COMMANDS:
            # Two words are one command's name: `contact scan` stands beside `contact LEAD`.
            args = [" ".join(args[:2]), *args[2:]]
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(name) if name in COMMANDS else command, rest


def _load(name: str) -> Any:  # noqa: ANN401 - typer's own types are private
    holder = typer.Typer(rich_markup_mode="rich")
    import_module(f"leadcore_cli.commands.{COMMANDS[name][0]}").register(holder)
    return get_group(holder).commands[name]


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - slow, and only needed here

        typer.echo(f"leadcore {version('leadcore-cli')}")
        raise typer.Exit


app = typer.Typer(
    name="leadcore",
    cls=_Commands,
    help="Sell leads, contact people lawfully, take returns, keep balances that add up.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _acting(name: str) -> str:
    from leadcore_cli.acting import act_as  # noqa: PLC0415 - slow, and `--help` needs none

    try:
        act_as(name)
    except ValueError:
        message = "whoever acts is named on one line"
        raise typer.BadParameter(message) from None
    return name


@app.callback()
def options(
    *,
    actor: Annotated[
        str,
        typer.Option(
            envvar="LEADCORE_ACTOR",
            metavar="NAME",
            callback=_acting,
            help="On whose behalf: see `leadcore deeds`.",
        ),
    ] = "staff",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Sell leads, contact people lawfully, take returns, keep balances that add up."""


def main() -> NoReturn:
    """Run the command; ends the process with one of the exit codes."""
    app()
    raise SystemExit(0)
