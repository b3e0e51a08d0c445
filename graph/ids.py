"""Ids that more than one part of the program has to make alike."""

import hashlib


def person_id(founding_nominal: str) -> str:
    """Return the id of the person founded by this nominal, the member with the smallest first_recorded_at, then id."""
    return f"person:{hashlib.sha256(founding_nominal.encode()).hexdigest()[:12]}"
