"""Make mistakes in a copy of the tree, one at a time, and say which of them no test notices.

`make mutants LIST=figures` makes those of a list, `make mutants AREA=plots SEED=1 NUMBER=60` random ones.
"""

import argparse
import random
import signal
import sys
from collections import Counter
from pathlib import Path

from places import ROOT

from mutants import listed, subjects
from mutants.changes import Mutant, mutants
from mutants.trial import Trials, copy


def sample(area: str, seed: int, number: int, root: Path) -> list[Mutant]:
    """Return random mutants of an area, each as likely as any other, without those known to be no mistake."""
    every = []
    for path in subjects.files(area, root):
        every += mutants(path, (root / path).read_text("utf8"))
    random.Random(seed).shuffle(every)
    known, chosen = listed.equivalent(root), []
    for mutant in every:
        source = (root / mutant.path).read_text("utf8")
        if (
            len(chosen) < number
            and mutant.is_a_program(source)
            and (str(mutant.path), *mutant.lines(source)) not in known
        ):
            chosen.append(mutant)
    return chosen


def main(arguments: list[str]) -> int:
    """Try what is asked for; return how many were not noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--LIST", choices=[*listed.names(), "all"])
    parser.add_argument("--AREA", choices=subjects.AREAS, default="plots")
    parser.add_argument("--SEED", type=int, default=0)
    parser.add_argument("--NUMBER", type=int, default=20)
    asked = parser.parse_args(arguments)
    with copy(ROOT) as tree:
        if asked.LIST:
            lists = listed.names() if asked.LIST == "all" else [asked.LIST]
            tried = [
                (one["meaning"], one.get("tests"), mutant)
                for name in lists
                for one, mutant in listed.mistakes(name, tree)
            ]
        else:
            tried = [("", None, mutant) for mutant in sample(asked.AREA, asked.SEED, asked.NUMBER, tree)]
        return report(tried, tree)


def report(tried: list[tuple[str, list[str] | None, Mutant]], tree: Path) -> int:
    """Try mutants, print what becomes of each, by which test, and the rate; return how many survived."""
    trials, count = Trials(tree), Counter()
    for place, (meaning, tests, mutant) in enumerate(tried, start=1):
        source = (tree / mutant.path).read_text("utf8")
        noticed_by = tests or subjects.noticed_by(mutant.path, tree)
        only = "" if tests else subjects.keyword(mutant.path)
        outcome, test = trials.outcome(mutant.path, mutant.apply(source), noticed_by, only)
        count[outcome] += 1
        line = source.count("\n", 0, mutant.start) + 1
        print(f"{place:4} {outcome:9} {mutant.path}:{line} {meaning}".rstrip(), flush=True)
        if outcome == "survived" or not meaning:
            before, after = mutant.lines(source)
            print(f"       - {before}\n       + {after}", flush=True)
        if test:
            print(f"       by {test}", flush=True)
    noticed = count["killed"] + count["timed out"]
    rate = f"{noticed} of {len(tried)} noticed ({noticed / len(tried):.0%})"
    print(f"{rate}, {count['timed out']} of them because tests did not end")
    return count["survived"]


if __name__ == "__main__":
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C: the copy and the tests that run end too
    sys.exit(main(sys.argv[1:]) > 0)
