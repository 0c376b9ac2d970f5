"""The mechanisms that every program uses alike, and one room of meaning: what crosses a wire (`contracts`)."""
