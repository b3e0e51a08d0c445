"""A server that died or will not open its store: what its log says, in one sentence with what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

from graph.errors import ThroughlineError

# What follows from each line Neo4j or Java writes; the first that matches is the cause, what comes later its effects.
CAUSES: Sequence[tuple[str, str]] = (
    (
        r"Could not reserve enough space|insufficient memory for the Java Runtime|OutOfMemoryError|"
        r"Cannot allocate memory|exceeds the maximum representable size",
        "Too little memory for the server. Set THROUGHLINE_HEAP lower (512m is enough for the demo) or close other "
        "programs, then run `throughline up` again.",
    ),
    (
        r"Address already in use",
        "Its port was taken while it started. Run `throughline up` again; if THROUGHLINE_BOLT_PORT is set, choose "
        "another port or unset it.",
    ),
    (
        r"No space left on device|Disk quota exceeded",
        "No space left on the disk of the store. Free some, or move the home folder to another disk and set "
        "THROUGHLINE_HOME, then run `throughline up` again: the store recovers by itself.",
    ),
    (
        r"FileLockException|Lock file has been locked by another process",
        "Another Neo4j process has this store open. Find it with `ps -ef | grep CommunityEntryPoint`, stop it, and run "
        "`throughline up` again.",
    ),
    (
        r"Unknown store version|Unrecognized transaction log format version|originates from an? (newer|older) version|"
        r"UnsupportedLogVersion|store version is not supported|"
        r"is no longer supported|not been recognised by any of the available storage engines|"
        r"unsupported because it is a newer version",
        "The store was written by another version of Neo4j. Use the checkout it was made with, or move `data` out of "
        "the home folder (keep it: it holds the decisions), run `throughline up` and load the extracts again.",
    ),
    (
        r"ClassNotFoundException|NoClassDefFoundError|ZipException|zip END header not found",
        "A jar is missing or damaged. Run `throughline doctor`: it names the jar.",
    ),
    (
        r"Permission denied|AccessDeniedException|Read-only file system",
        "The home folder cannot be written to. Give it back to your account, or set THROUGHLINE_HOME to a folder of "
        "your own.",
    ),
    (
        r"Unrecognized setting|Error evaluating value for setting|Invalid maximum heap size|Unrecognized VM option",
        "Java or Neo4j refused a setting. THROUGHLINE_HEAP must be a size such as 2g; everything else is in "
        "graph/embedded/neo4j.conf.",
    ),
)

# The system database holds the account and nothing else of ours.
BROKEN_ACCOUNTS = r"SystemGraphInitializer|Failed to start DatabaseId\{\w+\[system\]\}"
BROKEN_STORE = (
    "The store is broken or half written. Move {data} out of the way (keep it: it holds the decisions made since the "
    "last export), run `throughline up` for an empty one and load the extracts again."
)
TELLING = re.compile(
    r"\b(ERROR|FATAL|SEVERE)\b|^Error|^Caused by|Exception|There is insufficient memory|failed to start"
)


def telling_lines(log: str, limit: int = 6) -> list[str]:
    """Return the last lines of a log that say what went wrong, or simply its last ones."""
    lines = [line.rstrip() for line in log.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    telling = [line for line in lines if TELLING.search(line)]
    # Java's own refusals are a few lines of which a plain one has the reason: a short log is quoted whole.
    wanted = lines if len(lines) <= limit else telling
    # The same cause is written once to each log and once for each wrapping of it.
    last_of_each = list(dict.fromkeys(line[:240] for line in reversed(wanted or lines)))
    return last_of_each[:limit][::-1]


def cause_of(log: str) -> str | None:
    """Return the sentence for the first known cause in a log, or None."""
    hits = [(found.start(), sentence) for pattern, sentence in CAUSES if (found := re.search(pattern, log))]
    return min(hits)[1] if hits else None


def new_account(data: Path) -> str:
    """Return what to do to get a new password, or a new database of accounts, without losing the graph."""
    return (
        f"Run `throughline down`, delete the folders {data / 'databases' / 'system'}, "
        f"{data / 'transactions' / 'system'} and {data / 'dbms'} and the password file, and run `throughline up`. "
        "The graph stays; only the account is made anew."
    )


def died(log: str, exit_code: int | None, data: Path, log_file: Path) -> ThroughlineError:
    """Return the error for a server that ended while it started; quotes the lines of its log that matter."""
    cause = cause_of(log)
    if cause is None and exit_code in (-9, 137):
        cause = (
            "It was killed from outside, most often because memory ran out. Set THROUGHLINE_HEAP lower or close other "
            "programs, then run `throughline up` again."
        )
    if cause is None and re.search(BROKEN_ACCOUNTS, log):
        cause = f"The database of accounts is broken. {new_account(data)}"
    if cause is None and re.search(r"(?i)corrupt|store|recover|transaction log", "\n".join(telling_lines(log))):
        cause = BROKEN_STORE.format(data=data)
    return ThroughlineError(_message("Neo4j ended while it started.", cause, log, log_file))


def store_unavailable(status: str, log: str, data: Path, log_file: Path) -> ThroughlineError:
    """Return the error for a server that runs but cannot open its store.

    status: what SHOW DATABASES says of the database.
    """
    cause = cause_of(status) or cause_of(log) or BROKEN_STORE.format(data=data)
    return ThroughlineError(_message(f"Neo4j started but cannot open the store: {status}", cause, log, log_file))


def too_slow(wait_s: float, log: str, log_file: Path) -> ThroughlineError:
    """Return the error for a server that was not ready in time."""
    cause = cause_of(log) or "The machine may be busy: try again. If it happens twice, run `throughline doctor`."
    return ThroughlineError(
        _message(f"Neo4j was not ready after {wait_s:.0f} s and was stopped.", cause, log, log_file)
    )


def admin_failed(what: str, exit_code: int, output: str) -> ThroughlineError:
    """Return the error for an admin command that failed; quotes the lines of its output that matter."""
    advice = cause_of(output) or "Its last lines say why."
    quoted = "\n".join(f"  | {line}" for line in telling_lines(output))
    return ThroughlineError(f"neo4j-admin {what} failed with exit code {exit_code}. {advice}\n{quoted}")


def _message(what: str, cause: str | None, log: str, log_file: Path) -> str:
    quoted = "\n".join(f"  | {line}" for line in telling_lines(log)) or "  | (the log is empty)"
    todo = cause or "Its log does not show a cause that is known here; run `throughline doctor` and read the whole log."
    return f"{what} {todo}\nFrom {log_file}:\n{quoted}"
