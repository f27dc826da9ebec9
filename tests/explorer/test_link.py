"""Many JavaScript modules, linked into one: what they mean stays, and what is not understood is refused."""

import node
import pytest
from pooling.explorer.frontend.link import LinkError, link, modules

FILES = {
    "lib/svg.js": """
        // Comments go: import { nothing } from "./nowhere.js";
        /** Two
            lines. */
        export const SIZE = 3, twice = 2;
        const hidden = "of svg";
        export function draw(x) {
          return `${hidden} ${tail(x)} // no comment`;
        }
        function tail(x) { return x * SIZE; } // after it is used
        export class Pen {}
        export async function* many() {}
        """,
    "pots/pill.js": """
        import { draw as make, SIZE } from "../lib/svg.js";
        const hidden = "of pill";
        export const pill = () => [hidden, make(2), SIZE];
        """,
    "pots/view.js": """
        import {
          Pen,
          draw,
        } from "../lib/svg.js";
        import { pill } from "./pill.js";
        const hidden = 5;
        let calls = 0;
        export default {
          all: () => [hidden, ...pill(), draw(1), new Pen().constructor.name, (calls += 1)],
        };
        """,
}


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.removeprefix(" " * 8) for line in text.splitlines()]
        path.write_text("\n".join(lines).strip() + "\n", encoding="utf-8")
    return folder / "pots" / "view.js"


def test_each_module_has_its_own_names_and_runs_once_as_in_node(tmp_path):
    entry = written(tmp_path, FILES)
    (tmp_path / "linked.mjs").write_text(link(entry), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    told = {
        name: node.run(
            f'const {{ default: one }} = await import("{path.as_uri()}");'
            "console.log(JSON.stringify([one.all(), one.all()]));"
        )
        for name, path in {"as it is": entry, "linked": tmp_path / "linked.mjs"}.items()
    }
    first = [5, "of pill", "of svg 6 // no comment", 3, "of svg 3 // no comment", "Pen", 1]
    assert list(told.values()) == [[first, [*first[:-1], 2]]] * 2


def test_modules_come_after_what_they_import_and_once(tmp_path):
    entry = written(tmp_path, FILES)
    assert [path.stem for path in modules(entry)] == ["svg", "pill", "view"]


def test_comments_and_indentation_are_left_out(tmp_path):
    text = link(written(tmp_path, FILES))
    assert "Comments go" not in text
    assert "Two" not in text
    assert "\n " not in text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('import draw from "../lib/svg.js";', "not understood: 'import draw"),
        ('import * as svg from "../lib/svg.js";', "not understood: 'import \\*"),
        ('import "../lib/svg.js";', "not understood: 'import"),
        ('import { readFile } from "node:fs";', "not understood: 'import"),
        ('const late = () => import("../lib/svg.js");', "not understood: 'const late"),
        ("const here = import.meta.url;", "not understood"),
        ("export let count = 0;", "not understood: 'export let"),
        ("export { hidden };", "not understood: 'export {"),
        ('export * from "../lib/svg.js";', "not understood: 'export \\*"),
        ("const $lib_svg = 1;", "not understood"),
        ("const text = `two\n  lines`;", "a template literal must end on its line, got 'const text = `two'"),
        ('import { gone } from "../lib/svg.js";', "svg.js does not export gone"),
        ('import { gone } from "./gone.js";', "gone.js: no such module"),
        ('import { pill } from "./pill.js";', "modules import each other: pill.js → pill.js"),
        ("export default 1;", "the entry, and no other module, has one default export, got 1"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path, line, message):
    entry = written(tmp_path, FILES | {"pots/pill.js": FILES["pots/pill.js"] + line})
    with pytest.raises(LinkError, match=message):
        link(entry)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("const one = 1;", "one default export, got 0"),
        ("export const one = 1;\nexport default one;", "exports nothing but its default, got one"),
        ("export default one;\nconst one = 1;", "export default must come last"),
    ],
)
def test_an_entry_ends_in_its_default_export(tmp_path, text, message):
    with pytest.raises(LinkError, match=message):
        link(written(tmp_path, {"pots/view.js": text}))


@pytest.mark.parametrize(
    ("modules_imported", "message"),
    [
        ({"lib/plain-text.js": "a"}, "must be words"),
        ({"lib/x.js": "a", "in/lib/x.js": "b"}, "the same folder's name and the same stem"),
    ],
)
def test_names_of_files_are_words_and_no_two_modules_share_one(tmp_path, modules_imported, message):
    files = {path: f"export const {name} = 1;" for path, name in modules_imported.items()}
    imports = [f'import {{ {name} }} from "../{path}";' for path, name in modules_imported.items()]
    with pytest.raises(LinkError, match=message):
        link(written(tmp_path, files | {"pots/view.js": "\n".join([*imports, "export default a;"])}))
