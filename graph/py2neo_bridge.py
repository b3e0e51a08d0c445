"""A finding's subgraph for notebooks that already speak py2neo.

py2neo is end-of-life: it connects to and works against Neo4j 5.26, and is kept to this one module and an optional extra
(`pip install -e .[py2neo]`). New code uses `graph.connection`.
"""

from typing import TYPE_CHECKING

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.reader import cypher

if TYPE_CHECKING:
    from py2neo import Graph, Subgraph


def py2neo_graph(connection: Connection) -> "Graph":
    """Return a py2neo Graph on the same database. Raises ThroughlineError when py2neo is not installed."""
    try:
        from py2neo import Graph
    except ImportError as error:
        raise ThroughlineError("py2neo is not installed: pip install -e .[py2neo]") from error
    user, password = connection.credentials()
    return Graph(connection.uri, auth=(user, password), name=connection.database)


def finding_subgraph(connection: Connection, finding_id: str) -> "Subgraph":
    """Return what a finding is about and rests on, and all relationships between these, as a py2neo Subgraph.

    Raises ThroughlineError for an unknown finding.
    """
    graph = py2neo_graph(connection)
    found = graph.run(cypher("finding_subgraph"), id=finding_id).to_subgraph()
    if found is None:
        raise ThroughlineError(f"there is no finding {finding_id}: `throughline findings list` shows their ids")
    return found
