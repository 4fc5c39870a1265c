"""The verbs: the only code that writes releases, drafts, agents and people; one transaction each, with its history.

Each verb takes who acts as `by`, and asks the predicate that menus and dialogs ask too. Imports models and the pure
packages; never views, forms or anything of HTTP. This module re-exports, nothing else.
"""

from deployments.pipeline.actor import Actor
from deployments.pipeline.agents import (
    beginning,
    change_agent,
    change_ladder,
    create_agent,
    delete_agent,
    refusal_to_change_agent,
    refusal_to_create_agent,
    refusal_to_delete_agent,
    restore_agent,
)
from deployments.pipeline.assessing import findings_in, mentions_in, summary_between, summary_of
from deployments.pipeline.changes import address_before, changes_since, last_change_of, parting
from deployments.pipeline.conversations.beginning import (
    With,
    begin_conversation,
    env_of,
)
from deployments.pipeline.conversations.claiming import Claim, claim_turn, keep_claim, release
from deployments.pipeline.conversations.moving import change_moving
from deployments.pipeline.conversations.noting import (
    ANNOTATIONS,
    annotate_turns,
    note_conversation,
    refusal_to_note,
    tag_conversation,
)
from deployments.pipeline.conversations.recording import record_turn
from deployments.pipeline.conversations.redacting import Redaction, may_read_personal_data
from deployments.pipeline.conversations.silence import idle_conversations, unclosed_conversations
from deployments.pipeline.conversations.views import drop_view, keep_view, open_on
from deployments.pipeline.discard import (
    DRAFT_EXISTS,
    discard,
    refusal_to_discard,
    refusal_to_restore_draft,
    restore_draft,
)
from deployments.pipeline.drafts import draft_of, state_of
from deployments.pipeline.edits import change_files, refusal_to_edit
from deployments.pipeline.import_and_publish import import_and_publish
from deployments.pipeline.importing import import_files, refusal_to_import
from deployments.pipeline.keys import (
    KEY_CHANNEL,
    create_api_key,
    key_of,
    refusal_to_make_api_key,
    revoke_api_key,
)
from deployments.pipeline.numbers import (
    NUMBER_CHANNEL,
    add_number,
    add_numbers,
    delete_number,
    delete_numbers,
    label_number,
    move_number,
    refusal_to_change_numbers,
)
from deployments.pipeline.offers import Offer, offers_for
from deployments.pipeline.passwords import (
    change_password,
    end_sessions,
    make_reset_link,
    refusal_to_make_reset_link,
    set_password_by,
)
from deployments.pipeline.people import (
    accept_invitation,
    add_person,
    change_account,
    change_role,
    invite,
    refusal_to_do_without,
    refusal_to_manage_people,
    remove_person,
)
from deployments.pipeline.placing import ANY, DEPLOYMENT_CHANNEL
from deployments.pipeline.presence import say_present
from deployments.pipeline.promote import is_hotfix, promote, refusal_to_promote
from deployments.pipeline.publish import errors_in, publish, refusal_to_publish
from deployments.pipeline.reading import Reading, reading_of
from deployments.pipeline.real_time import (
    CONFIG_CHANNEL,
    ConfigMoved,
    Misfit,
    merge_values,
    problems_in,
    real_time_config,
    real_time_values,
    refusal_to_change_schema,
    refusal_to_change_values,
    save_schema,
    save_values,
)
from deployments.pipeline.refusal import Invalid, Moved, Refusal, Refused
from deployments.pipeline.restarting import edit_as_draft
from deployments.pipeline.reverting import Reverting, revert, revert_changes, reverting, reverting_resource, take
from deployments.pipeline.reviewed import Reviewed
from deployments.pipeline.rollback import refusal_to_roll_back, roll_back
from deployments.pipeline.runtimes import acknowledge
from deployments.pipeline.sip_headers import SipHeaders, sip_headers_of
from deployments.pipeline.standing import Standing
from deployments.pipeline.suite.cases import cases_of
from deployments.pipeline.suite.finishing import cancel_run, verdict_of, verdict_of_case
from deployments.pipeline.suite.gates import change_gate, gates_for, refusal_of_gate
from deployments.pipeline.suite.proposing import MOST_CONVERSATIONS, save_as_cases
from deployments.pipeline.suite.runs import Chosen, run_failures_again, start_beside, start_run
from deployments.pipeline.suite.sets import (
    SetOptions,
    change_set,
    create_set,
    delete_set,
    options_of,
    refusal_to_delete_set,
    refusal_to_test,
    state_of_set,
)
from deployments.pipeline.viewing import has_viewed_any, mark_viewed, viewed_among
from deployments.pipeline.webhooks.changing import (
    change_webhook,
    create_webhook,
    delete_webhook,
    redeliver,
    refusal_to_manage_webhooks,
    rotate_secret,
    send_test,
)
from deployments.pipeline.workspaces import (
    change_workspace,
    create_workspace,
    refusal_to_change_workspace,
    refusal_to_read_history,
)

__all__ = [
    "ANNOTATIONS",
    "ANY",
    "CONFIG_CHANNEL",
    "DEPLOYMENT_CHANNEL",
    "DRAFT_EXISTS",
    "KEY_CHANNEL",
    "MOST_CONVERSATIONS",
    "NUMBER_CHANNEL",
    "Actor",
    "Chosen",
    "Claim",
    "ConfigMoved",
    "Invalid",
    "Misfit",
    "Moved",
    "Offer",
    "Reading",
    "Redaction",
    "Refusal",
    "Refused",
    "Reverting",
    "Reviewed",
    "SetOptions",
    "SipHeaders",
    "Standing",
    "With",
    "accept_invitation",
    "acknowledge",
    "add_number",
    "add_numbers",
    "add_person",
    "address_before",
    "annotate_turns",
    "begin_conversation",
    "beginning",
    "cancel_run",
    "cases_of",
    "change_account",
    "change_agent",
    "change_files",
    "change_gate",
    "change_ladder",
    "change_moving",
    "change_password",
    "change_role",
    "change_set",
    "change_webhook",
    "change_workspace",
    "changes_since",
    "claim_turn",
    "create_agent",
    "create_api_key",
    "create_set",
    "create_webhook",
    "create_workspace",
    "delete_agent",
    "delete_number",
    "delete_numbers",
    "delete_set",
    "delete_webhook",
    "discard",
    "draft_of",
    "drop_view",
    "edit_as_draft",
    "end_sessions",
    "env_of",
    "errors_in",
    "findings_in",
    "gates_for",
    "has_viewed_any",
    "idle_conversations",
    "import_and_publish",
    "import_files",
    "invite",
    "is_hotfix",
    "keep_claim",
    "keep_view",
    "key_of",
    "label_number",
    "last_change_of",
    "make_reset_link",
    "mark_viewed",
    "may_read_personal_data",
    "mentions_in",
    "merge_values",
    "move_number",
    "note_conversation",
    "offers_for",
    "open_on",
    "options_of",
    "parting",
    "problems_in",
    "promote",
    "publish",
    "reading_of",
    "real_time_config",
    "real_time_values",
    "record_turn",
    "redeliver",
    "refusal_of_gate",
    "refusal_to_change_agent",
    "refusal_to_change_numbers",
    "refusal_to_change_schema",
    "refusal_to_change_values",
    "refusal_to_change_workspace",
    "refusal_to_create_agent",
    "refusal_to_delete_agent",
    "refusal_to_delete_set",
    "refusal_to_discard",
    "refusal_to_do_without",
    "refusal_to_edit",
    "refusal_to_import",
    "refusal_to_make_api_key",
    "refusal_to_make_reset_link",
    "refusal_to_manage_people",
    "refusal_to_manage_webhooks",
    "refusal_to_note",
    "refusal_to_promote",
    "refusal_to_publish",
    "refusal_to_read_history",
    "refusal_to_restore_draft",
    "refusal_to_roll_back",
    "refusal_to_test",
    "release",
    "remove_person",
    "restore_agent",
    "restore_draft",
    "revert",
    "revert_changes",
    "reverting",
    "reverting_resource",
    "revoke_api_key",
    "roll_back",
    "rotate_secret",
    "run_failures_again",
    "save_as_cases",
    "save_schema",
    "save_values",
    "say_present",
    "send_test",
    "set_password_by",
    "sip_headers_of",
    "start_beside",
    "start_run",
    "state_of",
    "state_of_set",
    "summary_between",
    "summary_of",
    "tag_conversation",
    "take",
    "unclosed_conversations",
    "verdict_of",
    "verdict_of_case",
    "viewed_among",
]
