"""Tables for reports: counted, small numbers hidden, reproducible from a run id."""
