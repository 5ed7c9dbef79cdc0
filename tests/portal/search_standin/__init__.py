"""A stand-in for Solr, as much of it as CKAN's dataset search asks for; standard library only.

It keeps documents, answers CKAN's queries (Lucene's language, and dismax without boosts), counts facets, sorts, and
refuses what Solr refuses: broken queries, missing keys, terms that are too long. It has no stemming, highlighting,
spatial search or grouping.
"""
