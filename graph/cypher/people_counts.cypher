// How many records there are, of how many people, and how many matches are left open.
RETURN COUNT { (:Nominal) } AS nominals, COUNT { (:Person) } AS people, COUNT { ()-[:POSSIBLY_SAME]->() } AS possible
