"""Chapters 1 to 7: their explorers, departments and the arrivals of their professors.

Each is stated in a module of its chapter's stem, from what they share: `settings` has the controls,
`quantities` the numbers of a posterior by name, `still` the pictures. The JavaScript is one: engine.js knows
each model by its stem, chapters.js says what each explorer shows.
"""
