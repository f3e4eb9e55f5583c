import tomllib

import pytest

from recommender.toml_table import statements, with_table, without_table

TEXT = """\
# my mapping
[happy] # the good days
# louder!
energy = 0.8   # as loud as it gets
playlists = [
  "a # no comment",  # a comment
  '''b
[sad]''',
]

# for the grey days
[sad]
valence = 0.2
note = \"\"\"[angry]
valence = 1 \\\"\"\"\"\"\" # tricky
"""


def test_statements_are_found_through_strings_brackets_and_comments() -> None:
    found = [(s.table, s.key, s.line) for s in statements(TEXT)]
    assert found == [
        ("happy", None, 2),
        ("happy", "energy", 4),
        ("happy", "playlists", 5),
        ("sad", None, 12),
        ("sad", "valence", 13),
        ("sad", "note", 14),
    ]
    assert [s.comment for s in statements(TEXT)][:2] == ["# the good days", "# as loud as it gets"]
    tomllib.loads(TEXT)  # the premise: this is TOML


def test_values_change_in_place_and_comments_stay() -> None:
    after = with_table(TEXT, "happy", {"energy": "0.5", "tempo": "120"})
    assert after.startswith(
        "# my mapping\n[happy] # the good days\n# louder!\nenergy = 0.5   # as loud as it gets\ntempo = 120\n\n"
    )
    assert after[after.index("# for the grey") :] == TEXT[TEXT.index("# for the grey") :]
    assert tomllib.loads(after)["happy"] == {"energy": 0.5, "tempo": 120}


def test_a_new_table_is_appended_with_a_blank_line() -> None:
    assert with_table("# hello", "fear", {"mode": '"major"'}) == '# hello\n\n[fear]\nmode = "major"\n'
    assert with_table("", "fear", {"default": "true"}) == "[fear]\ndefault = true\n"


def test_a_table_is_removed_and_its_comments_stay() -> None:
    after = without_table(TEXT, "happy")
    assert after.startswith(
        "# my mapping\n# the good days\n# louder!\n# as loud as it gets\n\n# for the grey days\n[sad]"
    )
    assert "happy" not in tomllib.loads(after)


def test_a_header_at_the_very_end_is_filled() -> None:
    assert with_table("[sad]", "sad", {"tempo": "90"}) == "[sad]\ntempo = 90\n"


def test_removing_a_table_that_is_not_there_changes_nothing() -> None:
    assert without_table(TEXT, "fear") == TEXT


@pytest.mark.parametrize("table", ["happy", "sad", "fear"])
def test_setting_and_removing_never_touches_another_table(table: str) -> None:
    others = {k: v for k, v in tomllib.loads(TEXT).items() if k != table}
    filled = with_table(TEXT, table, {"energy": "0.1"})
    assert tomllib.loads(filled) == {**others, table: {"energy": 0.1}}
    assert tomllib.loads(without_table(filled, table)) == others
