"""Parameters: defaults, training, saving; and explanations in words."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph.errors import ThroughlineError
from loaders.people.comparisons import COMPARISONS
from loaders.people.model import Model, default_model
from loaders.people.patterns import find_patterns, learn_reliability
from loaders.people.scoring import workspace
from loaders.resolve import explain_pair, resolve_people, train
from tests.loaders.made_people import made_people

JO = {"given_name": "Joanna", "family_name": "Fenwright", "date_of_birth": date(1987, 3, 9)}


def people(*records: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"id": f"niche:P{i}", "source": "niche", **record} for i, record in enumerate(records)])


def codes(pairs: int, **levels: str) -> dict[str, Any]:
    """So many pairs that stand at the named levels, and have nothing else to compare."""
    return {
        c.name: np.full(pairs, c.codes(levels[c.name])[0] if c.name in levels else 0, dtype=np.uint8)
        for c in COMPARISONS
    }


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


# --- parameters ----------------------------------------------------------------------------------------------------


def test_agreement_never_counts_less_than_difference_in_the_defaults() -> None:
    for comparison in COMPARISONS:
        bits = [default_model().weight(comparison.name, level.name) for level in comparison.levels]
        assert bits[0] > bits[-1], comparison.name
        assert bits[-1] < 0, comparison.name


def test_the_prior_falls_with_the_number_of_records_and_is_capped_for_a_handful() -> None:
    model = default_model()
    assert model.prior(5) == model.prior(5000) == 1e-4
    assert model.prior(1_000_000) == 1e-6
    assert replace(model, pairs_per_nominal=0.5).prior(2001) == pytest.approx(0.0005)


def test_a_model_survives_saving(tmp_path: Path) -> None:
    model = replace(default_model(), trained_on=700, pairs_per_nominal=0.4, births_reliable=False, notes=("a note",))
    model.save(tmp_path / "model.json")
    assert Model.load(tmp_path / "model.json") == model


def test_a_model_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    with pytest.raises(ThroughlineError, match="no resolution model here"):
        Model.load(path)
    path.write_text("{")
    with pytest.raises(ThroughlineError, match="not JSON"):
        Model.load(path)
    default_model().save(path)
    document = json.loads(path.read_text())
    for change in ({"format": 9}, {"weights": {}}, {"term_frequencies": {"given": {}}}):
        path.write_text(json.dumps(document | change))
        with pytest.raises(ThroughlineError, match="incomplete or of another version"):
            Model.load(path)
    document["weights"]["sex"]["same"]["u"] = 0
    path.write_text(json.dumps(document))
    with pytest.raises(ThroughlineError, match="between 0 and 1"):
        Model.load(path)


# --- training ------------------------------------------------------------------------------------------------------


def test_too_few_records_are_not_learnt_from() -> None:
    model = train(people(JO, JO))
    assert model.trained_on == 0
    assert "only 2 nominals" in model.notes[0]


def test_records_without_repeats_fall_back_to_the_defaults() -> None:
    nominals, truth = made_people(700, seed=5, records=1.0)
    single = nominals[~pd.Series(truth).reindex(nominals["id"]).duplicated().to_numpy()]
    model = train(single.assign(date_of_birth=None, family_name=[f"Only{i}" for i in range(len(single))]))
    assert model.trained_on == 0
    assert model.weights == default_model().weights


def test_training_learns_what_these_records_get_wrong() -> None:
    nominals, _ = made_people(1500, seed=17, records=2.0)
    spoilt = nominals.assign(sex=["F", "M"] * (len(nominals) // 2) + ["F"] * (len(nominals) % 2))
    model, spoilt_model = train(nominals), train(spoilt)
    assert model.trained_on == len(nominals)
    assert model.weight("sex", "different") < -4
    # A column of noise is no evidence either way: learnt as such, or refused with a note.
    assert abs(spoilt_model.weight("sex", "different")) < 0.5 or any("sex" in note for note in spoilt_model.notes)


def test_a_trained_model_can_be_kept_and_used_again(tmp_path: Path) -> None:
    nominals, _ = made_people(600, seed=23)
    model = train(nominals)
    model.save(tmp_path / "model.json")
    direct = resolve_people(nominals)
    again = resolve_people(nominals, model=Model.load(tmp_path / "model.json"))
    pd.testing.assert_frame_equal(direct.clusters, again.clusters)


# --- patterns ------------------------------------------------------------------------------------------------------

AGREE = {"given_name": "same", "family_name": "same", "date_of_birth": "same", "home": "same_address"}
TWINS = {**AGREE, "given_name": "different"}


def test_given_names_are_trusted_while_twins_explain_what_differs() -> None:
    assert learn_reliability(joined(codes(1000, **AGREE), codes(20, **TWINS))) == (True, True)


def test_given_names_that_contradict_themselves_too_often_are_not_trusted() -> None:
    assert learn_reliability(joined(codes(1000, **AGREE), codes(90, **TWINS))) == (False, True)


def test_many_twins_who_differ_otherwise_are_people_and_not_errors() -> None:
    others = joined(
        codes(1000, **AGREE, sex="same"), codes(45, **TWINS, sex="same"), codes(45, **TWINS, sex="different")
    )
    assert learn_reliability(others) == (True, True)


def test_dates_of_birth_that_contradict_themselves_too_often_are_not_trusted() -> None:
    wrong = codes(60, **{**AGREE, "date_of_birth": "far_apart"})
    assert learn_reliability(joined(codes(1000, **AGREE), wrong)) == (True, False)


def test_a_pnc_id_outranks_the_look_of_twins() -> None:
    twins, same = (find_patterns(codes(1, **TWINS, **more), default_model())[0] for more in ({}, {"pnc_id": "same"}))
    assert twins != same


# --- splink --------------------------------------------------------------------------------------------------------


def test_what_agrees_does_not_depend_on_the_weights_that_it_was_compared_with() -> None:
    """Levels and rarity are read back from Splink's weights; each must come back as it went in."""
    with workspace(people(JO, {**JO, "given_name": "Joana"}, {**JO, "date_of_birth": date(1987, 9, 3)})) as space:
        space.con.execute(
            "CREATE TABLE these AS SELECT 0::BIGINT AS join_key_l, 1::BIGINT AS join_key_r, '0' AS match_key"
        )
        space.con.execute("INSERT INTO these VALUES (0, 2, '0'), (1, 2, '0')")
        compared = space.compare("these")
    level = {c.name: [c.levels[code - 1].name if code else "" for code in compared.codes[c.name]] for c in COMPARISONS}
    assert level["given_name"] == ["close", "same", "close"]
    assert level["family_name"] == ["same"] * 3
    assert level["date_of_birth"] == ["same", "transposed", "transposed"]
    assert level["phone"] == ["", "", ""]
    # -log2 of the share of people of that surname: (3 spellings of one, 2000 records' worth of 0.0012).
    assert compared.rarity["family_name"][0] == pytest.approx(-np.log2((1 + 2.4) / (2 + 2000)), abs=1.1)


# --- explanations --------------------------------------------------------------------------------------------------


def test_the_waterfall_adds_up() -> None:
    nominals = people({**JO, "phone": ["07700900123"]}, {**JO, "given_name": "Jo", "phone": ["07700900123"]})
    explanation = explain_pair(nominals, "niche:P0", "niche:P1", default_model())
    assert sum(c.bits for c in explanation.contributions) == pytest.approx(explanation.total_bits, abs=1e-3)
    assert explanation.probability == resolve_people(nominals).clusters["probability"][0]
    assert (explanation.verdict, explanation.why_not) == ("joined", ())
    said = {c.name: (c.words, c.left, c.right) for c in explanation.contributions}
    assert said["given name"] == ("forms of one given name", "joanna", "jo")
    assert said["date of birth"] == ("same date of birth", "1987-03-09", "1987-03-09")
    assert said["two records drawn at random"][0] == "one pair in 9,999 is one person"
    assert "email" in explanation.not_compared


def test_each_step_of_the_waterfall_shows_the_sum_so_far_and_what_it_stands_for() -> None:
    explanation = explain_pair(people(JO, {**JO, "given_name": "Jo"}), "niche:P0", "niche:P1", default_model())
    steps = explanation.waterfall()
    assert steps[0][1] == explanation.contributions[0].bits
    assert steps[-1][1:] == (pytest.approx(explanation.total_bits, abs=1e-3), explanation.probability)
    assert explanation.joined_from == 0.99


def test_a_shared_name_says_how_many_have_it() -> None:
    crowd = [{"given_name": "Joanna", "family_name": f"Fen{chr(97 + i)}by"} for i in range(20)]
    explanation = explain_pair(people(JO, JO, *crowd), "niche:P0", "niche:P1", default_model())
    said = {c.name: c.rarity for c in explanation.contributions}
    # Surnames that sound alike count as one person's.
    assert said["given name"] == "one that 1 in 63 share"
    assert explanation.contributions[0].rarity == ""


def test_why_not_names_what_would_join_them() -> None:
    bare = {"given_name": "Joanna", "family_name": "Fenwright"}
    explanation = explain_pair(people(bare, bare), "niche:P0", "niche:P1")
    assert any(words.startswith("same phone (+17") for words in explanation.would_join)
    assert not any("sex" in words for words in explanation.would_join)


def test_left_and_right_follow_the_order_asked_for() -> None:
    nominals = people(JO, {**JO, "given_name": "Jo"})
    there, back = (explain_pair(nominals, a, b) for a, b in (("niche:P0", "niche:P1"), ("niche:P1", "niche:P0")))
    assert there.contributions[1].left == back.contributions[1].right == "joanna"
    assert there.total_bits == back.total_bits


def test_why_not_names_what_speaks_against_and_what_is_missing() -> None:
    twin = {**JO, "given_name": "Marcus"}
    explanation = explain_pair(people(JO, twin), "niche:P0", "niche:P1")
    assert explanation.verdict == "apart"
    assert explanation.why_not[0].startswith("Same surname and date of birth but different given names: as twins (-60")
    bare = {"given_name": "Joanna", "family_name": "Fenwright"}
    lacking = explain_pair(people(bare, bare), "niche:P0", "niche:P1").why_not
    assert "bits short of being joined; nothing to compare in middle names" in lacking[-1]


def test_why_not_says_when_two_records_were_never_compared() -> None:
    other = {"given_name": "Gareth", "family_name": "Oakley"}
    assert "never compared" in explain_pair(people(JO, other), "niche:P0", "niche:P1").why_not[0]


def test_a_human_verdict_is_the_explanation() -> None:
    said = pd.DataFrame({"first_ref": ["niche:P0"], "second_ref": ["niche:P1"], "verdict": ["different"]})
    explanation = explain_pair(people(JO, JO), "niche:P0", "niche:P1", judgements=said)
    assert (explanation.verdict, explanation.why_not) == ("apart", ("An analyst said that these are two people.",))
    assert explanation.probability > 0.99


def test_the_unidentified_are_explained_without_a_score() -> None:
    explanation = explain_pair(people(JO, {**JO, "unidentified": True}), "niche:P0", "niche:P1")
    assert "unidentified" in explanation.why_not[0]


@pytest.mark.parametrize("pair", [("niche:P0", "niche:P9"), ("niche:P0", "niche:P0")])
def test_a_pair_that_cannot_be_explained_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ThroughlineError, match=r"people: .*(no nominal|given twice)"):
        explain_pair(people(JO, JO), *pair)
