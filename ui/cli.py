"""The command line: `throughline COMMAND`. Each group of commands is a module of ui/commands/."""

import sys

import typer
from neo4j.exceptions import DatabaseError, DriverError, ServiceUnavailable

from graph.errors import ThroughlineError
from ui.commands import (
    backup,
    communities,
    demo,
    detection,
    documents,
    events,
    linkage,
    loading,
    loads,
    monitoring,
    paths,
    people,
    rejects,
    replay,
    robustness,
    rules,
    series,
    server,
    trajectories,
    why_not,
)
from ui.output import say

app = typer.Typer(
    name="throughline",
    help="Find what belongs together: incidents, people, places, protective orders and deaths recorded apart.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    server,
    loading,
    loads,
    rejects,
    backup,
    people,
    events,
    detection,
    robustness,
    why_not,
    series,
    replay,
    linkage,
    monitoring,
    paths,
    communities,
    trajectories,
    demo,
    documents,
):
    group.register(app)
app.add_typer(rules.app, name="rules")


# What the server says of a transaction that it could not log, and of every one after that.
CANNOT_WRITE = "Neo.DatabaseError.Transaction."


def main() -> None:
    """Run one command. What a user can mend is printed without a traceback and exits 2."""
    try:
        app()
    except ThroughlineError as error:
        say(f"throughline: {error}")
        sys.exit(2)
    except (ServiceUnavailable, DriverError) as error:
        say(f"throughline: the database went away ({error}). What was written is whole:")
        say("start it again with `throughline up`, then run the same command again.")
        sys.exit(2)
    except DatabaseError as error:
        if not str(error.code).startswith(CANNOT_WRITE):
            raise
        say("throughline: the database could not write to its disk, and stands still: the disk is full or read-only.")
        say("What was committed is whole. Free some space, then `throughline down`, `throughline up`, and run the same")
        say("command again: it goes on where it stopped.")
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped; running the same command again goes on where it can")
        sys.exit(130)
