"""Pages of who admits and reviews for a federation."""
