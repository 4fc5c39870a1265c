"""The draft: what it changes, editing its resources, finding in them, publishing it and beginning it again."""
