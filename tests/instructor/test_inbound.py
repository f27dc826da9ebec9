"""What lies in a folder that others may write to is copied plainly, or not at all."""

import os
import re

import pytest
from grading import inbound
from grading.inbound import Refused, copied_plainly, receipt


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.ipynb").write_text("{}")
    (folder / "deep" / "data.csv").write_text("1,2")
    return folder


def copied(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_plain_files_are_copied_and_nothing_else_is_followed_or_waited_for(source, tmp_path):
    key = tmp_path / "key.ipynb"
    key.write_text("the key")
    (source / "link.ipynb").symlink_to(key)
    (source / "folder").symlink_to(tmp_path)
    (source / "dangling").symlink_to("nowhere")
    os.mkfifo(source / "fifo")
    left_out = dict(copied_plainly(source, tmp_path / "to"))
    assert copied(tmp_path / "to") == {"one.ipynb", "deep/data.csv"}
    assert left_out == {
        "link.ipynb": "is a link",
        "folder": "is a link",
        "dangling": "is a link",
        "fifo": "is no plain file",
    }


def test_a_folder_that_is_a_link_is_refused(source, tmp_path):
    (tmp_path / "link").symlink_to(source)
    with pytest.raises(OSError, match="link"):
        copied_plainly(tmp_path / "link", tmp_path / "to")


def test_somebody_elses_is_refused(source, tmp_path):
    with pytest.raises(Refused, match="belongs to"):
        copied_plainly(source, tmp_path / "to", owner=os.getuid() + 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody")
def test_somebody_elses_file_in_ones_own_folder_is_left_out(source, tmp_path):
    os.chown(source / "deep" / "data.csv", 65534, -1)
    ((path, why),) = copied_plainly(source, tmp_path / "to", owner=os.getuid())
    assert path == "deep/data.csv"
    assert why.startswith("belongs to")


def test_there_is_an_end_to_what_is_copied(source, tmp_path, monkeypatch):
    (source / "large").write_bytes(b"x" * 100)
    left_out = copied_plainly(source, tmp_path / "1", largest=50)
    assert left_out == [("large", "is too large")]
    deep = source
    for _ in range(20):
        deep = deep / "d"
        deep.mkdir()
    assert any("folders in folders" in why for _, why in copied_plainly(source, tmp_path / "2"))
    monkeypatch.setattr(inbound, "MOST", 2)
    assert len(copied(tmp_path / "1")) > len(
        copied_plainly(source, tmp_path / "3") and copied(tmp_path / "3")
    )


WHEN = "2027-03-01 10:20:30.123456 UTC"


def test_what_submit_wrote_is_kept(source, tmp_path):
    (source / "timestamp.txt").write_text(WHEN)
    (source / "submission_secret.txt").write_text("0a" * 64)
    receipt(source, tmp_path)
    assert (tmp_path / "timestamp.txt").read_text() == WHEN
    assert (tmp_path / "submission_secret.txt").read_text() == "0a" * 64


@pytest.mark.parametrize("text", [None, "", "tomorrow", "2027-13-01 10:20:30.1 UTC", "../" * 30, "x" * 10**6])
def test_whatever_else_lies_there_is_replaced(source, tmp_path, text):
    for name in ("timestamp.txt", "submission_secret.txt"):
        if text is None:
            (source / name).symlink_to("/etc/hostname")
        else:
            (source / name).write_text(text)
    receipt(source, tmp_path)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:]{8}\.\d{6} UTC", (tmp_path / "timestamp.txt").read_text())
    assert re.fullmatch(inbound.SECRET, (tmp_path / "submission_secret.txt").read_text())
