"""Chapters 1 to 6, edit and run: the reader's own memo program, on the static page.

`programs` has the boxes: which program, what is asked of it, suggested edits. memo itself, unchanged, runs
in the page in Pyodide; `standin` is there in place of JAX, `box` runs and asks, and `page/` is the page's
JavaScript. The build puts them together (tools/javascript/in_page.py), a Sphinx extension puts the boxes
under the programs (tools/sphinx_ext/edit_and_run.py).
"""
