"""throughline places list | show | scan; report-data deaths"""

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from algorithms.space_time_scan import ScanSettings
from ui import monitoring_service as service
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect

places = typer.Typer(help="Watch places where people die; find clusters in place and time.", no_args_is_help=True)
report_data = typer.Typer(help="The tables of a report, as CSV.", no_args_is_help=True)

BACKSTOP = "At best a backstop: an alarm says that a closer look may be worth the while, and nothing about anybody."


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(places, name="places")
    app.add_typer(report_data, name="report-data")


@places.command("list")
def list_places(
    place_type: str | None = typer.Option(None, "--type", help="of one type, such as care_home"),
    every: bool = typer.Option(False, "--all", help="also places without an alarm"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """List watched places beside their peers, those with an alarm; by type, area and name, not by rank.

    A place is compared with its own past, the season, the mix of who dies there and its peers in the same months.
    """
    with connect() as connection:
        found = service.monitoring(connection, place_type=place_type)
    shown = found.summary if every or as_json else found.summary[found.summary["alarms"] > 0]
    if as_json:
        print_json(
            {
                "first_month": found.first_month,
                "watched_from": found.watched_from,
                "last_month": found.last_month,
                "places": service.plain_rows(found.summary),
                "alarms": service.plain_rows(found.alarms),
                "quality": service.plain_rows(found.quality),
            }
        )
        return
    print_table(
        f"Places, {found.watched_from} to {found.last_month}, against {found.first_month} and after",
        ["place", "type", "area", "deaths / expected", "ratio (95 %)", "middle half of its peers", "state"],
        [
            (
                f"{row['name']} ({row['place_id']})",
                _words(row["place_type"]),
                row["area"],
                f"{row['deaths_monitored']} / {row['expected']:.1f}",
                f"{row['ratio']:.1f} ({row['ratio_low']:.1f}-{row['ratio_high']:.1f})",
                _peers(row),
                _words(row["state"]),
            )
            for row in service.plain_rows(shown)
        ],
        empty="none with an alarm",
    )
    counts = found.summary["state"].value_counts()
    say(
        f"{len(found.summary)} places watched: "
        + ", ".join(f"{n} {_words(state)}" for state, n in sorted(counts.items()))
    )
    say(BACKSTOP)


@places.command("show")
def show_place(
    place: str = typer.Argument(..., metavar="PLACE", help="its id, or its name"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show one place: its control chart in numbers, alarms with what explains them, peers and data quality."""
    with connect() as connection:
        view = service.place_view(connection, place)
    if as_json:
        print_json(view)
        return
    row = view.place
    out.print(f"{row['name']} ({row['place_id']}), {_words(row['place_type'])}: {_words(row['state'])}", markup=False)
    out.print(
        f"{view.watched_from} to {view.last_month}: {row['deaths_monitored']} deaths, {row['expected']:.1f} expected, "
        f"ratio {row['ratio']:.1f} ({row['ratio_low']:.1f}-{row['ratio_high']:.1f}); "
        f"middle half of its {row['peers']} peers {_peers(row)}",
        markup=False,
    )
    for alarm in view.alarms:
        out.print(f"\n{alarm['month']} {alarm['kind']}, {_words(alarm['state'])}: {alarm['explanation']}", markup=False)
        for doubt in alarm["could_be_wrong"]:
            out.print(f"  - could be wrong: {doubt}", markup=False)
    print_table(
        "Control chart (alarm at 5)",
        ["month", "deaths", "not expected", "own past", "with season", "with case mix", "with peers", "chart"],
        [
            (
                f"{month['month']}{'' if month['monitored'] else ' (past)'}",
                month["observed"],
                month["not_expected"],
                f"{month['level']:.2f}",
                f"{month['with_season']:.2f}",
                f"{month['with_case_mix']:.2f}",
                f"{month['expected']:.2f}",
                f"{month['cusum']:.2f}" if month["monitored"] else "",
            )
            for month in view.chart
        ],
    )
    quality = view.quality
    print_table("Data quality", ["what", "value"], [(_words(name), value) for name, value in quality.items()])
    say(BACKSTOP)


@places.command("scan")
def scan_places(
    near_misses: bool = typer.Option(False, "--near-misses", help="near misses instead of deaths"),
    days: int = typer.Option(730, min=60, help="the newest so many days"),
    trials: int = typer.Option(199, min=19, help="how often the days are shuffled; the smallest p is 1 / (trials + 1)"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Find clusters of deaths, or of near misses, in place and time, with how often chance makes one as strong."""
    with connect() as connection, Bars() as bars:
        step = bars.stage("Shuffling days", trials)
        view = service.scan(
            connection,
            near_misses=near_misses,
            days=days,
            settings=ScanSettings(trials=trials),
            progress=lambda count: step(count),
        )
    if as_json:
        print_json(view)
        return
    print_table(
        f"Clusters of {view.what}, {view.first_day} to {view.last_day}",
        ["cluster", "centre", "radius (m)", "days", "observed / expected", "p", "events"],
        [
            (
                cluster["cluster"],
                f"{cluster['latitude']:.4f}, {cluster['longitude']:.4f}",
                f"{cluster['radius_m']:.0f}",
                f"{cluster['first_day']} to {cluster['last_day']}",
                f"{cluster['observed']} / {cluster['expected']:.2f}",
                f"{cluster['p']:.3f}",
                ", ".join(cluster["event_ids"][:8]) + (" ..." if len(cluster["event_ids"]) > 8 else ""),
            )
            for cluster in view.clusters
        ],
    )
    say(f"{view.events:,} {view.what} scanned; {view.left_out:,} left out, without a sound day or place")
    for doubt in view.clusters[0]["could_be_wrong"] if view.clusters else ():
        say(f"could be wrong: {doubt}")


@report_data.command("deaths")
def report_deaths(
    first: datetime = typer.Option(..., "--from", formats=["%Y-%m-%d"], help="first day of the period"),
    last: datetime = typer.Option(..., "--to", formats=["%Y-%m-%d"], help="last day of the period"),
    to: Path = typer.Option(..., "--out", metavar="DIR", help="folder for one CSV a table and run.json"),
    hide_below: int = typer.Option(5, min=0, help="hide counts from 1 to below this; 0 shows all"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Write the tables of the report on deaths: one CSV a table, and run.json with the run id.

    Small numbers are hidden by default, with as many others as are needed for none to be worked out from totals.
    """
    with connect() as connection:
        report = service.report_deaths(connection, first=first.date(), last=last.date(), hide_below=hide_below or None)
    written = service.write_report(report, to)
    if as_json:
        print_json({"run_id": report.run_id, "files": [str(path) for path in written], "tables": _sizes(report.tables)})
        return
    print_table(
        f"Deaths from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
        ["table", "rows", "numbers hidden"],
        [(name, size["rows"], size["hidden"]) for name, size in _sizes(report.tables).items()],
    )
    out.print(f"run {report.run_id}: written to {to}", markup=False)


def _sizes(tables: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {"rows": len(table), "hidden": int(table["hidden"].sum()) if "hidden" in table else 0}
        for name, table in tables.items()
    }


def _peers(row: dict[str, Any]) -> str:
    if row["peers_ratio_low"] is None:
        return "no peers"
    return f"{row['peers_ratio_low']:.1f}-{row['peers_ratio_high']:.1f}"


def _words(name: Any) -> str:
    return str(name).replace("_", " ")
