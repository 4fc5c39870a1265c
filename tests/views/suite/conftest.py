from tests.suites import agent as agent
from tests.suites import told as told
