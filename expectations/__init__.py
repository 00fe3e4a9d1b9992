"""Judging: Great Expectations suites at three gates, inside DuckDB, and the one masked way out of results.

Here: derived, cross-agency and release suites, the runner, the page and the table of results.
Not here: row rules (staging evaluates them), when a gate runs and what follows (orchestration).
Great Expectations is imported inside functions only: it takes seconds and definitions must load without it.
"""
