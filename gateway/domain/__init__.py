"""What the gateway decides by rule alone: words and states, without I/O and without a clock."""
