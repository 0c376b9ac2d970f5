"""What crosses a wire, and nothing else: events, their facts, and who may ask for what."""
