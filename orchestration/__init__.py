"""When things run: Dagster assets, checks, jobs, schedules, and the command line.

Here: preparing dbt from contracts, starting dbt, the run's order, recording. The only package that knows Dagster
and dbt. Not here: reading sources, rules, judging, identity, publishing: those packages are called.
"""
