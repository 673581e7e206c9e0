"""How rows are stored: column types, transactions, upgrades."""
