"""Records of one event: a death and the incident it happened in, the same death told by two sources.

An event recorded twice must never be found as a series, so each record of an event carries the same `event_id`, and
every two of them are joined by SAME_EVENT with the reason. How that is decided: loaders/same_event/.
"""

from loaders.same_event.join import join_events

__all__ = ["join_events"]
