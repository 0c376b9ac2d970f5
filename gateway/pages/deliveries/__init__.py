"""What is to come to a canteen, and what a seller is to bring: by week, by month, and in one's own calendar."""
