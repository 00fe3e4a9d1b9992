"""Who is who: which records are one person, and which id that person keeps.

Here: comparing, clustering, stable ids and their registry. Facts (connection, relation names, key) are handed in.
Not here: reading sources, cleaning values (staging does that), golden values (marts do that).
"""
