"""The interchange layout: every table, column, key and rule, as data.

`throughline layout` prints it, `docs/layout.md` is generated from it and validation runs on it, so that the three
cannot differ.
"""

from dataclasses import replace
from pathlib import Path

from graph.errors import ThroughlineError
from loaders.interchange import event_tables, tables
from loaders.interchange.columns import Column, Kind, Table, Target

__all__ = ["MANIFEST_EXAMPLE", "TABLES", "Column", "Kind", "Table", "Target", "markdown", "write_template"]

# Records first, each after what it points to, then the links between them.
TABLES: dict[str, Table] = {
    table.name: replace(table, columns=table.columns + tables.COMMON)
    for table in (
        tables.LOCATIONS,
        tables.ORGANISATIONS,
        tables.PEOPLE,
        event_tables.INCIDENTS,
        event_tables.DEATHS,
        event_tables.ORDERS,
        tables.OBJECTS,
        tables.ORGANISATION_LINKS,
        event_tables.OFFENCES,
        event_tables.INVOLVEMENTS,
        event_tables.ORDER_PARTIES,
        event_tables.ORDER_PLACES,
        event_tables.ORDER_BREACHES,
        tables.RELATIONS_TABLE,
        tables.PERSON_PLACES,
        tables.OBJECT_LINKS,
        event_tables.MENTIONS,
        tables.JUDGEMENTS,
    )
}

MANIFEST_EXAMPLE = """\
source: example            # required: short name, a-z 0-9 _ (up to 40)
title: Crime and incident records
agency: Example Constabulary          # required: who owns it
agency_kind: police        # police | ambulance | hospital | coroner | local_authority | integrated_care_board | other
kind: increment            # required: increment | full (full: what is no longer in it is removed)
extracted_at: 2026-01-31T05:00:00Z    # required: when the source was read; newer recorded_at than this is an error
# covers_from: 2024-11-01
# covers_to: 2026-01-30
timezone: Europe/London    # of times without an offset; default Europe/London
# bounds: [49.8, -8.7, 60.9, 1.8]     # south, west, north, east; outside = out_of_range. Absent: the whole world
# mapping: police_uk       # a mapping's name; absent = these tables
identifiable: true         # false: an anonymous source; people rows are rejects, its events link by place and time
handling: OFFICIAL-SENSITIVE
"""

RULES = """\
- A folder (an *extract*) holds `manifest.yml` and any of the tables below: CSV (UTF-8, header, comma; `.csv`,
  `.csv.gz`) or Parquet, one file a table. A foreign layout becomes this one by a mapping: a folder of DuckDB SQL
  files, one a table.
- **Required** columns are marked; the rest may be absent or empty. Unknown columns: a warning naming the nearest
  known one, and kept out.
- **References** (`*_ref`) are the source's own ids, any non-empty text up to 200 characters; `(source, ref)` is the
  key, so two sources may use the same ref. `source:ref` points into another source. `event_ref` is an incident_ref or
  a death_ref; one that is both in a source is an `ambiguous_reference`.
- **Times** ISO 8601; without an offset = the location's `timezone`, else the manifest's. A bare date, or `2014-02`, or
  `2014`, in any date or time column means *some time in that day, month or year*: an interval, never midnight. A local
  time that does not exist (clock change) is an `impossible_date`; one that exists twice is the interval of both.
- **Lists** in a cell are separated by `;` (a `;` inside a value is `\\;`). Newlines are allowed inside quotes. Names up
  to 200 characters, text and a list as a whole up to 20,000. true/false columns hold `true` or `false`.
- **Keys** identify a row within a source. The same key again with a later `recorded_at` (in the same file or a later
  extract) is a new version and replaces the row as a whole: the newest holds, the history is kept. With the same
  `recorded_at` and other content it is a `duplicate_key`; with the same content it is counted as unchanged. An older
  version that arrives late goes into the history.
- Spaces around a value are dropped. *Empty* means unknown: it never counts as different, and never as "no".
"""

# reason -> what it means. Every reject carries one of these.
REASONS: dict[str, str] = {
    "missing_required": "a column that is needed is empty",
    "bad_date": "not ISO 8601; day-first dates are never guessed",
    "impossible_date": "31 February, end before start, born after the event, in the future of `extracted_at`",
    "bad_number": "not a number, or not a whole one where one is needed",
    "out_of_range": "coordinates off the globe or the manifest's bounds, an age of 200",
    "unknown_value": "not one of the words allowed; the nearest is named",
    "unknown_reference": "points to a record that nobody has sent yet; the row waits",
    "ambiguous_reference": "the ref is both an incident and a death of the source",
    "duplicate_key": "the same key and `recorded_at` as another row, and other content",
    "too_long": "a name over 200 characters, a text over 20,000",
    "bad_encoding": "not UTF-8 (the message names UTF-16 or cp1252), or a NUL byte",
    "bad_quoting": "a quote that does not close, or text after a closing quote",
    "wrong_column_count": "more or fewer cells than the header",
    "self_reference": "a record that points to itself",
    "conflicting_place": "grid and latitude disagree by over 500 m",
    "conflicting_columns": "several filled where exactly one may be",
    "identity_in_anonymous_source": "a person in an extract with `identifiable: false`",
}


def markdown() -> str:
    """Return docs/layout.md: the layout as a person reads it."""
    parts = [
        "# The interchange layout\n",
        "Generated from `loaders/layout.py`; `throughline layout --template DIR` writes empty files.\n",
        "## Rules for all tables\n",
        RULES,
        "## manifest.yml\n",
        f"```yaml\n{MANIFEST_EXAMPLE}```\n",
        "## Tables\n",
        "Every table may also carry:\n",
        _column_list(tables.COMMON),
    ]
    for table in TABLES.values():
        parts += [
            f"### {table.name}\n",
            f"{table.description}\n\nKey: {', '.join(f'`{name}`' for name in table.key)}."
            + (f" Exactly one of {_names(table.exactly_one)}." if table.exactly_one else "")
            + (f" At least one of {_names(table.at_least_one)}." if table.at_least_one else "")
            + "\n",
            _column_list(table.columns[: -len(tables.COMMON)]),
        ]
    parts += [
        "## Bad input\n",
        "Nothing is guessed and nothing is dropped in silence: a bad row is a reject with file, line, column, value "
        "and one of these reasons. A file that cannot be read at all stops the extract before anything is written.\n",
        "".join(f"- `{reason}`: {meaning}\n" for reason, meaning in REASONS.items()),
    ]
    return "\n".join(parts)


def write_template(folder: Path) -> list[Path]:
    """Write an empty file with a header for each table and a commented manifest.yml; return what was written.

    Raises ThroughlineError rather than overwrite a file.
    """
    contents = {folder / "manifest.yml": MANIFEST_EXAMPLE}
    contents |= {folder / f"{table.name}.csv": ",".join(table.names) + "\n" for table in TABLES.values()}
    present = [path.name for path in contents if path.exists()]
    if present:
        raise ThroughlineError(f"{folder}: {', '.join(present)} already there. Name an empty folder for the template.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        path.write_text(content, encoding="utf-8")
    return list(contents)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _column_list(columns: tuple[Column, ...]) -> str:
    rows = ["| column | kind | meaning |", "|---|---|---|"]
    for column in columns:
        required = " **required**" if column.required else ""
        rows.append(f"| `{column.name}`{required} | {_kind(column)} | {_meaning(column)} |")
    return "\n".join(rows) + "\n"


def _kind(column: Column) -> str:
    if column.refers_to is not None:
        target = "person or event" if column.refers_to == "about" else column.refers_to
        return f"{'list of refs' if column.is_list else 'ref'} of {target}"
    return {
        "ref": "own ref",
        "choice": "one of",
        "choice_list": "list of",
        "open_list": "list, own words",
        "boolean": "true/false",
        "integer": "whole number",
        "age_band": "age band",
        "timezone": "time zone",
    }.get(column.kind, column.kind)


def _meaning(column: Column) -> str:
    words = ", ".join(f"`{word}`" for word in column.allowed)
    if not words:
        return column.description
    return f"{column.description} Named: {words}" if column.kind == "open_list" else f"{column.description} {words}"
