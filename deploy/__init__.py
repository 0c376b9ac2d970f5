"""Everything that runs Zhucai, and nothing that Zhucai is."""
