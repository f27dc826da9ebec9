"""`make mutants`: mistakes made on purpose, to see whether a test notices them."""
