"""Help and what click says, in both languages: chosen by --lang wherever it stands, by the variable, else French."""

from __future__ import annotations

import ast
import gettext
import re
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from locations import PROJECT
from small_study import write_small_study

from geo_access.cli.language import is_example, paragraphs, put_in, read_language, stand_ins
from geo_access.cli.main import main
from geo_access.texts import read_catalogue

COMMANDS = ((), *((name,) for name in sorted(main.commands)))
HELP = read_catalogue("help")
CLICK_WORDS = read_catalogue("click_words")
#: What click says to who writes a command, or of what no command here has.
NOT_MET = re.compile(
    r"deprecated|Deprecat|UUID|does not match the format|Choice\(|must be an iterable|declaration|defined twice"
    r"|No options defined|cannot use the same flag|Invalid start character"
)


def run(*arguments, env=(), **kwargs):
    """Run a command in a terminal of 80 columns, whoever's language this is run in."""
    surroundings = {"COLUMNS": "80", "GEO_ACCESS_LANG": None, **dict(env)}
    said = [str(a) for a in arguments]
    return CliRunner(env=surroundings).invoke(main, said, catch_exceptions=False, **kwargs)


def flat(said):
    """One line, its no-break spaces kept."""
    return re.sub(r"[ \n]+", " ", said)


def command_at(path):
    return main.commands[path[0]] if path else main


def texts_of(command):
    """What a command's help is made of, each with its place."""
    for said in filter(None, (command.help, command.short_help, command.epilog)):
        yield from (("its help", part) for part in paragraphs(said) if not is_example(part))
    for metavar in filter(None, (command.options_metavar, getattr(command, "subcommand_metavar", None))):
        yield from (("its usage", word) for word in stand_ins(metavar))
    for parameter in command.params:
        name = parameter.opts[-1]
        yield from ((name, part) for part in paragraphs(getattr(parameter, "help", None) or ""))
        shown = parameter.metavar or (parameter.name.upper() if isinstance(parameter, click.Argument) else "")
        yield from ((name, word) for word in stand_ins(shown))


def examples_of(command):
    return [part for part in paragraphs(command.help or "") if is_example(part)]


# Nothing goes untranslated


def test_every_help_text_is_in_the_catalogue_and_every_entry_is_used():
    asked = {text: (*path, where) for path in COMMANDS for where, text in texts_of(command_at(path))}
    missing = {" ".join(where): text for text, where in asked.items() if text not in HELP}
    assert {} == missing, "write these in geo_access/texts/help.json"
    assert [] == sorted(set(HELP) - set(asked)), "no command says these any more"


def test_every_option_says_what_it_does():
    bare = [
        (*path, parameter.opts[-1])
        for path in COMMANDS
        for parameter in command_at(path).params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert [] == bare


def test_every_type_that_help_names_is_in_the_catalogue():
    shown = {
        parameter.type.name
        for path in COMMANDS
        for parameter in command_at(path).params
        if parameter.metavar is None and not isinstance(parameter.type, click.Choice)
    }
    assert set() == shown - set(CLICK_WORDS)


def test_what_click_says_is_in_the_catalogue():
    pinned = PROJECT / "constraints.txt"
    if f"click=={version('click')}" not in pinned.read_text(encoding="utf-8"):
        pytest.skip("another click may say something else")
    said = set()
    for name in ("core", "exceptions", "formatting", "parser", "types"):
        source = (Path(click.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        said |= {
            word.value
            for call in ast.walk(ast.parse(source))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext")
            for word in call.args
            if isinstance(word, ast.Constant) and isinstance(word.value, str)
        }
    assert len(said) > 40
    assert [] == sorted(text for text in said - set(CLICK_WORDS) if not NOT_MET.search(text))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_french_help_says_it_all_in_french(path):
    said = flat(run(*path, "--help").stdout)
    assert said.startswith("Usage\u00a0: ")
    for heading in ("Options\u00a0:", "Afficher cette aide et quitter."):
        assert heading in said
    for _where, text in texts_of(command_at(path)):
        translated = HELP[text]
        assert translated.fr in said
        if " " in text:
            assert translated.fr != text
            assert text not in said
    assert not re.search(r"\b(TEXT|FILE|PATH|INTEGER|FLOAT|RANGE|STUDY|default|required|Show)\b", said)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_english_help_is_what_the_decorators_say(path):
    said = flat(run(*path, "--help", "--lang", "en").stdout)
    assert said.startswith("Usage: ")
    assert "Show this message and exit." in said
    for _where, text in texts_of(command_at(path)):
        assert text in said
    for example in examples_of(command_at(path)):
        assert example in said


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_wrapped_between_words(path, language):
    lines = run(*path, "--help", "--lang", language).stdout.splitlines()
    for line in lines:
        if not is_example(line.strip()):
            assert len(line) <= 80
            assert not re.search(r"--[\w-]*-$", line), "an option’s name is cut"
    # A no-break space holds: no line starts with what it was to hold.
    assert not [line for line in lines if line.strip()[:1] in tuple(":;?!»")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_of_commands_gives_whole_sentences(language):
    said = flat(run("--help", "--lang", language).stdout)
    assert "..." not in said.partition(" Command")[2]
    for name, command in put_in(language, main).commands.items():
        assert f" {name} {command.short_help}" in said
        assert command.short_help.endswith((".", "?"))


def test_an_example_is_one_line_to_copy_with_the_words_of_the_language():
    said = run("compare", "--help").stdout
    assert "\n  geo-access compare ÉTUDE --scenario-after line-15-sud.toml --output line-15-sud.html\n" in said


# Which language


@pytest.mark.parametrize(
    ("call", "variable", "language"),
    [
        ("", None, "fr"),
        ("check --help", None, "fr"),
        ("check --help", "en", "en"),
        ("check --help", "de", "fr"),
        ("check --help", "", "fr"),
        ("check --help --lang fr", "en", "fr"),
        ("--lang en --help", None, "en"),
        ("check study --lang=en --no-such", None, "en"),
        ("check --lang en --lang fr", None, "fr"),
        ("check --lang en --lang de", None, "en"),
        ("check --lang", "en", "en"),
        ("check -- --lang en", None, "fr"),
    ],
)
def test_the_call_says_the_language_then_the_variable_else_french(monkeypatch, call, variable, language):
    monkeypatch.delenv("GEO_ACCESS_LANG", raising=False)
    if variable is not None:
        monkeypatch.setenv("GEO_ACCESS_LANG", variable)
    assert language == read_language(call.split())


def test_help_follows_the_variable():
    assert "Judge by this reading of the promise" in run("check", "--help", env={"GEO_ACCESS_LANG": "en"}).stdout
    assert "Juger selon cette lecture de la promesse" in run("check", "--help", env={"GEO_ACCESS_LANG": "fr"}).stdout
    said = run("check", "--no-such", env={"GEO_ACCESS_LANG": "en"})
    assert (2, True) == (said.exit_code, "No such option" in said.output)


@pytest.mark.parametrize(
    ("before", "after", "variable", "english"),
    [
        (("--lang", "en"), (), None, True),
        (("--lang", "en"), (), "fr", True),
        (("--lang", "en"), ("--lang", "fr"), None, False),
        ((), ("--lang", "en"), "fr", True),
        ((), (), "en", True),
        ((), (), None, False),
    ],
)
def test_the_language_may_stand_before_the_command(tmp_path, before, after, variable, english):
    env = {"GEO_ACCESS_LANG": variable}
    study = write_small_study(tmp_path / "study")
    assert english == ("straight line" in run(*before, "check", study, *after, env=env).stdout)
    wrong = run(*before, "check", tmp_path / "none", *after, env=env)
    assert (2, english) == (wrong.exit_code, "no such file" in wrong.output)


# What click says


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check --no-such-thing", "Erreur\u00a0: L’option --no-such-thing n’existe pas."),
        ("check --job 3", "L’option --job n’existe pas."),
        ("chek", "La commande"),
        ("export", "Il manque l’option '--output'."),
        ("place", "Il manque l’option '--kind'. Au choix\u00a0: pmi, antenna, pole"),
        ("sample", "Il manque l’argument 'DOSSIER'."),
        ("check --jobs x", "Valeur incorrecte pour '--jobs'\u00a0: «\u00a0x\u00a0» n’est pas un entier valable."),
        ("check --jobs 0", "Valeur incorrecte pour '--jobs'\u00a0: 0 n’est pas dans l’intervalle x>=1."),
        ("check --format xls", "'--format'\u00a0: «\u00a0xls\u00a0» ne convient pas\u00a0; au choix"),
        ("check --lang de", "Valeur incorrecte pour '--lang'\u00a0: «\u00a0de\u00a0» ne convient pas\u00a0; au choix"),
        ("check --output", "L’option --output demande une valeur."),
        ("check --quiet=3", "L’option --quiet ne prend pas de valeur."),
        ("map one two --output a.html", "Il y a un argument de trop (two)"),
        ("map one two three --output a.html", "Il y a des arguments de trop (two three)"),
        ("fairness --cap 30 --leave-out", "--cap et --leave-out ne vont pas ensemble"),
    ],
)
def test_a_wrong_call_is_refused_in_french_with_exit_code_2(call, words):
    said = run(*call.split())
    assert 2 == said.exit_code
    error = re.sub(r"[ \n\t]+", " ", said.output)
    assert words in error
    assert not re.search(r"\b(Error|Usage:|Try|for help|Missing|Invalid|No such|Did you mean)\b", error)


def test_a_wrong_call_points_to_help():
    said = run("check", "--no-such-thing").output
    # Versions of click differ in which of the two they name.
    assert re.match(
        r"Usage\u00a0: main check \[OPTIONS\] \[ÉTUDE\]...\nPour l’aide\u00a0: main check (--help|-h)\n", said
    )


def test_a_near_option_is_named():
    said = run("check", "--job", "3").output
    assert re.search(r"(Vouliez-vous dire|Options possibles\u00a0:) '?--jobs", said)


def test_without_arguments_help_is_shown_and_the_call_is_wrong():
    said = run()
    assert "Commandes\u00a0:" in said.output
    assert run("--help").stdout.strip() == said.output.strip()


def test_speaking_french_leaves_click_and_the_commands_as_they_were():
    before = main.help, main.commands["check"].params[0].metavar
    run("check", "--help")
    run("check", "--no-such")
    assert before == (main.help, main.commands["check"].params[0].metavar)
    assert click.exceptions._ is gettext.gettext
    assert click.core.ngettext is gettext.ngettext


# What must still work


@pytest.mark.parametrize("language", ["fr", "en"])
def test_version_is_told(language):
    said = run("--version", env={"GEO_ACCESS_LANG": language})
    assert (0, True) == (said.exit_code, said.stdout.startswith("geo-access, version "))


def test_shell_completion_works_and_explains_itself_in_the_language():
    script = run(prog_name="geo-access", env={"_GEO_ACCESS_COMPLETE": "zsh_source"})
    assert (0, True) == (script.exit_code, "#compdef geo-access" in script.stdout)
    asked = {"_GEO_ACCESS_COMPLETE": "zsh_complete", "COMP_WORDS": "geo-access check --pres", "COMP_CWORD": "2"}
    helps = {"fr": "Juger selon cette lecture de la promesse", "en": "Judge by this reading of the promise"}
    for language, help_text in helps.items():
        said = run(prog_name="geo-access", env={**asked, "GEO_ACCESS_LANG": language}).stdout
        assert "plain\n--preset\n" in said
        assert help_text in said
