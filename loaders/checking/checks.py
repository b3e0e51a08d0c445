"""What the cells of a row, or of two rows, say together."""

import numpy as np
import numpy.typing as npt

from loaders.checking.places import distance_m, grid_to_wgs84
from loaders.checking.references import References
from loaders.checking.rejects import shortened
from loaders.checking.rows import Mask, Rows
from loaders.reading.manifest import Manifest

# Farther apart than this, the grid reference and the latitude of one place are not one place.
SAME_PLACE_M = 500
# Whoever has one of these parts was there; a reporter, a finder, next of kin may be born later.
PRESENT = ("suspect", "victim", "witness", "last_seen_with", "subject")
_MARK = "\ufeff"
# Controls, zero widths, marks of direction.
_UNSEEN = r"[\x01-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\s]+"
# A day ends up to 14 hours after it does in UTC.
_WIDEST_ZONE = np.timedelta64(14, "h")


def check_joined_files(rows: Rows) -> None:
    """Note what is left where one file was put behind another: its header, or its byte order mark."""
    own = rows.table.key[0]
    refs = rows.text[own]
    names = refs.isin([own, f"{_MARK}{own}"]).to_numpy(dtype=np.bool_, copy=True)
    if names.any():
        here = [name for name in rows.table.names if rows.filled(name).any()]
        for name in (name for name in here if name != own):
            names &= np.asarray((rows.text[name] == name) | rows.text[name].isna(), dtype=np.bool_)
        rows.problems.add(names, own, "unknown_value", "is the header line again: delete the line")
    for column in rows.table.columns:
        if column.kind == "ref":
            marked = rows.text[column.name].str.startswith(_MARK).fillna(False).to_numpy(dtype=np.bool_) & ~names
            said = "begins with a byte order mark (U+FEFF), left where two files were joined: delete it"
            rows.problems.add(marked, column.name, "bad_encoding", said)


def check_required(rows: Rows) -> None:
    """Note required cells that are empty (of a withdrawn row, those of the key), and own refs that nobody can see."""
    for column in rows.table.columns:
        if column.required:
            empty = ~rows.filled(column.name)
            if column.name not in rows.table.key:
                empty &= ~rows.withdrawn
            rows.problems.add(empty, column.name, "missing_required", "is required and empty")
            if column.kind == "ref" and column.refers_to is None:
                unseen = rows.text[column.name].str.fullmatch(_UNSEEN).fillna(False).to_numpy(dtype=np.bool_)
                rows.problems.add(unseen, column.name, "missing_required", "holds only characters that nobody can see")


def check_row(rows: Rows, manifest: Manifest) -> None:
    """Note what the cells of one row contradict or leave out together."""
    _one_of(rows)
    _happened(rows, manifest)
    for start, end in rows.table.in_order:
        before = rows.interval(end).latest < rows.interval(start).earliest
        rows.problems.add(before, end, "impossible_date", f"is before {start}")
    if rows.table.name == "locations":
        _place(rows, manifest)
    if rows.table.name == "deaths":
        _category(rows, manifest)
        _same_as_itself(rows, manifest)
    if rows.table.name == "judgements":
        wrong = rows.equals("about", "person") & (
            rows.equals("verdict", "linked") | rows.equals("verdict", "not_linked")
        )
        rows.problems.add(
            wrong,
            "verdict",
            "unknown_value",
            "people are same or different, never linked",
        )


def check_births(tables: dict[str, Rows], references: References) -> None:
    """Note involvements and deaths of people who were certainly born after the event."""
    if "people" not in tables:
        return
    born = _newest(
        tables["people"], references, "person", tables["people"].interval("date_of_birth").earliest, "people"
    )
    happened = np.full(references.size("event"), np.datetime64("NaT", "us"))
    known_of = happened.copy()
    for name in ("incidents", "deaths"):
        if name in tables:
            last, ever = _last_moments(tables[name])
            happened = np.fmax(happened, _newest(tables[name], references, "event", last, name))
            known_of = np.fmax(known_of, _newest(tables[name], references, "event", ever, name))
    if "involvements" in tables:
        rows = tables["involvements"]
        events, people = references.codes("involvements", "event_ref"), references.codes("involvements", "person_ref")
        present = np.asarray(rows.text["role"].isin(PRESENT), dtype=np.bool_)
        event_at = np.where(present, _at(happened, events), _at(known_of, events))
        _note_births(rows, _at(born, people), event_at)
    if "deaths" in tables:
        rows = tables["deaths"]
        people = references.codes("deaths", "person_ref")
        _note_births(rows, _at(born, people), _last_moments(rows)[0])


def _note_births(rows: Rows, born: npt.NDArray[np.datetime64], happened: npt.NDArray[np.datetime64]) -> None:
    # Births are days without a zone, events moments in UTC.
    after = (born > happened + _WIDEST_ZONE) & ~rows.withdrawn
    rows.problems.add(
        after, "person_ref", "impossible_date", lambda cell: f"{shortened(cell)!r} was born after the event"
    )


def _at(values: npt.NDArray[np.datetime64], codes: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    return np.append(values, np.datetime64("NaT", "us"))[codes]


def _newest(
    rows: Rows, references: References, space: str, values: npt.NDArray[np.datetime64], table: str
) -> npt.NDArray[np.datetime64]:
    """Return, by code, the value of the newest version without a problem."""
    found = np.full(references.size(space), np.datetime64("NaT", "us"))
    good = np.flatnonzero(~rows.problems.bad & ~rows.withdrawn)
    # The last assignment wins, so the newest comes last.
    order = good[np.argsort(rows.recorded_at[good], kind="stable")]
    found[references.own_codes(space, table)[order]] = values[order]
    return found


def _last_moments(rows: Rows) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """Return the last moment at which each event can have happened, and the last at which it is spoken of."""
    end, start = ("died_to", "died_from") if rows.table.name == "deaths" else ("occurred_to", "occurred_from")
    others = ["reported_at"] + (["found_at"] if rows.table.name == "deaths" else [])
    later = rows.interval(start).latest
    for name in others:
        later = np.fmax(later, rows.interval(name).latest)
    ended = rows.interval(end).latest
    return np.where(np.isnat(ended), later, ended), np.fmax(ended, later)


def _one_of(rows: Rows) -> None:
    table = rows.table
    for names, exactly in ((table.exactly_one, True), (table.at_least_one, False)):
        if not names:
            continue
        filled = np.sum([rows.filled(name) for name in names], axis=0)
        listed = ", ".join(names)
        rows.problems.add(filled == 0, names[0], "missing_required", f"one of {listed} is needed")
        if exactly:
            for place, name in enumerate(names[1:], start=1):
                # The second of those filled is the one to take out.
                before = np.sum([rows.filled(earlier) for earlier in names[:place]], axis=0)
                rows.problems.add(
                    rows.filled(name) & (before == 1),
                    name,
                    "conflicting_columns",
                    f"only one of {listed} may be filled",
                )


def _happened(rows: Rows, manifest: Manifest) -> None:
    extracted_at = manifest.extracted_at
    moment = np.datetime64(extracted_at.replace(tzinfo=None), "us")
    today = np.datetime64(extracted_at.astimezone(manifest.zone).date(), "us")
    for column in rows.table.columns:
        if column.happened:
            limit = moment if column.kind == "time" else today
            ahead = rows.interval(column.name).earliest > limit
            rows.problems.add(
                ahead,
                column.name,
                "impossible_date",
                lambda cell: f"{shortened(cell)!r} is in the future of extracted_at ({manifest.extracted_text})",
            )


def check_anonymous(rows: Rows, manifest: Manifest) -> None:
    """Note every row that holds or points to a person, where the manifest says that none can be identified."""
    if manifest.identifiable:
        return
    said = "the manifest says identifiable: false, so no person may be in the extract"
    if rows.table.name == "people":
        everyone = np.ones(len(rows), dtype=np.bool_)
        rows.problems.add(everyone, "person_ref", "identity_in_anonymous_source", said)
    for column in rows.table.columns:
        if column.refers_to == "person":
            rows.problems.add(rows.filled(column.name), column.name, "identity_in_anonymous_source", said)
        if column.refers_to == "about":
            person = rows.filled(column.name) & rows.equals("about", "person")
            rows.problems.add(person, column.name, "identity_in_anonymous_source", said)


def _category(rows: Rows, manifest: Manifest) -> None:
    if manifest.agency_kind != "police":
        return
    lived = np.asarray(rows.values["near_miss"] == 1) | np.array(
        [flags is not None and "near_miss" in flags for flags in rows.values["flags"]], dtype=np.bool_
    )
    empty = ~rows.filled("category") & ~lived & ~rows.withdrawn
    rows.problems.add(empty, "category", "missing_required", "a police force gives each death a category")


def _same_as_itself(rows: Rows, manifest: Manifest) -> None:
    own = f"{manifest.source}:" + rows.text["death_ref"]
    same = np.asarray((rows.text["same_as"] == own).fillna(False), dtype=np.bool_)
    rows.problems.add(same, "same_as", "self_reference", "points to itself")


def _place(rows: Rows, manifest: Manifest) -> None:
    for first, second in (("latitude", "longitude"), ("easting", "northing")):
        for here, other in ((first, second), (second, first)):
            alone = rows.filled(here) & ~rows.filled(other)
            rows.problems.add(alone, other, "missing_required", f"is empty beside {here}")
    latitude, longitude = rows.floats("latitude"), rows.floats("longitude")
    easting, northing = rows.floats("easting"), rows.floats("northing")
    on_grid = ~np.isnan(easting) & ~np.isnan(northing)
    has_point = ~np.isnan(latitude) & ~np.isnan(longitude)
    grid_latitude, grid_longitude = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if on_grid.any():
        grid_latitude[on_grid], grid_longitude[on_grid] = grid_to_wgs84(easting[on_grid], northing[on_grid])
    apart = distance_m(latitude, longitude, grid_latitude, grid_longitude)
    far = np.nan_to_num(apart) > SAME_PLACE_M
    rows.problems.add(
        far,
        "easting",
        "conflicting_place",
        [f"grid and latitude are {metres:,.0f} m apart (at most {SAME_PLACE_M})" for metres in apart[far]],
    )
    latitude, longitude = np.where(has_point, latitude, grid_latitude), np.where(has_point, longitude, grid_longitude)
    rows.values["latitude"], rows.values["longitude"] = latitude, longitude
    if manifest.bounds is not None:
        south, west, north, east = manifest.bounds
        for name, low, value, high, where in (
            ("latitude", south, latitude, north, has_point),
            ("longitude", west, longitude, east, has_point),
            ("northing", south, latitude, north, ~has_point),
            ("easting", west, longitude, east, ~has_point),
        ):
            out: Mask = where & ((value < low) | (value > high))
            rows.problems.add(
                out, name, "out_of_range", f"is outside the manifest's bounds ({low:g} to {high:g} degrees)"
            )
