"""Code and facts in, words out, in the reader's language."""
