"""`review_queue` and `closed_questions`: what people are asked, and what they are asked no more."""

from quality.expectations.checked_table import CheckedTable

REVIEW_QUEUE = CheckedTable(name="review_queue", key=("question_id",))
CLOSED_QUESTIONS = CheckedTable(name="closed_questions", key=("seq", "question_id"))
