"""Pack the built book into one archive, `_build/partial-pooling.zip`, that works from a USB stick.

Unpack it anywhere and open `partial-pooling/index.html`: no page asks for anything that is not in it.
"""

import sys
import zipfile
from pathlib import Path

import book
from places import BUILD, SITE

NAME = "partial-pooling"
ARCHIVE = BUILD / f"{NAME}.zip"


def pack(site: Path, archive: Path) -> Path:
    """Write the site's files, in order and without their times: the same site, the same archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(site.rglob("*")):
            if path.is_file() and path.name != ".buildinfo":
                entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(site).as_posix()}", (2020, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    return archive


def main() -> int:
    """Build the book, pack it, and say where the archive is."""
    status = book.main()
    if not status:
        pack(SITE, ARCHIVE)
        print(f"The book for a USB stick: {ARCHIVE} ({ARCHIVE.stat().st_size / 1e6:.1f} MB)")
    return status


if __name__ == "__main__":
    sys.exit(main())
