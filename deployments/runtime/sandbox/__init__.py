"""An agent's functions, run in a sandboxed interpreter that knows less of Python than they use.

`rewriting` puts what the interpreter understands in the place of what it does not; `inside` is the source that stands
in, within the sandbox, for what a runtime gives to functions; `running` feeds both and reads what came of it.
"""
