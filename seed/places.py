"""The invented land: towns, streets, homes and public places, laid out at sea, so that no point is anyone's home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed import words
from seed.codes import PLACE_TYPE, PRECISION
from seed.ledger import NONE, FloatArray, IntArray
from seed.sizes import WorldSize

# Open sea east of the Holderness coast: south, west, north, east. The manifest states it as the bounds of an extract.
BOUNDS = (53.5, 0.25, 55.7, 1.79)
HOMES_PER_STREET = 24
HOME_SPACING_M = 12.0
METRES_PER_DEGREE = 111_320.0

# Places for each 1,000 people of a town (general knowledge), and whether even a small town has one.
_PER_THOUSAND: dict[str, tuple[float, int]] = {
    "shop": (3.0, 3), "licensed_premises": (1.2, 2), "park": (0.5, 1), "car_park": (0.5, 1), "school": (0.4, 1),
    "workplace": (1.5, 2), "restaurant": (0.5, 1), "hotel": (0.15, 1), "worship": (0.3, 1), "churchyard": (0.25, 1),
    "water": (0.3, 1), "railway": (0.1, 1), "transport": (0.3, 1), "health_centre": (0.2, 1), "care_home": (0.4, 1),
    "hostel": (0.08, 0), "refuge": (0.03, 0),
}  # fmt: skip
# One town in this many has a hospital, a custody suite and a police station that the others use; hostels too.
_TOWNS_PER_HUB = 10


@dataclass
class Places:
    """Places as arrays over their numbers; homes first, in the order of towns."""

    type: IntArray
    town: IntArray
    beat: IntArray
    street: IntArray
    number: IntArray
    flat: IntArray
    name: IntArray
    postcode: IntArray
    precision: IntArray
    latitude: FloatArray
    longitude: FloatArray
    homes: int
    towns: list[str]
    town_force: IntArray
    town_people: IntArray
    hospital: IntArray
    custody: IntArray
    station: IntArray
    streets: list[str]
    names: list[str]

    def __post_init__(self) -> None:
        self._index: dict[int, tuple[IntArray, IntArray]] = {}

    def _of_type(self, place_type: int) -> tuple[IntArray, IntArray]:
        if place_type not in self._index:
            ids = np.flatnonzero(self.type == place_type)
            ids = ids[np.argsort(self.town[ids], kind="stable")]
            self._index[place_type] = ids, np.searchsorted(self.town[ids], np.arange(len(self.towns) + 1))
        return self._index[place_type]

    def pick(self, rng: np.random.Generator, place_type: int, towns: IntArray, first_share: float = 0.0) -> IntArray:
        """Return one place of this type in each town; the whole land where a town has none.

        first_share: how often the town's first such place is meant (a supermarket that draws most of the calls).
        """
        ids, offsets = self._of_type(place_type)
        if not ids.size:
            raise ValueError(f"no place of type {PLACE_TYPE.words[place_type]}")
        low, high = offsets[towns], offsets[towns + 1]
        none = high == low
        low, high = np.where(none, 0, low), np.where(none, ids.size, high)
        position = low + (rng.random(towns.size) * (high - low)).astype(np.int64)
        return ids[np.where(rng.random(towns.size) < first_share, low, position)]

    def street_of(self, places: IntArray) -> IntArray:
        """Return the place that stands for the whole street of each place."""
        return self.homes + self.street[places]

    def metres_between(self, a: int, b: int) -> float:
        """Return the distance of two places in metres (equirectangular; right to under 1 % within a town)."""
        north = (self.latitude[a] - self.latitude[b]) * METRES_PER_DEGREE
        east = (self.longitude[a] - self.longitude[b]) * METRES_PER_DEGREE * np.cos(np.radians(self.latitude[a]))
        return float(np.hypot(north, east))


def _town_names(rng: np.random.Generator, count: int) -> list[str]:
    joined = [start + ("" if end.islower() else " ") + end for start in words.TOWN_START for end in words.TOWN_END]
    order = rng.permutation(len(joined))
    return [joined[order[i % len(joined)]] + ("" if i < len(joined) else " Magna") for i in range(count)]


def build_places(
    size: WorldSize, rng: np.random.Generator, homes_by_town: IntArray, people_by_town: IntArray
) -> Places:
    """Return the land for these numbers of homes and people a town; town 0 is the largest."""
    towns = homes_by_town.size
    # A sunflower: even spacing without a grid, the largest town in the middle.
    turn = np.arange(towns) * 2.399963
    away = np.sqrt((np.arange(towns) + 0.5) / max(towns, 30))
    south, west, north, east = BOUNDS
    town_lat = (south + north) / 2 + np.sin(turn) * away * (north - south) * 0.46
    town_lon = (west + east) / 2 + np.cos(turn) * away * (east - west) * 0.45
    radius_m = 120.0 * np.sqrt(people_by_town / 25.0)

    streets_by_town = np.maximum(-(-homes_by_town // HOMES_PER_STREET), 4)
    street_town = np.repeat(np.arange(towns), streets_by_town)
    n_streets = street_town.size
    turn, away = rng.random(n_streets) * 2 * np.pi, np.sqrt(rng.random(n_streets)) * radius_m[street_town]
    scale = METRES_PER_DEGREE * np.cos(np.radians(town_lat[street_town]))
    street_lat = town_lat[street_town] + np.sin(turn) * away / METRES_PER_DEGREE
    street_lon = town_lon[street_town] + np.cos(turn) * away / scale
    beats = np.maximum(people_by_town // 2500, 2)
    street_beat = (turn / (2 * np.pi) * beats[street_town]).astype(np.int64)
    street_heading = rng.random(n_streets) * 2 * np.pi
    street_flats = rng.random(n_streets) < 0.13
    street_name = rng.integers(0, len(words.STREET_START) * len(words.STREET_END), n_streets)

    first_street = np.concatenate([[0], np.cumsum(streets_by_town)[:-1]])
    home_town = np.repeat(np.arange(towns), homes_by_town)
    in_town = np.arange(home_town.size) - np.concatenate([[0], np.cumsum(homes_by_town)[:-1]])[home_town]
    home_street = first_street[home_town] + in_town // HOMES_PER_STREET
    position = in_town % HOMES_PER_STREET
    flats = street_flats[home_street]

    blocks: list[tuple[int, IntArray, IntArray]] = []  # place type, town, street
    for kind, (per_thousand, least) in _PER_THOUSAND.items():
        count = np.maximum(np.round(people_by_town * per_thousand / 1000).astype(np.int64), least)
        if kind == "hostel":
            count[::_TOWNS_PER_HUB] = np.maximum(count[::_TOWNS_PER_HUB], 2)
        of_town = np.repeat(np.arange(towns), count)
        offset = (rng.random(of_town.size) * streets_by_town[of_town]).astype(np.int64)
        blocks.append((PLACE_TYPE[kind], of_town, first_street[of_town] + offset))
    hub_towns = np.arange(0, towns, _TOWNS_PER_HUB)
    for kind in ("hospital", "custody", "police_station"):
        blocks.append((PLACE_TYPE[kind], hub_towns, first_street[hub_towns] + rng.integers(0, 4, hub_towns.size)))

    extra_street = np.concatenate([street for _, _, street in blocks])
    place_type = np.concatenate(
        [np.full(home_town.size, PLACE_TYPE["home"]), np.full(n_streets, PLACE_TYPE["street"])]
        + [np.full(town.size, kind) for kind, town, _ in blocks]
    )
    street = np.concatenate([home_street, np.arange(n_streets), extra_street])
    town = np.concatenate([home_town, street_town, *[town for _, town, _ in blocks]])
    n_extra = extra_street.size
    along = np.concatenate(
        [
            np.where(flats, 6.0, (position - HOMES_PER_STREET / 2) * HOME_SPACING_M),
            np.zeros(n_streets),
            rng.normal(0, 90, n_extra),
        ]
    )
    aside = np.concatenate(
        [np.where(position % 2 == 0, 9.0, -9.0) * ~flats, np.zeros(n_streets), rng.normal(0, 25, n_extra)]
    )
    heading = street_heading[street]
    north_m = np.sin(heading) * along + np.cos(heading) * aside
    east_m = np.cos(heading) * along - np.sin(heading) * aside
    latitude = street_lat[street] + north_m / METRES_PER_DEGREE
    longitude = street_lon[street] + east_m / (METRES_PER_DEGREE * np.cos(np.radians(latitude)))

    names, name = _names(place_type, rng)
    nearest = np.arange(towns) // _TOWNS_PER_HUB
    starts = np.flatnonzero(np.isin(place_type, PLACE_TYPE.numbers(["hospital", "custody", "police_station"])))
    hubs = starts.reshape(3, hub_towns.size)
    return Places(
        type=place_type.astype(np.int64),
        town=town.astype(np.int64),
        beat=street_beat[street],
        street=street.astype(np.int64),
        number=np.concatenate(
            [np.where(flats, 1, position + 1), np.full(n_streets, NONE), rng.integers(1, 60, n_extra)]
        ).astype(np.int64),
        flat=np.concatenate([np.where(flats, position + 1, NONE), np.full(n_streets + n_extra, NONE)]).astype(np.int64),
        name=name,
        postcode=(street * 2 + np.concatenate([position // 12, np.zeros(n_streets + n_extra, np.int64)])).astype(
            np.int64
        ),
        precision=np.where(place_type == PLACE_TYPE["street"], PRECISION["street"], PRECISION["exact"]).astype(
            np.int64
        ),
        latitude=np.round(latitude, 6),
        longitude=np.round(longitude, 6),
        homes=home_town.size,
        towns=_town_names(rng, towns),
        town_force=(np.arange(towns) % size.forces).astype(np.int64),
        town_people=people_by_town,
        hospital=hubs[0][nearest],
        custody=hubs[1][nearest],
        station=hubs[2][nearest],
        streets=[
            f"{words.STREET_START[n // len(words.STREET_END)]} {words.STREET_END[n % len(words.STREET_END)]}"
            for n in street_name.tolist()
        ],
        names=names,
    )


def _names(place_type: IntArray, rng: np.random.Generator) -> tuple[list[str], IntArray]:
    """Return place names and, for each place, the number of its name or NONE."""
    names: list[str] = []
    name = np.full(place_type.size, NONE, dtype=np.int64)
    named = {
        "shop": words.SHOP_NAMES, "licensed_premises": words.PUB_NAMES, "care_home": words.CARE_NAMES,
        "school": words.SCHOOL_NAMES, "hospital": ["Seaward General Hospital"], "custody": ["Custody suite"],
        "hostel": ["Anchor House hostel", "Harbour Gate hostel"], "police_station": ["Police station"],
    }  # fmt: skip
    for kind, choice in named.items():
        places = np.flatnonzero(place_type == PLACE_TYPE[kind])
        name[places] = len(names) + rng.integers(0, len(choice), places.size)
        names.extend(choice)
    return names, name


def postcode_texts(numbers: IntArray) -> list[str]:
    """Return postcodes of an area (WM) that Royal Mail has never used; one number, one postcode."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return [f"WM{1 + n // 4000} {n // 400 % 10}{letters[n // 20 % 20]}{letters[n % 20]}" for n in numbers.tolist()]


def british_grid(latitude: FloatArray, longitude: FloatArray) -> tuple[IntArray, IntArray]:
    """Return British National Grid eastings and northings in metres, right to about 5 m.

    Source: Ordnance Survey, "A guide to coordinate systems in Great Britain" (Helmert step, then transverse Mercator).
    """
    lat, lon = np.radians(latitude), np.radians(longitude)
    a, e2 = 6378137.0, 0.00669438
    nu = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    xyz = np.stack([nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon), nu * (1 - e2) * np.sin(lat)])
    scale = 1 + 20.4894e-6
    rx, ry, rz = np.radians(np.array([-0.1502, -0.2470, -0.8421]) / 3600)
    x = -446.448 + scale * xyz[0] - rz * xyz[1] + ry * xyz[2]
    y = 125.157 + rz * xyz[0] + scale * xyz[1] - rx * xyz[2]
    z = -542.060 - ry * xyz[0] + rx * xyz[1] + scale * xyz[2]
    a, b = 6377563.396, 6356256.909
    e2 = 1 - (b / a) ** 2
    p = np.hypot(x, y)
    lat = np.arctan2(z, p * (1 - e2))
    for _ in range(4):
        nu = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        lat = np.arctan2(z + e2 * nu * np.sin(lat), p)
    lon = np.arctan2(y, x)
    f0, lat0, lon0, n = 0.9996012717, np.radians(49.0), np.radians(-2.0), (a - b) / (a + b)
    nu = a * f0 / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    rho = a * f0 * (1 - e2) / (1 - e2 * np.sin(lat) ** 2) ** 1.5
    eta2 = nu / rho - 1
    d, s = lat - lat0, lat + lat0
    meridian = (
        b
        * f0
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * d
            - (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(d) * np.cos(s)
            + (1.875 * n**2 + 1.875 * n**3) * np.sin(2 * d) * np.cos(2 * s)
            - 35 / 24 * n**3 * np.sin(3 * d) * np.cos(3 * s)
        )
    )
    sin, cos, tan2, dl = np.sin(lat), np.cos(lat), np.tan(lat) ** 2, lon - lon0
    northing = (
        meridian - 100000
        + nu / 2 * sin * cos * dl**2
        + nu / 24 * sin * cos**3 * (5 - tan2 + 9 * eta2) * dl**4
        + nu / 720 * sin * cos**5 * (61 - 58 * tan2 + tan2**2) * dl**6
    )  # fmt: skip
    easting = (
        400000
        + nu * cos * dl
        + nu / 6 * cos**3 * (nu / rho - tan2) * dl**3
        + nu / 120 * cos**5 * (5 - 18 * tan2 + tan2**2 + 14 * eta2 - 58 * tan2 * eta2) * dl**5
    )
    return np.round(easting).astype(np.int64), np.round(northing).astype(np.int64)
