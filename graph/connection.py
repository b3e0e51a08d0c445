"""One driver, with sessions that read and sessions that write, retries and timeouts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import neo4j
from neo4j.exceptions import AuthError, ClientError, DriverError, ServiceUnavailable, TransientError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from graph.errors import ThroughlineError

Row = dict[str, Any]
Result = TypeVar("Result")

# The server ends a transaction past its timeout with one of these; to the user all mean "it took too long".
TIMED_OUT = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "TransactionTerminated")


class Connection:
    """A connection to one database. Sessions that read are refused every write by the server."""

    def __init__(self, uri: str, user: str, password: str, database: str = "neo4j") -> None:
        self.uri = uri
        self.user = user
        self.database = database
        self._password = password
        self._driver = neo4j.GraphDatabase.driver(
            uri,
            auth=(user, password),
            notifications_min_severity="OFF",
            connection_timeout=10,
            max_transaction_retry_time=20,
        )

    @property
    def driver(self) -> neo4j.Driver:
        """Return the driver, for clients that bring their own sessions."""
        return self._driver

    def credentials(self) -> tuple[str, str]:
        """Return user and password, for clients that open their own connection (graphdatascience, py2neo)."""
        return self.user, self._password

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the driver and its sockets."""
        self._driver.close()

    def verify(self) -> None:
        """Raise ThroughlineError, saying what to do, when the database cannot be reached."""
        try:
            self._driver.verify_connectivity()
        except AuthError as error:
            raise ThroughlineError(
                f"{self.uri} refused the user {self.user}: check NEO4J_USER and NEO4J_PASSWORD"
            ) from error
        except (ServiceUnavailable, DriverError, OSError, ValueError) as error:
            raise ThroughlineError(
                f"no Neo4j answers at {self.uri}: start the embedded one with `throughline up`, or check NEO4J_URI"
            ) from error

    @contextmanager
    def read_session(self) -> Iterator[neo4j.Session]:
        """Yield a session in which the server refuses every write."""
        with self._driver.session(database=self.database, default_access_mode=neo4j.READ_ACCESS) as session:
            yield session

    @contextmanager
    def write_session(self) -> Iterator[neo4j.Session]:
        """Yield a session that may write."""
        with self._driver.session(database=self.database, default_access_mode=neo4j.WRITE_ACCESS) as session:
            yield session

    def read(self, query: str, timeout_s: float | None = None, **parameters: Any) -> list[Row]:
        """Return the rows of one reading query. Raises ThroughlineError past timeout_s (seconds)."""
        with self.read_session() as session:
            try:
                return session.run(_query(query, timeout_s), parameters).data()
            except ClientError as error:
                raise as_throughline_error(error, timeout_s) from error

    @retry(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(5),
        wait=wait_exponential_jitter(multiplier=0.1, max=2),
        reraise=True,
    )
    def write(self, query: str, timeout_s: float | None = None, **parameters: Any) -> list[Row]:
        """Return the rows of one writing query, run in a transaction of its own; retried when the server was busy."""
        with self.write_session() as session:
            return session.run(_query(query, timeout_s), parameters).data()

    def write_in_one(self, work: Callable[[neo4j.ManagedTransaction], Result]) -> Result:
        """Run work(transaction) so that all of it is written or none; retried when the server was busy."""
        with self.write_session() as session:
            return session.execute_write(work)


def _query(text: str, timeout_s: float | None) -> neo4j.Query:
    return neo4j.Query(cast("Any", text), timeout=timeout_s)


def as_throughline_error(error: ClientError, timeout_s: float | None) -> Exception:
    """Return a message for what a user can mend (too slow, not allowed, a mistake in the query), else the error."""
    code = error.code or ""
    if any(word in code for word in TIMED_OUT):
        return ThroughlineError(
            f"the query ran longer than {timeout_s or 0:g} s and was stopped: start it at fewer anchors, "
            "add an index, or raise THROUGHLINE_QUERY_TIMEOUT"
        )
    if "AccessMode" in code or "Forbidden" in code:
        return ThroughlineError(f"only reading is allowed here, and the server refused: {error.message}")
    if "Statement" in code or "Procedure" in code:
        return ThroughlineError(f"the query is not valid: {error.message}")
    return error
