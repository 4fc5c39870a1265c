"""The verbs of conversations: beginning one, its turns one at a time, its end, what people write beside it.

What is said is the runtime's: these verbs keep it, and see to it that each turn is recorded exactly once. No line of
Project History tells of a conversation: it changes nothing of the agent.
"""
