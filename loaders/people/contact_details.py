"""Phones, e-mail addresses, PNC ids, postcodes and addresses as written -> the form in which they are compared."""

import re
import unicodedata

STREET_WORDS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive",
    "drv": "drive",
    "ct": "court", "crt": "court", "cl": "close", "pl": "place", "cres": "crescent", "cr": "crescent", "sq": "square",
    "gdns": "gardens", "gdn": "garden", "tce": "terrace", "ter": "terrace", "terr": "terrace", "gr": "grove",
    "grv": "grove",
    "pk": "park", "hse": "house", "bldg": "building", "apt": "flat", "apartment": "flat", "unit": "flat",
    "cct": "circuit",
}  # fmt: skip
_NO_HOME = frozenset(("no fixed abode", "nfa", "no fixed address", "homeless", "unknown", "not known", "n a", "none"))
_NO_EMAIL = frozenset(["none", "noemail", "no", "na", "unknown", "test", "nomail", "null", "noreply", "refused"])


def clean_phone(text: str | None) -> str | None:
    """Return the last ten digits of a number (country and trunk prefixes fall away); None under seven digits or for a
    dummy number.
    """
    digits = re.sub(r"\D", "", text or "")[-10:]
    if len(digits) < 7 or len(set(digits[-7:])) == 1 or digits[-7:] in ("1234567", "0123456", "3456789"):
        return None
    return digits


def clean_email(text: str | None) -> str | None:
    """Return the address in lower case; None without an @ or for a dummy one ('none@...')."""
    mail = (text or "").strip().casefold()
    local, at, domain = mail.partition("@")
    return mail if at and local and domain and local not in _NO_EMAIL else None


def clean_pnc(text: str | None) -> str | None:
    """Return letters and digits of a PNC id in upper case; None under four of them."""
    plain = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    return plain if len(plain) >= 4 and len(set(plain)) > 1 else None


def clean_postcode(text: str | None) -> str | None:
    """Return letters and digits of a postcode in upper case; None for a dummy one (ZZ99)."""
    plain = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    return plain if len(plain) >= 3 and not plain.startswith("ZZ99") and len(set(plain)) > 1 else None


def clean_address(text: str | None) -> str | None:
    """Return an address as plain words with street words written out; None for 'no fixed abode' and the like."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"['’`´.]", "", "".join(c for c in plain if not unicodedata.combining(c)))
    words = re.sub(r"[\W_]+", " ", plain).split()
    joined = " ".join(words)
    if not words or joined in _NO_HOME or joined.startswith("no fixed"):
        return None
    return " ".join([words[0], *(STREET_WORDS.get(w, w) for w in words[1:])])
