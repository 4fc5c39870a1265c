from _gen import *  # <AUTO GENERATED>


@func_description("Grant the late check-out the guest has accepted.")
def grant_late_check_out(conv: Conversation, flow: Flow):
    conv.write_metric("late_check_out", conv.state.leaving_time)
    conv.exit_flow()
    return {"utterance": "The room is yours until " + conv.state.leaving_time + "."}
