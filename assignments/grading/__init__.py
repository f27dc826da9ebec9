"""The round of a class: release, autograde, grades, feedback, by nbgrader, in boxes.

Runs in an environment of its own, which holds nbgrader and no PyMC; what students wrote runs in the
course's environment, in a kernel of its own for every submission.
"""
