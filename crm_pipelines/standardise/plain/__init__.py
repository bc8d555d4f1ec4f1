"""Short cuts for columns: the usual values of a field by whole columns instead of one by one.

Every function here takes a frame of distinct values (`index`, `raw`, and `text`, which is `raw` cleaned) and returns
those it can read, as the one-by-one standardiser of the field would, and nothing of the others. None has a rule of its
own: what a half of a value comes to (a family name, a mail domain, the place before a house number) is asked of the
standardiser once and put together for every value that holds it. A property in the tests holds each to its
standardiser.
"""
