"""All chapters: the colours of figures, diagrams and explorers, stated here and nowhere else.

A figure has one colour for light and dark pages, so each has a contrast of at least 3 to 1 on both. An
explorer, whose style sheet is made from these, takes the lighter twin on a dark page. All are of marks: text
has the page's own colour. It imports no Matplotlib, so that explorers need none.
"""

__all__ = ["BLUE", "DARK", "ORANGE", "PURPLE", "TEAL"]

BLUE, ORANGE, TEAL, PURPLE = "#2477bb", "#cf5d10", "#0b8f6c", "#a9589c"

#: The twin of each for marks on a dark page.
DARK = {BLUE: "#5aa9e6", ORANGE: "#f0894a", TEAL: "#34b892", PURPLE: "#cf8ac4"}
