"""`skecg fetch`: bring a database."""

import json
from pathlib import Path

import click

from skecg._notice import NOTICE
from skecg.apps._errors import told_plainly
from skecg.apps._paths import GivenPath

_DATABASES = ("mitbih", "ptb", "ludb")


@click.command()
@click.argument("database", type=click.Choice(_DATABASES))
@click.option(
    "--record", "records", multiple=True, help="Only this one; may be repeated."
)
@click.option(
    "--data-home",
    type=GivenPath(file_okay=False, path_type=Path),
    help="Folder of databases, instead of the one that SKECG_DATA names.",
)
@click.option("--base-url", help="A mirror of PhysioNet's folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def fetch(
    *,
    database: str,
    records: tuple[str, ...],
    data_home: Path | None,
    base_url: str | None,
    as_json: bool,
) -> None:
    """Download a database from PhysioNet where it is missing, and check every file.

    What is there already is not downloaded again, and a download that broke off goes on
    where it stopped.

    Research use, not a medical device.
    """
    from skecg import datasets

    download = getattr(datasets, f"fetch_{database}")
    try:
        with told_plainly():
            folder = download(
                records=list(records) or None,
                data_home=data_home,
                base_url=base_url,
                return_path=True,
            )
    except ValueError as error:  # a record or an address that is none
        raise click.UsageError(str(error)) from error
    if as_json:
        told = {"database": database, "folder": str(folder), "notice": NOTICE}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{database} is in {click.format_filename(folder)}. {NOTICE}")
