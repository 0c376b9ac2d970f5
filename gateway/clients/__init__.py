"""Out to the three services, and to nothing else."""
