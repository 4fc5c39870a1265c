from _gen import *  # <AUTO GENERATED>


@func_description("Keep the table under the guest's name.")
@func_parameter("name", "The name the table is kept under")
@func_parameter("allergies", "What the kitchen should know, or nothing")
def keep_table(conv: Conversation, flow: Flow, name: str, allergies: str):
    conv.state.kitchen_note = "" if allergies == "nothing" else allergies
    conv.write_metric("table", conv.state.table_day + " " + conv.state.table_time)
    conv.exit_flow()
    return {"utterance": "A table is kept for " + name + " at " + conv.state.table_time + ". The kitchen knows."}
