"""Labelled records of people as they came, and Splink's own quick-start model on them, to compare with."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from loaders.resolve import resolve_people


@dataclass(frozen=True)
class Set:
    """Labelled records as they came, as people, and the quick start's choices for their columns."""

    records: pd.DataFrame
    people: pd.DataFrame
    truth: dict[str, Any]
    comparisons: list[Any]
    blocks: Sequence[tuple[str, ...]]
    surely: tuple[str, ...]


def fake(folder: Path) -> Set:
    """1,000 invented records: names, date of birth, city, email, all full of slips. The quick start is the README's."""
    records = pd.read_csv(folder / "fake_1000.csv", dtype=str)
    people = pd.DataFrame(
        {
            "id": "fake:" + records["unique_id"],
            "source": "fake",
            "given_name": records["first_name"],
            "family_name": records["surname"],
            "date_of_birth": records["dob"],
            "address": records["city"],
            "email": records["email"],
        }
    )
    comparisons = [
        cl.JaroWinklerAtThresholds("first_name", [0.9, 0.7]),
        cl.JaroAtThresholds("surname", [0.9, 0.7]),
        cl.DateOfBirthComparison(
            "dob", input_is_string=True, datetime_metrics=["year", "month"], datetime_thresholds=[1, 1]
        ),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ]
    truth = dict(zip(people["id"], records["cluster"], strict=True))
    return Set(records, people, truth, comparisons, [("first_name",), ("surname",)], ("first_name", "surname"))


def febrl(folder: Path, *names: str, number_is_pnc: bool) -> Set:
    """Invented Australian records; rec-N-org and rec-N-dup-k are one person."""
    records = pd.concat(
        [pd.read_csv(folder / f"{name}.csv", dtype=str, skipinitialspace=True) for name in names], ignore_index=True
    )
    records.columns = records.columns.str.strip()
    records = records.apply(lambda column: column.str.strip()).rename(columns={"rec_id": "unique_id"})
    lines = records[["street_number", "address_1", "address_2", "suburb", "state"]].fillna("")
    people = pd.DataFrame(
        {
            "id": "febrl:" + records["unique_id"],
            "source": "febrl",
            "given_name": records["given_name"],
            "family_name": records["surname"],
            "date_of_birth": pd.to_datetime(records["date_of_birth"], format="%Y%m%d", errors="coerce"),
            "address": [" ".join(part for part in row if part) for row in lines.itertuples(index=False)],
            "postcode": records["postcode"],
        }
    )
    comparisons = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison(
            "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
        ),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        cl.ExactMatch("suburb").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
    ]
    if number_is_pnc:
        people["pnc_id"] = records["soc_sec_id"]
        comparisons.append(cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]))
    truth = dict(zip(people["id"], records["unique_id"].str.split("-").str[1], strict=True))
    blocks = [("given_name",), ("surname",), ("date_of_birth",)]
    return Set(records, people, truth, comparisons, blocks, ("given_name", "surname", "date_of_birth"))


def quick_start(data: Set) -> dict[str, Any]:
    """Return Splink's README model's cluster per id."""
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=data.comparisons,
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in data.blocks],
    )
    linker = Linker(api.register(data.records), settings, log_level=logging.CRITICAL)
    linker.training.estimate_probability_two_random_records_match([block_on(*data.surely)], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(*data.surely[:2]))
    birth = "dob" if "dob" in data.records else "date_of_birth"
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(birth))
    predictions = linker.inference.predict(threshold_match_weight=-10)
    clustered: Any = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, 0.95)
    clusters = clustered.as_pandas_dataframe()
    prefix = data.people["source"].iloc[0]
    return {f"{prefix}:{row.unique_id}": row.cluster_id for row in clusters.itertuples()}


def timed(work: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], float]:
    """Return what the work returns and the processor time it took (seconds; not the wall's, which other work
    disturbs).
    """
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def ours(data: Set) -> dict[str, Any]:
    clusters = resolve_people(data.people).clusters
    return dict(zip(clusters["nominal_id"], clusters["person_id"], strict=True))


def exact_clusters(found: dict[str, Any], truth: dict[str, Any]) -> float:
    """The share of true people whose records are together, and alone."""
    groups = [pd.Series(mapping).groupby(pd.Series(mapping)).groups.values() for mapping in (found, truth)]
    whole, true = ({frozenset(group) for group in side} for side in groups)
    return len(whole & true) / len(true)
