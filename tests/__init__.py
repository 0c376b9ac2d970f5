"""What the team believes, said so that a machine can disagree."""
