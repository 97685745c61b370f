"""The journal of leadcore as CloudEvents 1.0 on NATS JetStream: at least once, in order."""

from leadcore_nats.connections import connected
from leadcore_nats.events import cloud_event, subject_of
from leadcore_nats.publisher import Publisher, Round, keep_stream

__all__ = ["Publisher", "Round", "cloud_event", "connected", "keep_stream", "subject_of"]
