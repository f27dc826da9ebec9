"""What the book's build does beyond Jupyter Book: one Sphinx extension a module."""
