"""How a version answers a conversation: what its texts say, which topics a question meets, what its functions do.

Pure: nothing here knows of Django or of a database.
"""
