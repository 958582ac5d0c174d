"""A real HTTP server on loopback whose connections go wrong as told."""

import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Fault:
    """What goes wrong with one answer.

    Attributes
    ----------
    status : int
        Answered instead of a file, if not 0.
    drop_after : int, optional
        Bytes after which the connection is closed.
    body : bytes, optional
        Sent instead of the file.
    ignore_range : bool
        Send the whole file, whatever part was asked for.
    shift_range : int
        By how many bytes the part sent begins too late.
    tell_length : bool
        Whether the headers say how long the body is.
    pause : float
        Seconds to wait before each kilobyte.
    silent : float
        Seconds to wait before the headers.
    """

    status: int = 0
    drop_after: int | None = None
    body: bytes | None = None
    ignore_range: bool = False
    shift_range: int = 0
    tell_length: bool = True
    pause: float = 0.0
    silent: float = 0.0


@dataclass
class FileServer:
    """Serve `files` by name; `faults` are used up, one an answer.

    Attributes
    ----------
    files : dict of str to bytes
        What is there, by its path without the first slash.
    faults : dict of str to list of Fault
        By path; the last of a list stays for all further answers if `lasting`.
    headers : dict of str to dict of str to str
        What is told about a file, beside its length, where only that is asked for.
    lasting : bool
        Whether the last fault of a path is never used up.
    requests : list of tuple(str, str)
        Path and ``Range`` of every request, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    lasting: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self):
        handler = type("Handler", (_Handler,), {"told": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        threading.Thread(
            target=self._http.serve_forever, args=(0.01,), daemon=True
        ).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def ranges(self, name):
        return [told for path, told in self.requests if path == name]

    def next_fault(self, name):
        waiting = self.faults.get(name, [])
        if not waiting:
            return Fault()
        return waiting[0] if self.lasting and len(waiting) == 1 else waiting.pop(0)


class _Handler(BaseHTTPRequestHandler):
    told: FileServer

    def do_GET(self):
        name = self.path.lstrip("/")
        asked = self.headers.get("Range", "")
        self.told.requests.append((name, asked))
        fault = self.told.next_fault(name)
        time.sleep(fault.silent)
        if fault.status or name not in self.told.files:
            self.send_error(fault.status or 404)
            return
        content = self.told.files[name] if fault.body is None else fault.body
        begin = 0 if fault.ignore_range else int(*re.findall(r"\d+", asked) or [0])
        if begin and begin >= len(content):
            self.send_error(416)
            return
        begin = min(begin + fault.shift_range, len(content)) if begin else 0
        self.send_response(206 if begin else 200)
        if begin:
            end = len(content)
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{end}")
        if fault.tell_length:
            self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        self._send(content[begin:][: fault.drop_after], fault.pause)

    def do_HEAD(self):
        name = self.path.lstrip("/")
        self.told.requests.append((name, "HEAD"))
        self.send_response(200 if name in self.told.files else 404)
        for key, value in self.told.headers.get(name, {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(self.told.files.get(name, b""))))
        self.end_headers()

    def _send(self, body, pause):
        try:
            for at in range(0, len(body), 1024) if pause else [0]:
                self.wfile.write(body[at : at + 1024] if pause else body)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass  # whoever asked has hung up

    def log_message(self, *_):
        pass
