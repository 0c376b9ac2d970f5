"""What a program did is counted in one registry of its own, and read at `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Telemetry:
    """The counters of one program; made in its `main`, so that two programs in one process do not mix."""

    def __init__(self, program: str) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "zhucai_requests_total", "Answered requests", ["method", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "zhucai_request_seconds",
            "Time to answer",
            registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.events_sent = Counter("zhucai_events_sent_total", "Events given to JetStream", registry=self.registry)
        self.events_handled = Counter(
            "zhucai_events_handled_total", "Events acted on", ["consumer"], registry=self.registry
        )
        self.events_parked = Counter(
            "zhucai_events_parked_total",
            "Events put aside for a person",
            ["consumer"],
            registry=self.registry,
        )
        self.outbox_backlog = Gauge("zhucai_outbox_backlog", "Events written and not yet sent", registry=self.registry)
        self.program = program
        self._answered: dict[tuple[str, int], Counter] = {}

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count an answered request; the counter of its labels is looked up once, which costs as much as counting."""
        counter = self._answered.get((method, status))
        if counter is None:
            counter = self._answered[method, status] = self.requests.labels(method, str(status))
        counter.inc()
        self.request_seconds.observe(seconds)

    def page(self) -> bytes:
        """Write the Prometheus text page."""
        return generate_latest(self.registry)
