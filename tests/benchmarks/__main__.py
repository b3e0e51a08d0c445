"""Run the benchmarks and write docs/benchmarks.md: `make bench`, or `python -m tests.benchmarks NAME...` for some.

A benchmark is a module bench_<name>.py here with `run() -> list[dict]`: rows with benchmark, what, ours, other, ratio,
unit and note. Each runs in a process of its own, so that one's memory is not another's. What was measured before and
not run again is kept, with its date.
"""

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
MEASURED = HERE / "measured.json"
PAGE = HERE.parents[1] / "docs" / "benchmarks.md"
COLUMNS = ("what", "ours", "other", "ratio", "unit", "note")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, and write the page; return how many failed."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 1
    measured: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    failed = 0
    for name in names or known:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows = measure(name)
        if rows is None:
            failed += 1
            continue
        measured[name] = {"rows": rows, "on": datetime.now(UTC).date().isoformat(), "machine": machine()}
        MEASURED.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(measured), encoding="utf-8")
    return failed


def measure(name: str) -> list[dict[str, Any]] | None:
    """Return the rows of one benchmark, run in a process of its own; None when it failed."""
    code = f"import json; from tests.benchmarks.bench_{name} import run; print('\\n' + json.dumps(run()))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{name} failed", file=sys.stderr)
        return None
    rows: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return rows


def machine() -> str:
    """Return what was measured on, as far as it matters."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def page(measured: dict[str, Any]) -> str:
    """Return docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Two things compared were run side by side in one run; a ratio carries over to other",
        "machines better than a time does. `ours` is Throughline, `other` what the row says it is compared with.",
    ]
    for name, found in sorted(measured.items()):
        lines += ["", f"## {name.replace('_', ' ').capitalize()}", "", f"{found['on']}, {found['machine']}.", ""]
        lines += [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
        lines += ["| " + " | ".join(_cell(row.get(column)) for column in COLUMNS) + " |" for row in found["rows"]]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
