from _gen import *  # <AUTO GENERATED>

from functions.timetable import SEASON


@func_description("Save where the caller starts and where they are going.")
@func_parameter("from_port", "The port they start from")
@func_parameter("to_port", "The port they travel to")
def save_route(conv: Conversation, flow: Flow, from_port: str, to_port: str):
    if from_port == to_port:
        return "Both ports are the same. Ask where the caller wants to go."
    if from_port + " to " + to_port not in SEASON:
        return "There is no direct boat. Explain that they change at Harrow Quay, and ask which half to book first."
    conv.state.from_port = from_port
    conv.state.to_port = to_port
    flow.goto_step("Ask day", "route known")
    return None
