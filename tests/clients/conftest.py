from tests.clients.following import agent as agent
from tests.clients.following import follows as follows
from tests.clients.following import serving as serving
