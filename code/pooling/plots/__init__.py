"""All chapters: the figures, data in, a `Picture` out. One module a chapter, and what they share.

It imports nothing, so that `diagrams` stays free of Matplotlib.
"""
