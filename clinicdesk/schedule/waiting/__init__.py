"""The waiting list: who wants an earlier or any time, and who is offered one that fell free."""
