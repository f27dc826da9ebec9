"""nbgrader's exchange, taken in without trust: every folder in `inbound` was made by somebody's program.

Everybody can write into `inbound`, under any name: nbgrader takes the latest folder that *says* it is A's,
warns if it is not, follows links in it with the instructor's rights, and removes what A handed in before.
`Collect` takes the place of nbgrader's own, for `nbgrader collect` and the formgrader's button: see a class's
`nbgrader_config.py`.
"""

import os
import pwd
import re
import stat
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from grading.inbound import Refused, copied_plainly, owner_name

STUDENT = r"[\w@-][\w.@+-]*"  # a student's id, which becomes a folder's name and stands in pages
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Za-z0-9_/+:-]{1,40}"


class Collect(ExchangeCollect):
    """Collect what students handed in: of their own folders the latest, plain files only, nothing lost."""

    def init_src(self):
        """Find, for each student, the folder to take."""
        self.inbound_path = os.path.join(self.root, self.coursedir.course_id, "inbound")
        if not self.coursedir.course_id or not os.access(self.inbound_path, os.R_OK | os.X_OK):
            self.fail(f"the exchange has no folder that can be read: {self.inbound_path}")
        latest = {}
        for name in sorted(os.listdir(self.inbound_path)):
            try:
                record = self._record(name)
            except Refused as why:
                self.log.warning("left where it is: %r %s", name, why)
                continue
            if record:
                latest.setdefault(record["username"], []).append(record)
        self.src_records = [self._chosen(records) for _, records in sorted(latest.items())]

    def copy_files(self):
        """Copy each into `submitted`; what was there before is kept in `submitted-before`."""
        for record in self.src_records:
            student, name = record["username"], record["filename"]
            to = self._place("submitted", student)
            before = self.coursedir.get_existing_timestamp(str(to)) if to.is_dir() else None
            if to.is_dir() and (not self.update or before == record["timestamp"]):
                self.log.info("%s %s: as before", self.coursedir.assignment_id, student)
                continue
            try:
                left_out = self._take(record, to)
            except (OSError, Refused) as why:
                self.log.warning("left where it is: %r %s", name, why)
                continue
            self.log.info("%s %s: %s", self.coursedir.assignment_id, student, "again" if before else "new")
            for path, why in left_out:
                self.log.warning("%s %s: not taken: %r %s", self.coursedir.assignment_id, student, path, why)

    def _record(self, name):
        """Read off a folder's name whose it is and of when; None if it is another set's or student's."""
        stem, student = self.coursedir.assignment_id, self.coursedir.student_id
        said = re.fullmatch(
            rf"(?P<who>.+)\+{re.escape(stem)}\+(?P<when>[^+]+(?:\+\d{{4}})?)(?:\+[\w=-]+)?", name, re.S
        )
        if not said or student not in ("*", "", said["who"]):
            return None
        if not re.fullmatch(STUDENT, said["who"]) or not re.fullmatch(TIME, said["when"]):
            raise Refused("is not named as nbgrader names what is handed in")
        info = os.lstat(os.path.join(self.inbound_path, name))
        if not stat.S_ISDIR(info.st_mode):
            raise Refused("is no folder")
        owner = self._owner(said["who"])
        if owner not in (None, info.st_uid):
            raise Refused(f"is not {said['who']}'s: it belongs to {owner_name(info.st_uid)}")
        try:
            when = parse_utc(said["when"])
        except (ValueError, OverflowError) as error:
            raise Refused("has a time that is none") from error
        return {"username": said["who"], "filename": name, "timestamp": when, "owner": owner}

    def _owner(self, student):
        """Return whose a student's files must be; None where the hub cannot tell (check_owner is off)."""
        if not self.check_owner:
            return None
        try:
            return pwd.getpwnam(student).pw_uid
        except KeyError as error:
            raise Refused(f"says it is of {student}, whom this system does not know") from error

    def _chosen(self, records):
        """Return the latest; with `--before-duedate` the latest that was not late, if there is one."""
        records = sorted(records, key=lambda record: record["timestamp"])
        if self.before_duedate:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                try:
                    due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
                except MissingEntry:
                    due = None
            records = [record for record in records if due is None or record["timestamp"] <= due] or records
        return records[-1]

    def _place(self, kind, student):
        return Path(self.coursedir.root, kind, student, self.coursedir.assignment_id)

    def _take(self, record, to):
        """Copy beside the place first, so that a round never sees half of a folder."""
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".taking-", dir=Path(self.coursedir.root)) as aside:
            new = Path(aside, "new")
            source = os.path.join(self.inbound_path, record["filename"])
            left_out = copied_plainly(source, new, owner=record["owner"])
            if to.exists():
                before = self._place("submitted-before", record["username"])
                before.mkdir(parents=True, exist_ok=True)
                to.rename(before / f"{1 + sum(1 for _ in before.iterdir())}")
            new.rename(to)
        return left_out
