"""Settings read from the environment, once, with what each is for."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that can be set from outside, with its default. The names are environment variables."""

    model_config = SettingsConfigDict(env_prefix="THROUGHLINE_", extra="ignore", populate_by_name=True)

    neo4j_uri: str | None = Field(
        default=None,
        alias="NEO4J_URI",
        description="Bolt address of a Neo4j server to use; empty means the embedded server.",
    )
    neo4j_user: str = Field(default="neo4j", alias="NEO4J_USER", description="User name on that server.")
    neo4j_password: SecretStr | None = Field(
        default=None, alias="NEO4J_PASSWORD", description="Password on that server."
    )
    neo4j_database: str = Field(default="neo4j", alias="NEO4J_DATABASE", description="Database on that server.")
    home: Path = Field(
        default=CHECKOUT / ".throughline",
        alias="THROUGHLINE_HOME",
        description="Folder of the embedded server: its store, jars, password file and logs.",
    )
    jars: Path | None = Field(
        default=None,
        alias="THROUGHLINE_JARS",
        description="Folder of Neo4j and GDS jars, for a machine that reaches no Maven repository.",
    )
    bolt_port: int | None = Field(
        default=None,
        alias="THROUGHLINE_BOLT_PORT",
        ge=1,
        le=65535,
        description="Port of the embedded server; empty means a free one, kept for later starts.",
    )
    heap: str = Field(
        default="2g", alias="THROUGHLINE_HEAP", description="Java heap of the embedded server, as in 2g or 512m."
    )
    query_timeout_s: float = Field(
        default=60.0, alias="THROUGHLINE_QUERY_TIMEOUT", gt=0, description="Longest a rule or a query may run, seconds."
    )
    user: str = Field(
        default="local analyst",
        alias="THROUGHLINE_USER",
        description="Name under which decisions are recorded on a machine without a log-in.",
    )
    rules_file: Path = Field(
        default=CHECKOUT / "rules.yml",
        alias="THROUGHLINE_RULES",
        description="The force's own values for rule parameters.",
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
