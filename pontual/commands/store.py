"""`pontual store`: make a store, put planning cases into it, and read them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pontual.options import JsonOption, PlanFolderArgument, StoreOption

if TYPE_CHECKING:
    from data.store import Run

app = typer.Typer(no_args_is_help=True, help="Keep planning cases in SQLite or PostgreSQL.")

PlanName = Annotated[
    str, typer.Option("--name", metavar="NAME", help="Name of the plan in the store; the folder's otherwise.")
]


@app.command("init")
def init(store: StoreOption, as_json: JsonOption = False) -> None:
    """Make the tables of a store, or bring them to this program's version."""
    from data.store import Database, create_or_upgrade

    database = Database(store)
    before, now = create_or_upgrade(database)
    _tell({"store": database.name, "version_before": before, "version": now}, as_json)


app.command("upgrade")(init)


@app.command("import")
def import_(
    folder: PlanFolderArgument,
    store: StoreOption,
    name: PlanName = "",
    why: Annotated[str, typer.Option("--why", help="Why sessions change, for their history.")] = "",
    customers_know: Annotated[
        bool,
        typer.Option("--customers-know", help="They were told of these sessions: announce nothing to them."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put the case of a plan folder into a store; only sessions that differ are written."""
    from data.files import PlanFolder
    from data.store import Store
    from pontual.commands.runs import key_from_environment, warn_of_tables_passed_over

    plan_folder = PlanFolder(folder)
    case = plan_folder.read(key_from_environment())
    warn_of_tables_passed_over(plan_folder)
    plan = name or plan_folder.path.name
    run = _run_of(plan_folder.current_run(), why)
    outcome = Store(store).put_case(plan, case, run, customers_know=customers_know)
    _tell({"plan": plan, **outcome}, as_json)


@app.command("export")
def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the plan.", show_default=False)],
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write; must be new.")],
    as_json: JsonOption = False,
) -> None:
    """Write the case of a plan as a new plan folder."""
    from data.files import write_case
    from data.store import Store

    stored = Store(store).read_case(name)
    write_case(out, stored.case)
    sessions = len(stored.case.sessions)
    _tell({"plan": name, "revision": stored.revision, "sessions": sessions, "folder": str(out)}, as_json)


@app.command("settings")
def settings(
    store: StoreOption,
    retention_days: Annotated[
        int | None,
        typer.Option("--retention-days", help="Keep personal data so many days after the end of a plan."),
    ] = None,
    organizer: Annotated[
        str | None,
        typer.Option("--organizer", metavar="ADDRESS", help="The issuer's e-mail address, for invitations."),
    ] = None,
    organizer_name: Annotated[
        str | None, typer.Option("--organizer-name", metavar="NAME", help="The issuer's name, for them.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the settings of a store, or change those that are given."""
    from dataclasses import asdict

    from data.store import Settings, Store

    wanted = Settings(retention_days, organizer, organizer_name)
    opened = Store(store)
    now = opened.settings() if wanted == Settings() else opened.change_settings(wanted)
    told = {name: value if as_json or value is None else str(value) for name, value in asdict(now).items()}
    _tell(told, as_json)


@app.command("retain")
def retain(
    store: StoreOption,
    days: Annotated[
        int | None,
        typer.Option("--days", min=0, help="In the place of the setting.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be erased.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase personal data of plans that have been over for as many days as the settings say."""
    from data.store import Run, Store
    from pontual.console import say
    from pontual.order_names import account

    opened = Store(store)
    kept = opened.settings().retention_days if days is None else days
    if kept is None:
        say("Nothing is erased: no limit is set, neither by --days nor by pontual store settings")
        _tell({"days": None, "plans": [] if dry_run else 0}, as_json)
    elif dry_run:
        found = opened.expired(kept)
        _tell({"days": kept, "plans": list(found.plans), **found.rows}, as_json)
    else:
        _tell({"days": kept, **opened.erase_expired(kept, Run("store retain", who=account()))}, as_json)


@app.command("runs")
def runs(store: StoreOption, as_json: JsonOption = False) -> None:
    """List what has written to a store: when, who, what, and what it did."""
    from data.store import Store
    from pontual.console import print_json, print_table

    recorded = Store(store).recorded_runs()
    if as_json:
        documents = [
            {
                "number": r.number,
                "run_id": r.run.run_id,
                "recorded_at": r.recorded_at.isoformat(),
                "plan": r.plan,
                "command": r.run.command,
                "who": r.run.who,
                "reason": r.run.reason,
                "input_hash": r.run.input_hash,
                "solver_version": r.run.solver_version,
                "objective": r.run.objective,
                "bound": r.run.bound,
                "outcome": r.outcome,
            }
            for r in recorded
        ]
        print_json({"runs": documents})
        return
    rows = [
        (
            f"{r.recorded_at:%Y-%m-%d %H:%M:%S} UTC",
            r.run.command,
            r.run.who,
            r.plan or "",
            ", ".join(f"{name} {value}" for name, value in r.outcome.items() if value),
        )
        for r in recorded
    ]
    print_table("Runs", ("when", "command", "who", "plan", "what it did"), rows)


def _run_of(run_folder: Path | None, why: str) -> Run:
    """The run that is recorded: with the first level of the allocation, where the folder has one."""
    import json

    from data.store import Run
    from pontual import __version__
    from pontual.commands.runs import RESULT_DOCUMENT
    from pontual.order_names import account

    level: dict[str, Any] = {}
    if run_folder is not None and (run_folder / RESULT_DOCUMENT).is_file():
        results = json.loads((run_folder / RESULT_DOCUMENT).read_text(encoding="utf-8"))
        level = next(iter(results.get("allocate", {}).get("levels", [])), {})
    return Run(
        "store import",
        who=account(),
        reason=why,
        solver_version=f"pontual {__version__}",
        objective=level.get("objective"),
        bound=level.get("bound"),
    )


def _tell(document: dict[str, Any], as_json: bool) -> None:
    from pontual.console import print_json, print_summary

    if as_json:
        print_json(document)
        return
    rows = [(name.replace("_", " ").capitalize(), str(value)) for name, value in document.items() if value]
    print_summary("Store", rows)
