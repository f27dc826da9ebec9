"""Check all JavaScript and CSS, or with `--write` mend its layout: Biome, with the rules of biome.json.

Biome comes from the npm registry with what the pages need: see `bundle`.
"""

import subprocess
import sys

from filelock import FileLock
from places import ROOT

from javascript import bundle


def main(*options: str) -> int:
    """Run `biome check`; return its exit code."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / "book.lock"):  # which a build also holds that fetches packages
        bundle.install()
    biome = bundle.BUILD / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"
    command = [bundle.node_program(), str(biome), "check", "--error-on-warnings", *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
