"""The quality of the product on open question sets, beside plain retrieval over the same index."""
