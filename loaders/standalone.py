"""People of one extract resolved without a graph."""

from pathlib import Path

import pandas as pd

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.resolve import resolve_people
from loaders.validate import validate


def resolve_extract(path: Path, mapping: str | None = None) -> pd.DataFrame:
    """Return columns source, person_ref, person_id, probability, one row a checked people row, sorted.

    References to other tables are not needed for this, so none counts as missing. Judgements of the extract are heeded.
    Raises ThroughlineError when the extract has no people.
    """
    extract = open_extract(path, mapping)
    tables = read_tables(extract)
    checked = validate(extract, tables, lambda kind, ids: set() if kind == "death" else set(ids))
    people = checked.frames.get("people")
    if people is None or people.empty:
        raise ThroughlineError(f"{path} has no people to resolve: no good row in the table people")
    told = checked.frames.get("judgements", pd.DataFrame(columns=["about", "first_ref", "second_ref", "verdict"]))
    told = told[told["about"] == "person"] if len(told) else told
    live = people[~people["withdrawn"].astype(bool)]
    nominals = live.assign(source=extract.manifest.source, first_recorded_at=live["recorded_at"])
    found = resolve_people(nominals, told[["first_ref", "second_ref", "verdict"]]).clusters
    refs = found["nominal_id"].str.partition(":")
    out = pd.DataFrame(
        {"source": refs[0], "person_ref": refs[2], "person_id": found["person_id"], "probability": found["probability"]}
    )
    return out.sort_values(["source", "person_ref"], ignore_index=True)
