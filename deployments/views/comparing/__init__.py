"""Two versions side by side: the page, its sheets and rows, who changed what, and what to take along."""
