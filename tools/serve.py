"""Serve the built book on this machine: `make serve`, or python tools/serve.py [PORT]."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from javascript import ROOT

SITE = ROOT / "_build" / "html"


def main() -> int:
    """Serve until interrupted."""
    if not (SITE / "index.html").exists():
        print("There is no book yet: run `make book` first.", file=sys.stderr)
        return 1
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    handler = partial(SimpleHTTPRequestHandler, directory=SITE)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"The book is at http://127.0.0.1:{port}/ (Ctrl+C stops)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
