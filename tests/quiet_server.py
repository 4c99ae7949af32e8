"""An HTTP server that takes a client's going away for what it is."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class QuietServer(ThreadingHTTPServer):
    """Answers each connection in a thread; tells of every error but a connection that its client broke."""

    daemon_threads = True
    # what does not fit is dropped, and tried again by its client a second later
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """See `socketserver.BaseServer.handle_error`."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
