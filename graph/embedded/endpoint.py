"""What there is to know of a server: where it answers, how it stopped, how it stands."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Endpoint:
    """Where a running server answers. password_file: a file of the owner's that holds the password, one line."""

    uri: str
    user: str
    password_file: Path
    pid: int
    port: int

    def password(self) -> str:
        """Return the password."""
        return self.password_file.read_text(encoding="ascii").strip()


@dataclass(frozen=True)
class Stopped:
    """How a stop went. pid: None when nothing ran; killed: SIGTERM was not enough; seconds: how long it took."""

    pid: int | None
    killed: bool
    seconds: float


@dataclass(frozen=True)
class ServerStatus:
    """What runs in a home. endpoint: None when nothing does; answers: whether Bolt took a connection just now."""

    home: Path
    endpoint: Endpoint | None
    answers: bool
    resident_mb: int
    detail: str

    @property
    def running(self) -> bool:
        """Whether a server process of this home is alive."""
        return self.endpoint is not None
