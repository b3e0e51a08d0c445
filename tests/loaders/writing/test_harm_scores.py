"""Both harm scores on every incident that has one, with what they rest on."""

import pandas as pd

from graph.frames import to_rows
from loaders.writing.elements import elements


def test_an_incident_is_scored_when_it_is_loaded() -> None:
    rows = pd.DataFrame(
        {
            "id": ["niche:I1", "niche:I2", "niche:I3", "niche:I4"],
            "source": "niche",
            "load_id": "niche@1",
            "kind": ["crime", "non_crime", "crime", "arrest"],
            "offence_code": ["8N", None, None, "8N"],
            "offence_group": [None, None, "Residential burglary", None],
            "occurred_from": pd.to_datetime(["2026-01-05T22:00Z"] * 4),
        }
    )
    rows = rows.assign(**{name: None for name in ("occurred_from_latest", "occurred_to", "occurred_to_latest")})
    rows = rows.assign(reported_at=None, reported_at_latest=None, recorded_at=rows["occurred_from"])
    nodes = to_rows(elements("incidents", rows, timezone="Europe/London").nodes["Incident"])
    assert [(n["severity_cchi"], n["severity_css"]) for n in nodes] == [
        (365, None),
        (1, None),
        (273.5, 438),
        (None, None),
    ]
    assert nodes[2]["severity_basis"] == "group medians 2026: residential burglary"
    assert nodes[3]["severity_basis"] is None
