"""One module per command; each parses arguments, calls the package that does the work, and prints."""
