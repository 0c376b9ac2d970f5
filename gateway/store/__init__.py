"""The gateway's own database: accounts, seats, sessions, and copies of the organisations that seats are in."""
