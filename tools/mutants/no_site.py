"""A plugin of pytest: tests of the built site are left out, a mutant is not worth a build of minutes."""


def pytest_collection_modifyitems(config, items):
    """Keep the tests that need neither the site nor a browser."""
    built = [item for item in items if {"build_log", "browser"} & set(item.fixturenames)]
    items[:] = [item for item in items if item not in built]
    config.hook.pytest_deselected(items=built)
