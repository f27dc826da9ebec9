"""What hostile notebooks do to a round, in real boxes: nothing to anybody else. On a small set.

Beside the others' work and the key lies the instructor's home; afterwards every byte must be what it was.
With the course's own sets, forty at once, `test_assignments` does this with `-m live`.
"""

import hand_ins
from class_round import complaints
from quick_round import IN_BOXES, SET

ATTACKS = (
    *(hand_ins.endless, hand_ins.outside, hand_ins.memory, hand_ins.crash, hand_ins.flood, hand_ins.disk),
    *(hand_ins.forks, hand_ins.escaping),
)


def contents(*folders):
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files}


def test_attacks_cost_their_own_points_and_nobody_elses(a_round, fence, tmp_path):
    private = tmp_path / "home" / ".ssh" / "id"
    private.parent.mkdir(parents=True)
    private.write_text("private")
    kinds = [hand_ins.perfect, *ATTACKS, hand_ins.half]
    a_set = a_round.set_of(a_round.name, SET)
    a_set.targets += [str(private), str(a_round.folder / "gradebook.db"), str(a_round.folder / "grades.csv")]
    everything = {(kind.__name__, SET): kind(a_set) for kind in kinds}
    for (student, stem), expected in everything.items():
        hand_ins.write(expected, a_round.place(student), stem)
    kept = [a_round.folder / kind for kind in ("source", "release", "submitted")] + [tmp_path / "home"]
    before = contents(*kept)
    a_round.grade(before=IN_BOXES)
    assert complaints(a_round, a_round.name, everything) == []
    assert contents(*kept) == before
    assert {path.name for path in a_round.folder.iterdir()} >= {"gradebook.db", "grades.csv", "feedback"}
    assert not (a_round.folder / "running").exists()
