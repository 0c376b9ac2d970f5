"""What every page is made of: the request and its answer, forms, words, figures, the frame."""
