"""A server that keeps what it is asked, and answers as vendors do."""

import http.server
import json
import threading
import urllib.parse

import vendor_answers


class Request:
    """What a client sent: `body` is read from JSON, `raw_body` as it came."""

    def __init__(self, method, target, headers, raw_body):
        parts = urllib.parse.urlsplit(target)
        self.method = method
        self.path = parts.path
        self.query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
        self.headers = headers  # Names in lower case.
        self.raw_body = raw_body
        self.body = json.loads(raw_body)


class Recorder:
    """Listens on a free port of loopback until it is closed. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._requests = []
        self._answer = None
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                # Where a Google machine's token comes from; of no test.
                self._write("application/json", vendor_answers.GOOGLE_TOKEN)

            def do_POST(self):
                request = Request(
                    self.command,
                    self.path,
                    {name.lower(): text for name, text in self.headers.items()},
                    self.rfile.read(int(self.headers["content-length"])),
                )
                with recorder._lock:
                    recorder._requests.append(request)
                    answer = recorder._answer
                if answer is None:
                    self._write(*vendor_answers.answer_to(request))
                else:
                    self._write("application/json", json.dumps(answer).encode())

            def _write(self, content_type, body):
                self.send_response(200)
                self.send_header("content-type", content_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def begin(self, answer):
        """Forgets all requests; from now on `answer` is the answer, JSON, or
        if it is None a short one of the API that is asked."""
        with self._lock:
            self._requests = []
            self._answer = answer

    def requests(self):
        """Returns the requests since `begin`."""
        with self._lock:
            return list(self._requests)

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
