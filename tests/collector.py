"""A collector of OpenTelemetry for the tests, as far as it takes traces over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Collected:
    """What a collector was sent."""

    spans: list[Any] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    def one(self, name: str) -> Any:
        """The span of a name, of which there is one."""
        [found] = [each for each in self.spans if each.name == name]
        return found


class Quiet(BaseHTTPRequestHandler):
    """What answers, and takes nothing that is posted."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def collector() -> Iterator[tuple[str, Collected]]:
    """A collector of OpenTelemetry, as far as it takes traces over HTTP."""
    collected = Collected()

    class Taking(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            assert (self.path, self.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
            for each in ExportTraceServiceRequest.FromString(body).resource_spans:
                collected.services |= {
                    said.value.string_value for said in each.resource.attributes if said.key == "service.name"
                }
                collected.spans += [found for scope in each.scope_spans for found in scope.spans]
            self.send_response(200)
            self.end_headers()

    with serving(Taking) as address:
        yield address, collected


@contextmanager
def serving(what: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Something that answers over HTTP."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), what)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
