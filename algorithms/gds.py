"""Community detection by Graph Data Science: the one module here that talks to a server, by a client it is given."""

from __future__ import annotations

from uuid import uuid4

import pandas as pd
from graphdatascience import GraphDataScience

SEED = 7


def leiden(client: GraphDataScience, links: pd.DataFrame, *, resolution: float, seed: int = SEED) -> dict[int, int]:
    """Return the community of each event: Leiden over a weighted, undirected graph, the same for the same links.

    links: columns a, b (numbers of nodes), weight. A community is named by its smallest node. The projection is dropped
    again whatever happens. One thread: several would make the result depend on their race.
    """
    if links.empty:
        return {}
    nodes = pd.DataFrame({"nodeId": sorted({*links["a"], *links["b"]})})
    edges = links.sort_values(["a", "b"])
    relationships = pd.DataFrame(
        {
            "sourceNodeId": edges["a"].to_numpy(),
            "targetNodeId": edges["b"].to_numpy(),
            "weight": edges["weight"].to_numpy(),
            "relationshipType": "LINKED",
        }
    )
    name = f"throughline-{uuid4().hex[:12]}"
    graph = client.graph.construct(name, nodes, relationships, undirected_relationship_types=["LINKED"])
    try:
        found = client.leiden.stream(
            graph,
            relationship_weight_property="weight",
            gamma=resolution,
            random_seed=seed,
            concurrency=1,
            log_progress=False,
        )
    finally:
        graph.drop(fail_if_missing=False)
    smallest = found.groupby("communityId")["nodeId"].transform("min")
    return {int(node): int(community) for node, community in zip(found["nodeId"], smallest, strict=True)}
