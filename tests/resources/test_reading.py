"""What reading takes for the same, keeps apart, and keeps."""

from __future__ import annotations

import pytest

from deployments.resources import KINDS, Resource, read_file
from tests.resources.examples_of_agents import folder, found, read


def test_a_binary_and_a_markdown_file_at_the_root_are_kept_among_the_other_files() -> None:
    files = {"logo.png": folder("agent")["logo.png"], "CLAUDE.md": b"How the desk works.\n"}

    resources = found(files)

    assert resources["logo.png"].kind == "binary_file"
    assert resources["logo.png"].fields["size"] == len(files["logo.png"])
    assert resources["CLAUDE.md"].kind == "text_file"
    assert resources["CLAUDE.md"].fields == {"text": "How the desk works.\n"}
    assert {KINDS[resource.kind].group for resource in resources.values()} == {"Other files"}


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"{}\n", b"# nothing yet\n", b"\xef\xbb\xbf"])
def test_an_empty_file_of_settings_holds_nothing_and_is_no_problem(content: bytes) -> None:
    (settings_of_turns,) = read_file("voice/speech_recognition/asr_settings.yaml", content)

    assert settings_of_turns == Resource(
        "asr_settings",
        "voice/speech_recognition/asr_settings.yaml",
        "voice/speech_recognition/asr_settings.yaml",
        "Turn taking",
    )
    assert read_file("config/handoffs.yaml", content) == ()


@pytest.mark.parametrize("text", ["greeting: {}\n", "greeting:\n", "{}"])
def test_an_empty_section_is_an_absent_one(text: str) -> None:
    assert read("voice/configuration.yaml", text) == ()


def test_line_ends_and_a_byte_order_mark_do_not_change_what_is_read() -> None:
    for path, content in folder("agent").items():
        if path.endswith(".png"):
            continue
        windows = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")

        assert read_file(path, windows) == read_file(path, content)


def test_a_second_item_of_the_same_name_has_an_address_of_its_own() -> None:
    resources = read("config/handoffs.yaml", "handoffs:\n- name: front desk\n- name: front_desk\n")

    assert [resource.path for resource in resources] == [
        "config/handoffs.yaml#handoffs/front_desk",
        "config/handoffs.yaml#handoffs/front_desk~2",
    ]


def test_a_name_without_a_word_character_is_its_own_address() -> None:
    (resource,) = read("voice/speech_recognition/keyphrase_boosting.yaml", "keyphrases:\n- keyphrase: '&'\n")

    assert resource.path.endswith("#keyphrases/&")


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "2026-06-01", "1_000", "12:30", "0b1"])
def test_words_that_are_no_flags_in_yaml_1_2_stay_text(word: str) -> None:
    (resource,) = read("topics/a.yaml", f"name: {word}\nenabled: {word}\n")

    assert resource.fields == {"name": word, "enabled": word}


def test_an_alias_is_read_as_what_it_stands_for() -> None:
    (resource,) = read("topics/a.yaml", "actions: &words |\n  Be kind.\ncontent: *words\n")

    assert resource.fields == {"actions": "Be kind.\n", "content": "Be kind.\n"}


def test_unknown_keys_stand_last_and_are_kept() -> None:
    (resource,) = read("topics/a.yaml", "colour: red\nname: A\n")

    assert list(resource.fields.items()) == [("name", "A"), ("colour", "red")]


def test_no_line_but_lf_ends_a_line_of_yaml() -> None:
    (resource,) = read("topics/a.yaml", "actions: |-\n  one\u2028two\x85three\n  four\n")

    assert resource.fields == {"actions": "one\u2028two\x85three\nfour"}
