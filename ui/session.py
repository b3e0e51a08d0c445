"""Which database a command or a screen talks to, and as whom."""

from rich.console import Console

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.errors import ThroughlineError
from graph.schema import apply_schema
from graph.settings import settings

SCRATCH_HEAP = "1g"
# Cases are small and many: a quick start counts, not throughput.
SCRATCH_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def embedded_server() -> EmbeddedServer:
    """Return the embedded server of this checkout, running or not."""
    chosen = settings()
    return EmbeddedServer(
        chosen.home, heap=chosen.heap, port=chosen.bolt_port, jars=chosen.jars or chosen.home / "jars"
    )


def scratch_server() -> EmbeddedServer:
    """Return the second server, empty, on which rule cases are run."""
    chosen = settings()
    return EmbeddedServer(
        chosen.home / "scratch", heap=SCRATCH_HEAP, jars=chosen.jars or chosen.home / "jars", jvm=SCRATCH_JVM
    )


def start(server: EmbeddedServer) -> Connection:
    """Return a connection to an embedded server, its jars fetched and itself started where need be."""
    console = Console(stderr=True)
    jars_folder(settings(), console)
    with console.status("Starting Neo4j"):
        server.start()
    for note in server.notes:
        console.print(note, markup=False)
    connection = connect_to(server)
    apply_schema(connection)
    return connection


def connect() -> Connection:
    """Return a connection that answers: to NEO4J_URI where it is set, else to the embedded server.

    Raises ThroughlineError, saying what to do, when nothing answers.
    """
    chosen = settings()
    if chosen.neo4j_uri:
        if chosen.neo4j_password is None:
            raise ThroughlineError("NEO4J_URI is set but NEO4J_PASSWORD is not: set the password of that server")
        connection = Connection(
            chosen.neo4j_uri, chosen.neo4j_user, chosen.neo4j_password.get_secret_value(), chosen.neo4j_database
        )
    else:
        connection = connect_to(embedded_server())
    connection.verify()
    return connection


def connect_to(server: EmbeddedServer) -> Connection:
    """Return a connection to an embedded server. Raises ThroughlineError when it is not running."""
    status = server.status()
    endpoint = status.endpoint
    if endpoint is None:
        why = status.detail.partition(": ")[2]
        raise ThroughlineError(f"the embedded Neo4j is not running: {why or 'start it with `throughline up`'}")
    return Connection(endpoint.uri, endpoint.user, endpoint.password())
