"""What leaves the build: immutable snapshots, the pointer to the current one, rollback.

Here: copying the published columns into a new file, moving the pointer, keeping the last snapshots, reading them.
Not here: deciding what may be published (class of a column, verdict of the release gate): that is handed in.
"""
