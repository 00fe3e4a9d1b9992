"""Facts about each agency's data, and the few things every other package shares.

Here: contracts and standard entities with their loader, the delivery manifest, the home folder's layout, masking.
Not here: reading data, SQL, judging, anything that knows Dagster or dbt.
"""
