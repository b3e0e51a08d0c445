"""The one family of errors a user can mend: where, what, and what to do."""


class ThroughlineError(Exception):
    """A problem with an answer. The command line prints the message without a traceback and exits 2."""
