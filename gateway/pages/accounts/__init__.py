"""Where a canteen and a supplier agree on a month's account, and what is owed is paid by transfer."""
