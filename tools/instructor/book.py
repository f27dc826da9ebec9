"""Build the instructor's book: the student's chapters with the solutions folded under each exercise.

`make book-instructor`. The chapters are woven with the solutions into `_build/instructor`, and that book is
built by the tools that build the student's. Nothing of it touches the student's site.
"""

import sys
from pathlib import Path

import book
import yaml
from places import ROOT

from instructor import exercises
from instructor.exercises import FormError

FOLDER = ROOT / "_build" / "instructor"
FENCE = "`" * 8  # longer than any fence in what it encloses


def woven(chapter: Path) -> str:
    """Return the text of a chapter with the notes and solutions after its exercises.

    Raises
    ------
    FormError
        If an exercise has no solution, or a solution no exercise.
    """
    text = chapter.read_text(encoding="utf8")
    found = exercises.read_exercises(chapter)
    path = exercises.solutions_of(chapter)
    if not path.exists():
        raise FormError(f"{chapter.name} sets exercises, but there is no {path.parent.name}/{path.name}")
    file = exercises.read_solutions(path)
    labels = [exercise.label for exercise in found]
    if labels != list(file.solutions):
        raise FormError(
            f"{path.name} must solve the exercises of its chapter in their order, {', '.join(labels)}; "
            f"it solves {', '.join(file.solutions)}"
        )
    parts = [text[: found[0].start], teaching(found, file)]
    for exercise, following in zip(found, [*found[1:], None], strict=True):
        parts.append(text[exercise.start : exercise.end])
        parts.append(answer(file.solutions[exercise.label]))
        parts.append(text[exercise.end : following.start if following else None])
    return "".join(parts)


def teaching(found, file) -> str:
    """Return what stands before the first exercise: notes on the chapter, and what the exercises take."""
    rows = "\n".join(
        f"| {{ref}}`{e.label}` | {e.kind} | {e.minutes} | {file.solutions[e.label].minutes} |" for e in found
    )
    total = sum(solution.minutes for solution in file.solutions.values())
    return f"""{FENCE}{{admonition}} Teaching this chapter
:class: tip

{file.teaching}

| exercise | to | minutes, as stated | minutes, in class |
|---|---|---|---|
{rows}
| all | | {sum(e.minutes for e in found)} | {total} |
{FENCE}

{file.setup}

"""


def answer(solution) -> str:
    """Return what stands after an exercise: the note for the one who teaches, and the solution, folded."""
    return f"""
{solution.note}

```{{solution-start}} {solution.label}
:class: dropdown
```

{solution.text}

```{{solution-end}}
```

"""


def configuration(config: dict, up: str) -> dict:
    """Return the configuration of the instructor's book, whose sources are in a folder below the course's."""
    sphinx = config["sphinx"]
    settings = sphinx["config"]
    lists = {name: [up + path for path in settings[name]] for name in ("html_static_path", "templates_path")}
    extensions = {name: up + path for name, path in sphinx["local_extensions"].items()}
    return config | {
        "title": f"{config['title']}: instructor's book",
        "logo": up + config["logo"],
        "html": config["html"] | {"favicon": up + config["html"]["favicon"]},
        "sphinx": sphinx | {"local_extensions": extensions, "config": settings | lists},
    }


def write_sources(folder: Path = FOLDER) -> None:
    """Write the sources of the instructor's book; what has not changed keeps its time."""
    up = "../" * len(folder.relative_to(ROOT).parts)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    files = {
        folder / "_toc.yml": (ROOT / "_toc.yml").read_text(encoding="utf8"),
        folder / "_config.yml": yaml.safe_dump(configuration(config, up), allow_unicode=True),
    }
    setting = set(exercises.chapters())
    for path in (ROOT / "chapters").rglob("*"):
        if path.suffix in {".md", ".bib"} and ".ipynb_checkpoints" not in path.parts:
            text = woven(path) if path in setting else path.read_text(encoding="utf8")
            files[folder / path.relative_to(ROOT)] = text
    for path in (folder / "chapters").rglob("*"):
        if path.is_file() and path not in files:
            path.unlink()
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding="utf8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf8")


def main() -> int:
    """Build the instructor's book and say where it is."""
    try:
        write_sources()
    except FormError as error:
        print(error, file=sys.stderr)
        return 1
    return book.main(FOLDER)


if __name__ == "__main__":
    sys.exit(main())
