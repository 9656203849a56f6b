"""Tables to Parquet: schema, encoding, publication of a new state, the ledger of files."""
