"""What callers see: the page behind an agent's shareable link, its answers as they come, the script for other sites.

Nobody signs in here and no cookie is read: the address is what lets one in, and a conversation's own what goes on with
it. So nothing is done in anybody's name, and a form needs no token against that (pages of other sites frame these).
"""
