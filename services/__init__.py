"""Three services that own what they say, and hear the rest as events."""
