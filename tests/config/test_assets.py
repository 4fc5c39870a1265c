"""Style sheets are written as one file a component, and served as one."""

from __future__ import annotations

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from config.assets import OneSheet


def collected(source: Path, target: Path) -> str:
    """What a page would load after these style sheets were collected."""
    there = FileSystemStorage(location=source)
    names = [path.relative_to(source).as_posix() for path in sorted(source.rglob("*.css"))]
    storage = OneSheet(location=target, base_url="/static/")
    for name in names:
        with there.open(name) as file:
            storage.delete(name)
            storage.save(name, file)
    for *_, outcome in storage.post_process({name: (there, name) for name in names}):
        assert not isinstance(outcome, Exception), outcome
    return Path(target, storage.stored_name("css/app.css")).read_text()


def a_sheet(folder: Path) -> Path:
    (folder / "css" / "components").mkdir(parents=True)
    (folder / "css" / "app.css").write_text(
        '@layer base, components;\n@import url("base.css");\n@import url("components/card.css") layer(components);\n'
    )
    (folder / "css" / "base.css").write_text("@layer base { a { color: red; } }\n")
    (folder / "css" / "components" / "card.css").write_text(".card { padding: 0; }\n")
    return folder


def test_what_the_sheet_imports_is_written_into_it_under_its_layer(tmp_path: Path) -> None:
    served = collected(a_sheet(tmp_path / "source"), tmp_path / "target")

    assert served == (
        "@layer base, components;\n@layer base { a { color: red; } }\n\n@layer components {\n.card { padding: 0; }\n}\n"
    )


def test_a_component_that_changed_is_in_the_sheet_when_it_is_collected_again(tmp_path: Path) -> None:
    source = a_sheet(tmp_path / "source")
    collected(source, tmp_path / "target")
    (source / "css" / "components" / "card.css").write_text(".card { padding: 1rem; }\n")

    assert "padding: 1rem" in collected(source, tmp_path / "target")


def test_our_own_sheet_imports_nothing_when_it_is_served(tmp_path: Path) -> None:
    assert "@import" not in collected(Path("static"), tmp_path)
