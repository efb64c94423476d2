"""A program of somebody else that receives webhooks, with all the ways in which it may not."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

HANG, DROP = "hang", "drop"


class Receiver:
    """A small HTTP server. `says` is what it answers with: a status, HANG or DROP; `posts` what came as
    (headers by lower-case name, body). It answers only while `may_answer`, and after `seconds`."""

    def __init__(self):
        self.says, self.posts, self.headers, self.seconds = 200, [], {}, 0
        self.may_answer = Event()
        self.may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook?from=stammgast"
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.posts]

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(receiver):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.posts.append((headers, body))
                receiver.may_answer.wait()
                time.sleep(receiver.seconds)
                if receiver.says == DROP:
                    self.connection.close()
                elif receiver.says == HANG:
                    time.sleep(2)
                else:
                    self._answer()

            def _answer(self):
                self.send_response(receiver.says)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        return Handler
