"""What stands between a student's notebook and nbgrader: the frame of a set, and what is a score."""

import pytest
from grading.scores import error, graded
from nbformat.v4 import new_output


def result(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


@pytest.mark.parametrize(
    ("outputs", "ends_in"),
    [
        ([result("2.5")], "2.5"),
        ([new_output("stream", name="stderr", text="a warning"), result("3.0")], "3.0"),
        ([], "NoScore"),
        ([result("-1")], "NoScore"),
        ([result("1000")], "NoScore"),
        ([result("nan")], "NoScore"),
        ([result("'full marks'")], "NoScore"),
        ([result("1"), result("2")], "NoScore"),
        ([new_output("stream", text="2.0")], "NoScore"),
        ([result("3.0"), error("ValueError", "no")], "ValueError"),
    ],
)
def test_a_score_is_a_number_that_the_question_allows(outputs, ends_in):
    left = graded(outputs, 3.0)
    last = left[-1]
    assert last.get("ename", last.get("data", {}).get("text/plain")) == ends_in
    assert all(output.get("name") != "stderr" for output in left)
    assert ends_in != "NoScore" or not any(output.output_type == "execute_result" for output in left)
