"""All chapters: the models, engines, figures and explorers of the course Partial Pooling.

One module a chapter, same stem; shared rooms beside them. Importing the
package imports none of its modules, so it costs next to nothing.
"""
