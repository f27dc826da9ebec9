"""Write the whole course as one PDF, `_build/partial-pooling.pdf`: `make pdf`.

The browser that the tests use prints the pages of the built site, one by one; pypdf puts them together, with
an outline, a title page and contents before them, and links that lead inside.
"""

import html
import sys
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import book
import chromium
import yaml
from places import BUILD, ROOT, SITE
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject, NullObject, TextStringObject

COURSE = BUILD / "partial-pooling.pdf"
#: How a page is laid out beside what course.css says of paper: its number, counted through the whole course.
PAPER = """
@page {{
  size: A4; margin: 18mm 18mm 20mm;
  @bottom-right {{ content: counter(page); font: 9pt sans-serif; }}
}}
@page :first {{ counter-set: page {first}; }}
"""
#: Give the page's title and sections. The browser notes where a place is only if a link of the same page
#: leads there: hidden ones lead to all places, and those that are seen are made addresses of the whole.
PREPARE = """() => {
  const words = (heading) => {
    const copy = heading.cloneNode(true);
    for (const link of copy.querySelectorAll(".headerlink, mjx-container > svg")) link.remove();
    return copy.textContent.trim();
  };
  for (const link of document.querySelectorAll("a[href^='#']")) link.setAttribute("href", `?${link.hash}`);
  const places = document.createElement("nav");
  places.hidden = true;
  for (const { id } of document.querySelectorAll(".bd-article [id]:not(svg *)")) {
    places.append(Object.assign(document.createElement("a"), { href: `#${id}` }));
  }
  document.body.append(places);
  const sections = [...document.querySelectorAll(".bd-article section > :is(h2, h3)")];
  return {
    title: words(document.querySelector(".bd-article h1")),
    sections: sections.map((one) => [Number(one.localName[1]), words(one), one.parentElement.id]),
  };
}"""
#: What stands before the chapters.
FRONT = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><style>
@page {{ size: A4; margin: 22mm 24mm; }}
body {{ font: 11pt sans-serif; }} a {{ color: inherit; text-decoration: none; }}
header {{ break-after: page; padding-top: 60mm; text-align: center; }} svg {{ height: 35mm; }}
h1 {{ font-size: 30pt; font-weight: 500; }} h2 {{ font-size: 13pt; margin: 1.6em 0 0.4em; }}
p {{ display: flex; gap: 2em; justify-content: space-between; margin: 0.35em 0; }}
header p {{ justify-content: center; }}
</style><header>{logo}<h1>{title}</h1><p>{author}</p><p>{licence}</p></header>{contents}</html>"""
LICENCE = "Text and figures under CC BY 4.0, code under the MIT License"


class Chapter(NamedTuple):
    """A page of the site, printed; `first` is the number of its first sheet, from 1."""

    part: str | None
    file: str
    title: str
    sections: list
    first: int
    pdf: PdfReader


def listed() -> list[tuple[str | None, str]]:
    """Return the pages of the site in their order, each with its part."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    rest = [(part["caption"], page["file"]) for part in toc["parts"] for page in part["chapters"]]
    return [(None, toc["root"]), *rest]


def configuration() -> dict:
    """Return what the book says of itself."""
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))


def address(site: Path, file: str) -> str:
    """Return where a page is."""
    return (site / f"{file}.html").as_uri()


def printed(page) -> PdfReader:
    """Print what a tab shows."""
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def print_chapters(page, site: Path, files) -> list[Chapter]:
    """Print pages of the site, numbered through."""
    chapters, first = [], 1
    for part, file in files:
        page.goto(address(site, file))
        page.add_style_tag(content=PAPER.format(first=first))
        chapters.append(Chapter(part, file, **page.evaluate(PREPARE), first=first, pdf=printed(page)))
        first += len(chapters[-1].pdf.pages)
    return chapters


def print_front(page, site: Path, chapters) -> PdfReader:
    """Print a title page, and the contents with numbers of pages."""
    config = configuration()
    lines, part = [], None
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            lines.append(f"<h2>{html.escape(part)}</h2>")
        link = f'<a href="{address(site, chapter.file)}">{html.escape(chapter.title)}</a>'
        lines.append(f"<p>{link}<span>{chapter.first}</span></p>")
    page.set_content(
        FRONT.format(
            logo=(ROOT / config["logo"]).read_text(encoding="utf8"),
            title=html.escape(config["title"]),
            author=html.escape(config["author"]),
            licence=LICENCE,
            contents="".join(lines),
        )
    )
    return printed(page)


def put_together(site: Path, front: PdfReader, chapters) -> PdfWriter:
    """Return one document: the front, the chapters, the outline, and where its links lead."""
    course = PdfWriter()
    course.append(front, import_outline=False)
    places, parts = {}, {}
    for chapter in chapters:
        start = len(course.pages)
        course.append(chapter.pdf, import_outline=False)
        where = address(site, chapter.file)
        places[where] = (start, None)
        for name, place in chapter.pdf.named_destinations.items():
            places[f"{where}#{name.removeprefix('/')}"] = (
                start + chapter.pdf.get_destination_page_number(place),
                place.top,
            )
        if chapter.part and chapter.part not in parts:
            parts[chapter.part] = course.add_outline_item(
                title=chapter.part, page_number=start, is_open=False
            )
        above = {1: parts.get(chapter.part)}
        for level, title, name in [(1, chapter.title, None), *chapter.sections]:
            sheet, _ = places.get(f"{where}#{name}", (start, None))
            parent = above[level] if level == 1 else above.get(level, above[2])
            above[level + 1] = course.add_outline_item(
                title=title, page_number=sheet, parent=parent, is_open=False
            )
    lead_inside(course, site, places)
    config = configuration()
    course.add_metadata({"/Title": config["title"], "/Author": config["author"]})
    course.root_object[NameObject("/Lang")] = TextStringObject(config["sphinx"]["config"]["language"])
    course.set_page_label(0, len(front.pages) - 1, "/r")
    course.set_page_label(len(front.pages), len(course.pages) - 1, "/D", start=1)
    return course


def lead_inside(course: PdfWriter, site: Path, places) -> None:
    """Make links to what is in the document lead there, and remove those to other files of the site."""
    for page in course.pages:
        kept = ArrayObject()
        for one in page.get("/Annots", ArrayObject()):
            link = one.get_object()
            uri = link.get("/A", {}).get("/URI", "")
            if uri.startswith(site.as_uri()):
                target = uri.replace("?#", "#")
                found = places.get(target) or places.get(target.partition("#")[0])
                if not found:
                    continue
                sheet, top = found
                del link["/A"]
                height = NullObject() if top is None else FloatObject(top)
                link[NameObject("/Dest")] = ArrayObject(
                    [
                        course.pages[sheet].indirect_reference,
                        NameObject("/XYZ"),
                        NullObject(),
                        height,
                        NullObject(),
                    ]
                )
            kept.append(one)
        page[NameObject("/Annots")] = kept


def write(browser, site: Path, files, path: Path) -> Path:
    """Print pages of the site, by their parts, into one PDF."""
    page = browser.new_page()
    chapters = print_chapters(page, site, files)
    front = print_front(page, site, chapters)
    page.close()
    put_together(site, front, chapters).write(path)
    return path


def main() -> int:
    """Build the book, print it, and say where the PDF is."""
    status = book.main()
    if not status:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
            write(browser, SITE, listed(), COURSE)
            browser.close()
        print(f"The course as one PDF: {COURSE} ({COURSE.stat().st_size / 1e6:.1f} MB)")
    return status


if __name__ == "__main__":
    sys.exit(main())
