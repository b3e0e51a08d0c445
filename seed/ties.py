"""What the records say about how people belong together: kin of the dead, carers, homes, workplaces, care providers."""

from __future__ import annotations

import numpy as np

from seed import words
from seed.clock import DAY_MINUTES
from seed.codes import AMBULANCE, KIND, ORGANISATION, ORGANISATION_ROLE, PLACE_TYPE, RELATION, ROLE, STAY
from seed.ledger import NONE
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World


def add_ties(world: World) -> None:
    """Add relations, person places and providers for events that are there, planted or not alike."""
    rng, people, book = world.rng("ties"), world.people, world.book
    events, involved, deaths = book.events.columns(), book.involvements.columns(), book.deaths.columns()
    dead = np.full(book.events.rows, NONE, dtype=np.int64)
    dead[deaths["event"]] = deaths["person"]
    who, event, role = involved["person"], involved["event"], involved["role"]
    source, about = events["source"][event], dead[event]
    recorded = np.minimum(events["recorded"][event] + DAY_MINUTES, EXTRACTED_MINUTE - 1)
    police = source < AMBULANCE

    kin = police & (about != NONE) & (role == ROLE["next_of_kin"]) & (rng.random(who.size) < 0.7)
    child = people.kin[np.maximum(about, 0)] == who
    partner = people.partner[np.maximum(about, 0)] == who
    relation = np.where(partner, RELATION["partner"], np.where(child, RELATION["child"], RELATION["relative"]))
    carer = police & (about != NONE) & (role == ROLE["carer"]) & (rng.random(who.size) < 0.6)
    relation = np.where(carer, RELATION["carer"], relation)
    some = (kin | carer) & (who != about)
    book.relations.add(
        source=source[some], person=who[some], other=about[some], relation=relation[some], recorded=recorded[some]
    )

    lives = police & (rng.random(who.size) < 0.1) & (role != ROLE["attending_professional"])
    book.person_places.add(
        source=source[lives],
        person=who[lives],
        place=people.home[who[lives]],
        relation=STAY["home"],
        recorded=recorded[lives],
    )
    works = police & (people.work[who] != NONE) & (rng.random(who.size) < 0.6)
    book.person_places.add(
        source=source[works],
        person=who[works],
        place=people.work[who[works]],
        relation=STAY["work"],
        recorded=recorded[works],
    )
    hostel = police & (people.places.type[people.home[who]] == PLACE_TYPE["hostel"]) & (rng.random(who.size) < 0.5)
    book.person_places.add(
        source=source[hostel],
        person=who[hostel],
        place=people.home[who[hostel]],
        relation=STAY["stayed"],
        recorded=recorded[hostel],
    )
    _providers(world, rng)


def _providers(world: World, rng: np.random.Generator) -> None:
    """Add the provider of each care home to the deaths in it."""
    book, places = world.book, world.people.places
    events = book.events.columns()
    place = events["place"]
    in_care = (events["kind"] == KIND["death"]) & (events["source"] < AMBULANCE) & (place != NONE)
    in_care &= places.type[place] == PLACE_TYPE["care_home"]
    rows = np.flatnonzero(in_care & (rng.random(place.size) < 0.85))
    homes, back = np.unique(place[rows], return_inverse=True)
    texts = np.array(
        [book.text(words.PROVIDERS[home % len(words.PROVIDERS)]) for home in homes.tolist()], dtype=np.int64
    )
    firms = book.organisations.add(
        homes.size,
        source=world.force_of(places.town[homes]),
        kind=ORGANISATION["care_provider"],
        text=texts,
        place=homes,
    )
    same = world.force_of(places.town[homes])[back] == events["source"][rows]
    book.organisation_links.add(organisation=firms[back][same], event=rows[same], role=ORGANISATION_ROLE["provider"])
