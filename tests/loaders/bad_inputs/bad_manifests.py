"""Manifests that are wrong, key by key, and files that are no manifest."""

from tests.loaders.bad_inputs.kinds import BadManifest
from tests.loaders.tiny import MANIFEST

SOUND = "".join(f"{name}: {value}\n" for name, value in MANIFEST.items())
# Each list holds the one before eight times: a page of YAML that becomes gigabytes.
LAUGHS = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 8)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def wrong(kind: str, key: str, value: str | None, *words: str) -> BadManifest:
    return BadManifest(kind, {key: value}, ("manifest.yml", key, *words))


def raw(kind: str, content: str | bytes, *words: str) -> BadManifest:
    return BadManifest(kind, content.encode() if isinstance(content, str) else content, ("manifest.yml", *words))


# kind, changes or content, words of the one message
MANIFESTS = [
    wrong("no source", "source", None, "is missing", "Add a line `source: ...`"),
    wrong("source in capitals", "source", "Niche", ":1", "'Niche'", "a-z, 0-9 and _"),
    wrong("source with a blank", "source", "niche rms", ":1", "a-z, 0-9 and _"),
    wrong("source with a colon", "source", "niche:rms", ":1", "a-z, 0-9 and _"),
    wrong("source with a letter of another alphabet", "source", "ni\u0441he", ":1", "a-z, 0-9 and _"),
    wrong("source of 41 letters", "source", "n" * 41, ":1", "up to 40"),
    wrong("empty source", "source", "", "is missing"),
    wrong("no agency", "agency", None, "is missing"),
    wrong("agency of blanks", "agency", '"   "', ":2", "only spaces"),
    wrong("agency of 201 letters", "agency", "n" * 201, ":2", "200 characters"),
    wrong("agency with a NUL", "agency", '"Example\\0Constabulary"', ":2", "control character"),
    wrong("agency that is a mapping", "agency", "{name: Example}", ":2", "write one text"),
    wrong("agency that is a list", "agency", "[A, B]", ":2", "write one text"),
    wrong("unknown kind of agency", "agency_kind", "constabulary", ":3", "it can be police, ambulance"),
    wrong("misspelt kind of agency", "agency_kind", "hosptial", ":3", "Did you mean 'hospital'?"),
    wrong("no kind", "kind", None, "is missing"),
    wrong("unknown kind", "kind", "delta", ":4", "it can be increment, full"),
    wrong("no extracted_at", "extracted_at", None, "is missing"),
    wrong("extracted_at day first", "extracted_at", "31/01/2026", ":5", "day-first"),
    wrong("extracted_at in words", "extracted_at", "today", ":5", "ISO 8601"),
    wrong("extracted_at of 31 February", "extracted_at", "2026-02-31", ":5", "does not exist"),
    wrong("extracted_at in an hour that the clock change skips", "extracted_at", "2025-03-30T01:30", ":5",
          "clock change"),
    wrong("extracted_at as a list", "extracted_at", "[2026-01-31]", ":5", "ISO 8601"),
    wrong("unknown time zone", "timezone", "Europe/Londn", ":6", "Did you mean 'Europe/London'?"),
    wrong("time zone by its letters", "timezone", "BST", ":6", "is no time zone"),
    wrong("time zone in small letters", "timezone", "europe/london", ":6", "Did you mean 'Europe/London'?"),
    wrong("covers_from day first", "covers_from", "01/11/2024", ":7", "day-first"),
    wrong("covers_from as seconds since 1970", "covers_from", "1730419200", ":7", "ISO 8601"),
    wrong("covers_to of 31 September", "covers_to", "2024-09-31", ":7", "does not exist"),
    BadManifest("covers_to before covers_from", {"covers_from": "2025-01-02", "covers_to": "2025-01-01"},
                ("manifest.yml", "covers_to 2025-01-01 is before covers_from")),
    wrong("bounds north before south", "bounds", "[60.9, -8.7, 49.8, 1.8]", ":7", "south, west, north, east"),
    wrong("bounds west of east", "bounds", "[49.8, 1.8, 60.9, -8.7]", ":7", "south, west, north, east"),
    wrong("bounds off the globe", "bounds", "[49.8, -8.7, 95, 1.8]", ":7", "south, west, north, east"),
    wrong("bounds that are not numbers", "bounds", "[nan, -8.7, 60.9, 1.8]", ":7", "south, west, north, east"),
    wrong("bounds in words", "bounds", "[a, b, c, d]", ":7"),
    wrong("bounds of three numbers", "bounds", "[49.8, -8.7, 60.9]", "bounds"),
    wrong("bounds as one text", "bounds", "49.8 -8.7 60.9 1.8", ":7"),
    wrong("identifiable: no", "identifiable", "no", ":7", "neither true nor false"),
    wrong("identifiable: 1", "identifiable", "1", ":7", "neither true nor false"),
    wrong("unknown mapping", "mapping", "polise_uk", ":7", "Did you mean 'police_uk'?"),
    wrong("mapping by a path", "mapping", "../../etc", ":7", "is not a mapping"),
    wrong("mapping as a list", "mapping", "[police_uk]", ":7", "is not a mapping"),
    wrong("misspelt key", "agancy_kind", "police", ":7", "Did you mean 'agency_kind'?"),
    wrong("key in capitals", "Title", "Crimes", ":7", "Did you mean 'title'?"),
    wrong("handling of 201 letters", "handling", "n" * 201, ":7", "200 characters"),
    raw("empty manifest", b"", "no `key: value` lines", "source, agency"),
    raw("manifest of comments", "# source: niche\n", "no `key: value` lines"),
    raw("manifest that is a list", "- source: niche\n", "no `key: value` lines"),
    raw("manifest that is one text", "niche\n", "no `key: value` lines"),
    raw("manifest in JSON with a key twice", '{"source": "a",\n "source": "b"}', ":2", "twice", "Keep one"),
    raw("key twice", f"{SOUND}source: other\n", ":7", "source is there twice, first on line 1", "Keep one"),
    raw("manifest indented by a tab", f"{SOUND}\ttitle: x\n", ":7", "key: value"),
    raw("list that is not closed", f"{SOUND}bounds: [1, 2\n", ":8"),
    raw("two manifests in one", f"{SOUND}---\n{SOUND}", ":7", "another document"),
    raw("key that is a list", f"{SOUND}? [a, b]\n: c\n", ":7", "unhashable"),
    raw("anchors", f"{SOUND}title: &t x\nhandling: *t\n", ":7", "anchors and aliases"),
    raw("bomb of aliases", LAUGHS + SOUND, ":1", "anchors and aliases"),
    raw("list that holds itself", f"{SOUND}title: &t [*t]\n", ":7", "anchors and aliases"),
    raw("ten thousand lists in one another", "title: " + "[" * 10_000, ":1", "in one another"),
    raw("manifest of a megabyte", SOUND + "# \n" * 400_000, "over 100,000 bytes"),
    raw("manifest in UTF-16", SOUND.encode("utf-16"), "not UTF-8 at byte 1"),
    raw("manifest in UTF-16 without a mark", SOUND.encode("utf-16-le"), "UTF-16"),
    raw("manifest in cp1252", SOUND.replace("Example", "Ex\u00e9mple").encode("cp1252"), "not UTF-8", "Save"),
    raw("manifest of any bytes", bytes(range(256)) * 4, "not UTF-8"),
    raw("manifest with a NUL", SOUND.replace("Example", "Exa\0mple"), "control characters"),
]  # fmt: skip
