"""The card provider's key: kept, told apart, and found out when it is refused."""
