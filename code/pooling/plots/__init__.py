"""The figures: data in, a `Picture` out. One module a chapter, named by its stem, and what they share.

It imports nothing, so that `diagrams` stays free of Matplotlib.
"""
