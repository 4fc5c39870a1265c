"""The table of contents of the product: every address, by the thing it hangs on."""

from django.urls import path

from deployments import converters  # noqa: F401  (registers <agent:…>, <environment:…>, <ref:…>, <token:…> and <resource:…>)
from deployments.views import account, door, health, history
from deployments.views.browsing import resources, versions
from deployments.views.calling import streaming as caller_streaming
from deployments.views.calling import talking
from deployments.views.comparing import comparisons, exports, impacts, parts, steps, viewing
from deployments.views.configuring import agent_settings, number_changes, numbers, real_time, talk_links
from deployments.views.conversations import cases as conversation_cases
from deployments.views.conversations import exports as conversation_exports
from deployments.views.conversations import listing, noting, own_views
from deployments.views.conversations import reading as conversation_reading
from deployments.views.drafting import (
    creating,
    discards,
    drafts,
    editing,
    finding,
    imports,
    publications,
    references,
    reshaping,
    restarts,
    taking,
    undoing,
)
from deployments.views.releasing import environments, promotions, rollbacks, runtimes
from deployments.views.suite import acting as run_acting
from deployments.views.suite import cases, gates, pairs, results, run, runs, sets, starting
from deployments.views.testing import again, beside, panel
from deployments.views.testing import streaming as test_streaming
from deployments.views.webhooks import acts, changing, reading
from deployments.views.workspace import agents, key_changes, keys, new_agent, people, workspaces

AGENT = "agents/<agent:slug>/"
CONVERSATION = AGENT + "conversations/<uuid:conversation>/"
TEST = AGENT + "test/<uuid:conversation>/"
RUN = AGENT + "tests/runs/<uuid:run>/"
SET = AGENT + "tests/sets/<int:key>/"
TALK = "talk/<token:token>/"
WORKSPACE = "workspaces/<slug:slug>/"
WEBHOOK = WORKSPACE + "webhooks/<int:webhook>/"

urlpatterns = [
    # Coming in
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("join/<token:token>/", door.join, name="join"),
    path("reset/<token:token>/", door.reset, name="reset"),
    path("account/", account.account, name="account"),
    path("account/sessions/", account.sign_out_everywhere, name="sign-out-everywhere"),
    # Agents
    path("", agents.agents, name="agents"),
    path(WORKSPACE + "agents/new/", new_agent.new_agent, name="new-agent"),
    path(AGENT, agents.agent, name="agent"),
    path(AGENT + "settings/", agent_settings.agent_settings, name="agent-settings"),
    path(AGENT + "settings/delete/", agent_settings.deletion, name="agent-deletion"),
    path(AGENT + "numbers/", numbers.numbers, name="numbers"),
    path(AGENT + "numbers/add/<environment:environment>/", number_changes.addition, name="number-addition"),
    path(AGENT + "numbers/<int:digits>/move/<environment:to>/", number_changes.move, name="number-move"),
    path(AGENT + "numbers/<int:digits>/label/", number_changes.labelling, name="number-label"),
    path(AGENT + "numbers/<int:digits>/delete/", number_changes.deletion, name="number-deletion"),
    path(AGENT + "runtimes/", runtimes.runtimes, name="runtimes"),
    path(AGENT + "runtimes/<environment:environment>/reach/", runtimes.reach, name="reach"),
    path(AGENT + "real-time-config/<environment:environment>/", real_time.values, name="real-time-config"),
    path(AGENT + "real-time-config/<environment:environment>/schema/", real_time.schema, name="real-time-schema"),
    # What is where
    path(AGENT + "moved/", environments.moved, name="moved"),
    path(AGENT + "deployments/<environment:environment>/", environments.environment, name="environment"),
    path(
        AGENT + "deployments/<environment:environment>/<uuid:deployment>/rollback/", rollbacks.rollback, name="rollback"
    ),
    path(AGENT + "versions/<ref:ref>/promote/<environment:to>/", promotions.promotion, name="promotion"),
    # What changed
    path(AGENT + "compare/", comparisons.compare, name="compare"),
    path(AGENT + "compare/<ref:left>...<ref:right>/", comparisons.comparison, name="comparison"),
    path(AGENT + "compare/<ref:left>...<ref:right>/lines/", parts.lines, name="comparison-lines"),
    path(
        AGENT + "compare/<ref:left>...<ref:right>/impacts/",
        impacts.comparison_impacts,
        name="comparison-impacts",
    ),
    path(AGENT + "compare/<ref:left>...<ref:right>.patch", exports.patch, name="comparison-patch"),
    path(AGENT + "compare/<ref:left>...<ref:right>.md", exports.as_markdown, name="comparison-markdown"),
    path(AGENT + "compare/<ref:left>...<ref:right>/viewed/", viewing.viewing, name="comparison-viewed"),
    path(AGENT + "compare/environments/", steps.steps, name="comparison-steps"),
    path(AGENT + "compare/versions/", parts.versions, name="compare-versions"),
    path(AGENT + "versions/<ref:ref>/", versions.version, name="version"),
    path(AGENT + "versions/<ref:ref>.zip", versions.archive, name="version-archive"),
    path(AGENT + "versions/<ref:ref>/resources/<resource:path>", versions.version_resource, name="version-resource"),
    path(AGENT + "versions/<ref:ref>/files/<resource:path>", versions.version_file, name="version-file"),
    # What happened
    path(AGENT + "history/", history.history, name="history"),
    path(AGENT + "history/<int:event>/", history.event, name="event"),
    path(AGENT + "history.csv", history.as_csv, name="history-csv"),
    path(AGENT + "history.json", history.as_json, name="history-json"),
    # Talking to it
    path(AGENT + "test/", panel.test, name="test"),
    path(TEST, panel.test_conversation, name="test-conversation"),
    path(TEST + "say/", panel.say, name="test-say"),
    path(TEST + "turns/", test_streaming.turns, name="test-turns"),
    path(TEST + "end/", panel.end, name="test-end"),
    path(TEST + "again/<int:turn>/", again.again, name="test-again"),
    path(TEST + "beside/", beside.choose, name="test-beside"),
    path(TEST + "beside/<uuid:other>/", beside.both, name="test-both"),
    path(AGENT + "links/<environment:environment>/", talk_links.talk_link, name="talk-link"),
    path(AGENT + "links/<environment:environment>/renew/", talk_links.renewal, name="talk-link-renewal"),
    path(TALK, talking.talk, name="talk"),
    path(TALK + "embed.js", talking.embed, name="talk-embed"),
    path(TALK + "<uuid:conversation>/", talking.talked, name="talked"),
    path(TALK + "<uuid:conversation>/say/", talking.said, name="talk-said"),
    path(TALK + "<uuid:conversation>/turns/", caller_streaming.turns, name="talk-turns"),
    # What was said
    path(AGENT + "conversations/", listing.conversations, name="conversations"),
    path(AGENT + "conversations.csv", conversation_exports.as_csv, name="conversations-csv"),
    path(AGENT + "conversations.json", conversation_exports.as_json, name="conversations-json"),
    path(AGENT + "conversations/views/", own_views.keep, name="conversation-views"),
    path(AGENT + "conversations/views/<int:view>/opens/", own_views.switch, name="conversation-view-opens"),
    path(AGENT + "conversations/views/<int:view>/delete/", own_views.delete, name="conversation-view-deletion"),
    path(CONVERSATION, conversation_reading.conversation, name="conversation"),
    path(CONVERSATION + "test-case/", conversation_cases.save_case, name="conversation-case"),
    path(AGENT + "conversations/test-cases/", conversation_cases.save_cases, name="conversation-cases"),
    path(CONVERSATION + "note/", noting.note, name="conversation-note"),
    path(CONVERSATION + "turns/<int:turn>/marks/", noting.marks, name="turn-marks"),
    # Tested
    path(AGENT + "tests/", runs.runs, name="runs"),
    path(AGENT + "tests/run/", starting.start, name="run-start"),
    path(AGENT + "tests/beside/", pairs.start_beside, name="run-beside"),
    path(RUN, run.run, name="run"),
    path(RUN + "progress/", run.progress, name="run-progress"),
    path(RUN + "cases/", run.fold, name="run-cases"),
    path(RUN + "cancel/", run_acting.cancellation, name="run-cancellation"),
    path(RUN + "again/", run_acting.again, name="run-again"),
    path(RUN + "beside/", pairs.beside, name="beside"),
    path(RUN + "beside/progress/", pairs.beside_progress, name="beside-progress"),
    path(RUN + "results/<int:result>/", results.result, name="result"),
    path(AGENT + "tests/cases/", cases.cases, name="cases"),
    path(AGENT + "tests/cases/<resource:path>", cases.case, name="case"),
    path(AGENT + "tests/sets/", sets.sets, name="sets"),
    path(AGENT + "tests/sets/new/", sets.new_set, name="new-set"),
    path(SET, sets.case_set, name="set"),
    path(SET + "edit/", sets.edit_set, name="set-edit"),
    path(SET + "delete/", sets.set_deletion, name="set-deletion"),
    path(AGENT + "tests/gates/", gates.gates, name="gates"),
    # The draft
    path(AGENT + "draft/", drafts.draft, name="draft"),
    path(AGENT + "draft/publish/", publications.publication, name="publication"),
    path(AGENT + "draft/discard/", discards.discard, name="discard"),
    path(AGENT + "draft/kept/<int:kept>/restore/", drafts.restoration, name="draft-restoration"),
    path(AGENT + "draft/import/", imports.draft_import, name="draft-import"),
    path(AGENT + "draft/revert/<slug:item>/", undoing.reversion, name="draft-reversion"),
    path(AGENT + "draft/changes/<int:change>/revert/", undoing.change_reversion, name="change-reversion"),
    path(AGENT + "draft/changes/mine/revert/", undoing.own_reversion, name="own-reversion"),
    path(AGENT + "versions/<ref:ref>/take/", taking.taking, name="taking"),
    path(AGENT + "versions/<ref:ref>/edit-as-draft/", restarts.edit_as_draft, name="edit-as-draft"),
    path(AGENT + "draft/edit/<resource:path>", editing.edit, name="edit"),
    path(AGENT + "draft/references/<resource:path>", references.references, name="references"),
    path(AGENT + "draft/presence/<resource:path>", editing.presence, name="presence"),
    path(AGENT + "draft/new/", creating.creation, name="resource-creation"),
    path(AGENT + "draft/rename/<resource:path>", reshaping.renaming, name="resource-renaming"),
    path(AGENT + "draft/duplicate/<resource:path>", reshaping.duplication, name="resource-duplication"),
    path(AGENT + "draft/move/<resource:path>", reshaping.move, name="resource-move"),
    path(AGENT + "draft/delete/<resource:path>", reshaping.deletion, name="resource-deletion"),
    path(AGENT + "find/", finding.finding, name="find"),
    path(AGENT + "resources/", resources.resources, name="resources"),
    path(AGENT + "resources/<resource:path>", resources.resource, name="resource"),
    # A workspace
    path(WORKSPACE + "people/", people.people, name="people"),
    path(WORKSPACE + "people/invite/", people.invitation, name="invitation"),
    path(WORKSPACE + "people/<int:member>/role/", people.role, name="person-role"),
    path(WORKSPACE + "people/<int:member>/remove/", people.removal, name="person-removal"),
    path(WORKSPACE + "people/<int:member>/reset/", people.reset_link, name="person-reset"),
    path(WORKSPACE + "keys/", keys.keys, name="keys"),
    path(WORKSPACE + "keys/new/", key_changes.new_key, name="new-key"),
    path(WORKSPACE + "keys/<int:key>/revoke/", key_changes.revocation, name="key-revocation"),
    path(WORKSPACE + "webhooks/", reading.webhooks, name="webhooks"),
    path(WORKSPACE + "webhooks/new/", changing.new_webhook, name="new-webhook"),
    path(WEBHOOK, reading.webhook, name="webhook"),
    path(WEBHOOK + "edit/", changing.edit_webhook, name="edit-webhook"),
    path(WEBHOOK + "switch/", acts.webhook_switch, name="webhook-switch"),
    path(WEBHOOK + "test/", acts.webhook_test, name="webhook-test"),
    path(WEBHOOK + "rotate/", changing.rotation, name="webhook-rotation"),
    path(WEBHOOK + "delete/", changing.webhook_deletion, name="webhook-deletion"),
    path(WEBHOOK + "deliveries/<uuid:delivery>/", reading.delivery, name="webhook-delivery"),
    path(WEBHOOK + "deliveries/<uuid:delivery>/redeliver/", acts.redelivery, name="redelivery"),
    path(WORKSPACE + "settings/", workspaces.settings, name="workspace-settings"),
    path(WORKSPACE + "settings/agents/<int:agent_id>/restore/", workspaces.agent_restoration, name="agent-restoration"),
    path(WORKSPACE + "history/", workspaces.history, name="workspace-history"),
    # For machines that watch
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
