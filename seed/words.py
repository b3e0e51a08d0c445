"""Ordinary names, invented place names and neutral sentences. No list holds a real person or a real street."""

from __future__ import annotations

import numpy as np

from seed.codes import listed, phrases
from seed.ledger import FloatArray

# Given names by sex and generation (born before 1960, 1960-1989, from 1990), commonest first.
_GIVEN: dict[tuple[str, int], str] = {
    ("M", 0): "John David Peter Michael Robert Alan William Brian James Kenneth Raymond Ronald George Derek Thomas "
    "Dennis Anthony Roy Roger Keith Terence Frank Gordon Malcolm Leslie Norman Geoffrey Eric Arthur Albert Donald "
    "Harold Stanley Bernard Maurice Graham Douglas Walter Ernest Reginald Leonard Desmond Winston Jozef Mohammed "
    "Patrick Cyril Horace Percy Wilfred Clifford Lionel Rupert Ambrose Gurdev Stanislaw Eamon Aubrey Basil Thaddeus",
    ("M", 1): "David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Peter Simon Anthony Kevin "
    "Gary Steven Martin James Philip Neil Alan Nigel Timothy Jonathan Darren Craig Lee Jason Stuart Matthew Adrian "
    "Graham Wayne Carl Shaun Barry Dean Nicholas Daniel Scott Mohammed Imran Rajesh Tomasz Marek Dominic Gareth "
    "Damian Leroy Errol Declan Rhys Tariq Baljit Julian Giles Piotr Samson Lazlo Quentin Evander",
    ("M", 2): "Daniel Thomas James Jack Joshua Matthew Ryan Luke Samuel Adam Alexander Joseph Benjamin Liam Oliver "
    "Connor Callum Jake Harry George Lewis William Nathan Aaron Kyle Kieran Jordan Charlie Dylan Mohammed Tyler "
    "Bradley Max Reece Owen Ethan Kai Brandon Leo Elliot Toby Finley Jayden Kacper Jakub Hamza Ibrahim Arjun Malachi "
    "Tobi Zane Corey Ellis Rory Caleb Ruben Ezra Caspian Lucian Osian Blaise",
    ("F", 0): "Margaret Jean Mary Patricia Sheila Barbara Joan Doreen June Shirley Dorothy Joyce Maureen Elizabeth "
    "Audrey Brenda Kathleen Sylvia Eileen Pamela Betty Beryl Ann Irene Marjorie Pauline Valerie Christine Jacqueline "
    "Rita Edna Hilda Vera Gladys Winifred Phyllis Constance Norah Muriel Olive Ivy Agnes Bridget Krystyna Fatima "
    "Surinder Ethel Mavis Gwendoline Daphne Enid Myrtle Philomena Rosalind Thelma Cordelia Octavia Hyacinth Zofia",
    ("F", 1): "Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Sarah Diane Sharon Michelle Angela Linda Alison "
    "Nicola Amanda Lisa Joanne Claire Emma Kelly Samantha Louise Rachel Donna Dawn Wendy Elizabeth Catherine Andrea "
    "Tina Lorraine Victoria Rebecca Paula Lesley Maria Denise Carol Gillian Yvonne Teresa Zoe Anita Shabana Farah "
    "Agnieszka Katarzyna Beverley Marcia Sinead Parminder Siobhan Camilla Bernadette Leonie Ingrid Petra Honor Xanthe",
    ("F", 2): "Jessica Emily Lauren Chloe Rebecca Charlotte Hannah Sophie Amy Emma Megan Laura Lucy Georgia Olivia "
    "Bethany Katie Ellie Holly Molly Grace Abigail Amber Leah Shannon Jade Paige Caitlin Zoe Courtney Alice Eleanor "
    "Natasha Danielle Natalie Ella Ruby Lily Isla Freya Poppy Evie Phoebe Aaliyah Zara Aisha Maja Zuzanna Imogen "
    "Priya Simran Temi Niamh Keira Tia Demi Skye Ottilie Saskia Elowen Calliope",
}  # fmt: skip

_FAMILY = listed(
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker White Edwards Khan Hughes Green "
    "Hall Thomas Clarke Jackson Wood Lewis Harris Martin Evans Cooper Turner Hill Ward Morris Baker Moore "
    "Harrison King Morgan Allen Clark Parker James Phillips Watson Lee Bennett Young Robinson Cook Shaw Collins "
    "Bell Cox Richardson Marshall Price Adams Mitchell Carter Anderson Gray Ahmed Mason Rogers Hussain Foster "
    "Hunt Palmer Mills Murphy Ellis Ali Holmes Butler Barker Webb Knight Lloyd Stevens Pearson Fisher Thompson "
    "Dixon Harvey Chapman Fletcher Howard Andrews Reynolds Ford Singh Saunders Payne Wells Barnes Elliott West "
    "Dean Bailey Matthews Jenkins Kaur Lawrence Hart Carr Cole Gibson Spencer Hudson Rose Day Simpson Stone Woods "
    "Perry Powell Newman Berry Begum Armstrong Bird Gardner Harding Francis Fox Lane Lowe Warren Burton Hayes "
    "Page Willis Rowe Watts Cross Nowak Wallace Goodwin Gill Bishop Sutton Holland Burns Frost Ryan Nicholls "
    "Chambers Hodgson Kowalski Booth Bolton Osborne Sharp Nash Dunn Woodward Bates Marsh Poole Hardy Griffin "
    "Norris Austin Slater Peters Leach Moss Hewitt Parry Gallagher Doyle Skinner Bradshaw Rahman Cunningham "
    "Whitehead Haynes Sheppard Kemp Garner Burgess Tyler Barnett Talbot Yates Short Potter Nolan Okafor Mensah "
    "Adeyemi Achieng Chowdhury Sandhu Wisniewski Ionescu Popescu Petrov Silva Costa Nguyen Tran Chen Wong Li "
    "Rossi Novak Horvath Campbell Reid Grant Blake Francois Baptiste Gordon"
)

_RARE_START = listed(
    "Ack Alder Birk Brack Calder Cris Dray Ems Farn Garth Hathers Ingle Keld Lamb Marl Nether Orm Pick Quarm "
    "Ravens Skel Thax Ulver Wans Yarb Ash Black Cold Dun Elm"
)
_RARE_END = listed(
    "beck bury by combe croft dale den ern field ford gill hurst ley low mere shaw stock thwaite wick worth"
)

NICKNAMES: dict[str, tuple[str, ...]] = {
    "William": ("Bill", "Will", "Billy"), "Robert": ("Bob", "Rob", "Bobby"), "Richard": ("Rick", "Dick"),
    "Michael": ("Mick", "Mike"), "James": ("Jim", "Jimmy", "Jamie"), "Thomas": ("Tom", "Tommy"),
    "Anthony": ("Tony",), "David": ("Dave",), "Christopher": ("Chris",), "Andrew": ("Andy",),
    "Stephen": ("Steve",), "Steven": ("Steve",), "Kenneth": ("Ken",), "Ronald": ("Ron",), "Raymond": ("Ray",),
    "Terence": ("Terry",), "Daniel": ("Dan", "Danny"), "Matthew": ("Matt",), "Joshua": ("Josh",),
    "Samuel": ("Sam",), "Benjamin": ("Ben",), "Alexander": ("Alex",), "Joseph": ("Joe",), "Nicholas": ("Nick",),
    "Timothy": ("Tim",), "Jonathan": ("Jon",), "Gregory": ("Greg",), "Philip": ("Phil",), "Peter": ("Pete",),
    "Patrick": ("Paddy", "Pat"), "Leslie": ("Les",), "Geoffrey": ("Geoff",), "Reginald": ("Reg",),
    "Mohammed": ("Mo",), "Charlie": ("Chas",), "Margaret": ("Maggie", "Peggy"), "Elizabeth": ("Liz", "Beth", "Betty"),
    "Patricia": ("Pat", "Trish"), "Kathleen": ("Kath",), "Catherine": ("Cath", "Kate"), "Susan": ("Sue",),
    "Deborah": ("Debbie",), "Jacqueline": ("Jackie",), "Christine": ("Chris",), "Pamela": ("Pam",),
    "Barbara": ("Babs",), "Dorothy": ("Dot",), "Victoria": ("Vicky",), "Samantha": ("Sam",), "Rebecca": ("Becky",),
    "Jessica": ("Jess",), "Abigail": ("Abi",), "Charlotte": ("Charlie", "Lottie"), "Natasha": ("Tash",),
    "Danielle": ("Dani",), "Amanda": ("Mandy",), "Michelle": ("Shell",), "Teresa": ("Terry",), "Valerie": ("Val",),
    "Gillian": ("Gill",), "Eleanor": ("Ellie", "Nell"), "Katarzyna": ("Kasia",), "Agnieszka": ("Aga",),
    "Bethany": ("Beth",), "Isabella": ("Bella",), "Georgia": ("George",), "Lawrence": ("Larry",),
}  # fmt: skip

STREET_START = listed(
    "Alder Amber Anchor Barley Beacon Bramble Brook Cinder Clover Copper Curlew Dene Drift Ebb Fennel Ferry Gorse "
    "Granary Gull Harrow Heron Hollow Juniper Kelp Kestrel Lantern Larch Linnet Mallow Marram Meadow Mill Net "
    "Orchard Osier Otter Pebble Plover Quarry Reed Rope Saltern Samphire Sedge Shingle Sluice Sorrel Staithe "
    "Tansy Teasel Thrift Tide Tern Trawl Vetch Warp Weir Whin Willow Wren Yarrow"
)
STREET_END = listed("Street Road Lane Close Avenue Way Drive Terrace Court Grove Row Walk Rise Gardens")
TOWN_START = listed(
    "Halder Skel Orrin Thax Brack Marl Penno Duns Wend Carr Eller Frith Gos Hol Ing Keld Ler Mor Nes Osmo"
)
TOWN_END = listed("mouth by Sands ford holm wick mere ness thorpe stow haven combe staithe low den Cross")
FORCE_NAMES = listed(
    "wendmark eastmere norholm skelland orrinshire marlshire keldshire thaxland lerwold friarsea gosmark holderfen"
)

SHOP_NAMES = ["Larkmoor Foods", "Penny Basket", "Drover & Hale", "Marram Stores", "Fairholm Grocers"]
PUB_NAMES = phrases(
    "The Lobster Pot, The Three Gulls, The Drovers, The Old Capstan, The Wheel, The Fiddler, The Lantern, The Tide"
)
CARE_NAMES = phrases(
    "Marram View, Alder House, The Willows, Curlew Court, Sea Holly House, Fernbank, Linnet Lodge, Tern House"
)
PROVIDERS = ["Harbour Care", "Brightwater Homes", "Kittiwake Care Group", "Stillmeadow Care"]
SCHOOL_NAMES = ["Reedham Lane Primary School", "Staithe Academy", "Whin Hill School", "Beacon Sixth Form"]

# What a clerk writes about an event, by kind. Nothing here may tell a planted event from any other.
SUMMARIES: dict[str, tuple[str, ...]] = {
    "crime": ("Reported by telephone.", "Officers attended; enquiries continue.", "Reported at the front counter.",
              "Reported online; no further lines of enquiry.", "Victim spoken to; account taken.",
              "CCTV requested from nearby premises.", "House to house completed, no witnesses."),
    "abuse": ("Verbal argument that became physical.", "Caller says shouting heard through the wall.",
              "Parties separated on arrival; advice given.", "Victim does not wish to make a statement.",
              "Suspect left before police arrived.", "Argument over contact with children.",
              "Repeated calls and messages since the relationship ended.", "Safeguarding referral made."),
    "non_crime": ("Concern for welfare; visited, all in order.", "Noise complaint between neighbours.",
                  "Youths gathering; moved on.", "Dispute over parking; words of advice."),
    "arrest": ("Arrested on suspicion and taken to custody.", "Arrested at the address; no resistance."),
    "intelligence": ("Information received about supply of drugs.", "Person seen with others of interest.",
                     "Vehicle seen repeatedly at the address.", "Information about stolen goods."),
    "safeguarding": ("Referral from a health visitor.", "Concern about self-neglect.", "Concern about finances.",
                     "Referral after repeated attendance."),
    "missing": ("Did not return when expected; found safe.", "Left without telling staff; returned the same day.",
                "Missing from home overnight."),
    "ambulance": ("Fall at home.", "Breathing difficulty.", "Unwell after taking medication.",
                  "Collapsed; conscious on arrival.", "Injured hand.", "Chest pain."),
    "ed_attendance": ("Injury to the head.", "Laceration.", "Overdose, observed and discharged.",
                      "Wrist injury.", "Alcohol related."),
    "death": ("Found unresponsive; life pronounced extinct at the scene.", "Long-standing illness; doctor informed.",
              "Found by a person who called on them.", "No sign of disturbance; property secured.",
              "Medication at the scene counted and seized.", "Door forced after concern for welfare."),
}  # fmt: skip

POSITIONS = (
    "In bed, on the back.", "Seated in an armchair.", "On the floor beside the bed.", "On the bathroom floor.",
    "Slumped against a wall.", "Face down in the hallway.", "At the foot of the stairs.",
)  # fmt: skip
CONCERNS = (
    "Family say this was out of character.", "Family ask for the phone to be examined.",
    "Family unhappy about the time taken to tell them.", "Sister questions who was with them.",
)  # fmt: skip
ISSUERS = ("Wendmouth Magistrates' Court", "Orrinford Family Court", "Custody sergeant", "Duty superintendent")
OWNERS = ("Neighbourhood team", "Domestic abuse unit", "Offender management unit", "Public protection desk")


def _rank_weights(count: int, flat: float) -> FloatArray:
    """Return weights that fall with rank, as name frequencies do (a shifted Zipf law)."""
    return np.asarray(1.0 / (np.arange(count) + flat), dtype=np.float64)


def given_names() -> tuple[list[str], dict[tuple[str, int], tuple[int, FloatArray]]]:
    """Return all given names and, by sex and generation, the first number of a list and its cumulated shares."""
    names: list[str] = []
    lists: dict[tuple[str, int], tuple[int, FloatArray]] = {}
    for key, words in _GIVEN.items():
        own = words.split()
        weights = _rank_weights(len(own), 5.0)
        lists[key] = (len(names), np.cumsum(weights) / weights.sum())
        names.extend(own)
    return names, lists


def family_names() -> tuple[list[str], FloatArray]:
    """Return family names, commonest first with a long tail of rare ones, and their cumulated shares."""
    rare = [start + end for start in _RARE_START for end in _RARE_END]
    names = _FAMILY + rare
    weights = np.concatenate([_rank_weights(len(_FAMILY), 12.0), np.full(len(rare), 0.0)])
    # One person in nine carries a rare name: chance agreement on a name must be both likely and unlikely.
    weights[len(_FAMILY) :] = weights.sum() * 0.125 / len(rare)
    return names, np.cumsum(weights) / weights.sum()
