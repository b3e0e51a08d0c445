"""British National Grid -> WGS84, and distances."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8

# Airy 1830 and the National Grid's projection; then WGS84.
_AIRY_A, _AIRY_B = 6_377_563.396, 6_356_256.909
_WGS_A, _WGS_B = 6_378_137.0, 6_356_752.314245
_SCALE = 0.9996012717
_ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = np.radians(49.0), np.radians(-2.0)
_ORIGIN_EASTING, _ORIGIN_NORTHING = 400_000.0, -100_000.0

# OSGB36 -> WGS84: metres, parts per million, seconds of arc.
_SHIFT_M = (446.448, -125.157, 542.060)
_SCALE_PPM = -20.4894
_TURN_ARCSEC = (0.1502, 0.2470, 0.8421)


def grid_to_wgs84(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    """Return latitude and longitude (WGS84 degrees) of British National Grid points (metres); NaN stays NaN.

    Good to about 5 m, by one Helmert transformation for the whole country: enough for a scene, not for a survey.
    Source: Ordnance Survey, A guide to coordinate systems in Great Britain, sections 6.6 and annexes B and C.
    """
    latitude, longitude = grid_to_airy(easting, northing)
    x, y, z = _to_cartesian(latitude, longitude, _AIRY_A, _AIRY_B)
    scale = 1 + _SCALE_PPM / 1e6
    rx, ry, rz = (np.radians(turn / 3600) for turn in _TURN_ARCSEC)
    tx, ty, tz = _SHIFT_M
    moved = (
        tx + x * scale - y * rz + z * ry,
        ty + x * rz + y * scale - z * rx,
        tz - x * ry + y * rx + z * scale,
    )
    return _to_degrees(*moved, _WGS_A, _WGS_B)


def grid_to_airy(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    """Return latitude and longitude (degrees) on the Airy ellipsoid (OSGB36) of National Grid points (metres)."""
    e2 = 1 - (_AIRY_B / _AIRY_A) ** 2
    n = (_AIRY_A - _AIRY_B) / (_AIRY_A + _AIRY_B)
    phi = (northing - _ORIGIN_NORTHING) / (_AIRY_A * _SCALE) + _ORIGIN_LATITUDE
    for _ in range(10):
        phi = phi + (northing - _ORIGIN_NORTHING - _meridian_arc(phi, n)) / (_AIRY_A * _SCALE)
    sin, cos, tan = np.sin(phi), np.cos(phi), np.tan(phi)
    nu = _AIRY_A * _SCALE / np.sqrt(1 - e2 * sin**2)
    rho = _AIRY_A * _SCALE * (1 - e2) / (1 - e2 * sin**2) ** 1.5
    eta2 = nu / rho - 1
    d = easting - _ORIGIN_EASTING
    seventh = tan / (2 * rho * nu)
    eighth = tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2)
    ninth = tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4)
    tenth = 1 / (cos * nu)
    eleventh = 1 / (cos * 6 * nu**3) * (nu / rho + 2 * tan**2)
    twelfth = 1 / (cos * 120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4)
    twelfth_a = 1 / (cos * 5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6)
    latitude = phi - seventh * d**2 + eighth * d**4 - ninth * d**6
    longitude = _ORIGIN_LONGITUDE + tenth * d - eleventh * d**3 + twelfth * d**5 - twelfth_a * d**7
    return np.degrees(latitude), np.degrees(longitude)


def distance_m(latitude_a: Floats, longitude_a: Floats, latitude_b: Floats, longitude_b: Floats) -> Floats:
    """Return the great-circle distance in metres between points given in degrees."""
    a, b = np.radians(latitude_a), np.radians(latitude_b)
    across = np.radians(longitude_b - longitude_a)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    found: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return found


def _meridian_arc(phi: Floats, n: float) -> Floats:
    less, more = phi - _ORIGIN_LATITUDE, phi + _ORIGIN_LATITUDE
    arc: Floats = (
        _AIRY_B
        * _SCALE
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(less) * np.cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * np.sin(2 * less) * np.cos(2 * more)
            - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
        )
    )
    return arc


def _to_cartesian(latitude: Floats, longitude: Floats, a: float, b: float) -> tuple[Floats, Floats, Floats]:
    phi, turn = np.radians(latitude), np.radians(longitude)
    e2 = 1 - (b / a) ** 2
    nu = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    return nu * np.cos(phi) * np.cos(turn), nu * np.cos(phi) * np.sin(turn), (1 - e2) * nu * np.sin(phi)


def _to_degrees(x: Floats, y: Floats, z: Floats, a: float, b: float) -> tuple[Floats, Floats]:
    e2 = 1 - (b / a) ** 2
    across = np.hypot(x, y)
    phi = np.arctan2(z, across * (1 - e2))
    for _ in range(5):
        nu = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        phi = np.arctan2(z + e2 * nu * np.sin(phi), across)
    return np.degrees(phi), np.degrees(np.arctan2(y, x))
