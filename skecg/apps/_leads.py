"""The LEADS of a command: how many, or which."""

from typing import Any, NamedTuple

import click


class Leads(NamedTuple):
    """Leads of records.

    Attributes
    ----------
    lead : str, tuple of str or None
        By name.
    n_leads : int or None
        How many, where they are not named.
    """

    lead: str | tuple[str, ...] | None
    n_leads: int | None

    def __str__(self) -> str:
        """Return what the option was given."""
        if self.lead is None:
            return str(self.n_leads)
        return self.lead if isinstance(self.lead, str) else ",".join(self.lead)


class LeadsParam(click.ParamType):
    """Takes a number of leads, or names with commas between them."""

    name = "leads"

    def convert(self, value: Any, param: Any, ctx: Any) -> Leads:
        """Return what is meant."""
        if isinstance(value, Leads):
            return value
        if value.isdigit():
            if int(value) < 1:
                self.fail("there must be one lead or more.", param, ctx)
            return Leads(None, int(value))
        names = tuple(one.strip() for one in value.split(","))
        if not all(names) or len({*names}) < len(names):
            self.fail(
                f"{value!r} is neither a number of leads nor different names with "
                "commas between them, such as MLII,V1.",
                param,
                ctx,
            )
        return Leads(names, None)


leads_option = click.option(
    "--leads",
    metavar="N|NAME,NAME",
    type=LeadsParam(),
    help="Of WFDB records: how many leads a beat has, the commonest one and the first "
    "others of each record; or their names.",
)


def chosen_leads(lead: str | None, leads: Leads | None) -> Leads:
    """Bring --lead and --leads together, or refuse both."""
    if leads is None:
        return Leads(lead, None)
    if lead is not None and leads.lead is not None:
        raise click.UsageError("--leads names the leads already: leave out --lead.")
    return Leads(lead or leads.lead, leads.n_leads)
