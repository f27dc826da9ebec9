"""Chapters 1 to 6, edit and run: what stands in for JAX and NumPy on a static page, in double precision.

memo's programs, and the short functions that they call, need a small part of JAX. Here an array is an
expression (`arrays`, `views`); a sum, a maximum, or a look at its numbers makes it one JavaScript loop nest
(`kernels`). `functions` has the names of `jax.numpy`, `transforms` those of `jax`, and `modules` puts both
where an import finds them. What is not here says so by name. It runs in Pyodide only.
"""
