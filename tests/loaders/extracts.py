"""Tiny extracts for tests, written as files."""

from pathlib import Path

import yaml

MANIFEST = {
    "source": "niche",
    "agency": "Marrowby Constabulary",
    "agency_kind": "police",
    "kind": "increment",
    "extracted_at": "2026-06-01T05:00:00Z",
}


def write_extract(folder: Path, tables: dict[str, str], **manifest: object) -> Path:
    """Write tables (name -> CSV text, blanks around lines are dropped) and a manifest, and return the folder."""
    folder.mkdir(parents=True)
    (folder / "manifest.yml").write_text(yaml.safe_dump({**MANIFEST, **manifest}), encoding="utf-8")
    for name, text in tables.items():
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        (folder / f"{name}.csv").write_text(lines + "\n", encoding="utf-8")
    return folder


# A small world with something of everything that the pipeline derives.
WORLD = {
    "locations": """
        location_ref,address,town,postcode,place_type,latitude,longitude
        L1,1 Cutler Row,Marrowby,ZZ1 1AA,home,54.1,-1.2
        L2,St Oda's churchyard,Marrowby,ZZ1 1AB,churchyard,54.101,-1.201
    """,
    "people": """
        person_ref,given_name,family_name,date_of_birth,sex,phone,location_ref,postcode,profession
        P1,Orrin,Thackwaite,1990-03-07,M,07700 900123,L1,ZZ1 1AA,
        P2,Orin,Thackwaite,1990-07-03,M,07700 900123,L1,ZZ1 1AA,
        P3,Delphine,Marrowick,1994-01-20,F,07700 900456,L2,ZZ1 1AB,
        P4,Casimir,Ovenden,1993-05-05,M,,,,
        P5,Ludo,Pellingham,1992-02-02,M,,,,
        P6,Sela,Brackenrigg,1980-01-01,F,,,,paramedic
    """,
    "incidents": """
        incident_ref,kind,offence,occurred_from,occurred_to,location_ref,flags,linked_refs
        I1,crime,Assault,2026-01-05T22:00,2026-01-06T01:00,L1,domestic_abuse;strangulation,I2
        I2,non_crime,Domestic incident,2026-02-01,,L1,domestic_abuse,I1
    """,
    "deaths": """
        death_ref,person_ref,incident_ref,category,found_at,location_ref,substances,toxicology
        D1,P4,I1,unexpected_not_suspicious,2026-03-01T08:00,L2,GHB,returned
        D2,P5,,unexpected_not_suspicious,2026-03-24T08:00,L2,gbl,returned
    """,
    "involvements": """
        event_ref,person_ref,role,relationship_to_victim,status,status_on
        I1,P1,suspect,ex_partner,named,2026-01-06
        I1,P3,victim,,,
        I2,P2,suspect,ex_partner,named,2026-02-01
        I2,P3,victim,,,
        D1,P3,finder,,,
        D2,P3,finder,,,
        D1,P6,attending_professional,,,
        D2,P6,attending_professional,,,
    """,
    "orders": """
        order_ref,order_type,respondent_ref,made_on,service,served_on,ends_on
        O1,restraining,P1,2026-01-10,served,2026-01-12,
    """,
    "order_parties": """
        order_ref,person_ref,part
        O1,P3,protected
    """,
    "objects": """
        object_ref,kind,identifier
        V1,vehicle,ZZ99 ABC
    """,
    "object_links": """
        object_ref,event_ref,person_ref,role
        V1,I1,,used
        V1,,P1,owned
    """,
    "relations": """
        person_ref,other_ref,relation,from_on
        P1,P3,ex_partner,2025-06-01
    """,
    "mentions": """
        event_ref,medium,mentions_person_ref,mentions_text,mentions_identifier
        D2,note,P4,,
        D2,message,,The Baker,
        D1,call,,,07700 900123
    """,
}
