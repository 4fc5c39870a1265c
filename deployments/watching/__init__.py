"""What whoever operates Slipway sees of it: a name and one line for each request, and figures. Never a secret, and of a
person only the number: addresses are told as the patterns they match, since some of them hold a token.
"""
