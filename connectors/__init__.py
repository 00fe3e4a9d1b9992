"""From an agency to a delivery: received file, rows as text in Parquet, manifest.

Here: addresses, readers, layout of files, writing a delivery whole or not at all.
Not here: what a value means (staging does that) and who may proceed (expectations judge that).
"""
