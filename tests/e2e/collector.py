#!/usr/bin/env python3
"""A collector that takes logs as OTLP/HTTP with JSON, at /v1/logs.

usage: collector.py PORT FILE

Each body is read by OpenTelemetry's own description of it (python3-opentelemetry-proto): an unknown key
or a wrong type is answered with 400. For each record a line goes to FILE: who wrote it, what, its event,
its attributes and those of its resource, as JSON.
"""
import http.server
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

port, path = int(sys.argv[1]), sys.argv[2]


def attributes(entries):
    return {entry.key: getattr(entry.value, entry.value.WhichOneof("value")) for entry in entries}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            assert self.path == "/v1/logs" and self.headers["Content-Type"] == "application/json"
            request = json_format.Parse(body, ExportLogsServiceRequest())
        except (AssertionError, json_format.ParseError) as error:
            return self.answer(400, str(error))
        with open(path, "a") as file:
            for resource in request.resource_logs:
                for scope in resource.scope_logs:
                    for record in scope.log_records:
                        file.write(json.dumps({
                            "scope": scope.scope.name, "text": record.body.string_value,
                            "event": record.event_name, "severity": record.severity_text,
                            "attributes": attributes(record.attributes),
                            "resource": attributes(resource.resource.attributes)}) + "\n")
        self.answer(200, "{}")

    def answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", port), Handler).serve_forever()
