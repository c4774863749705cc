"""Profiles: a team's defaults and locked answers, what is refused, and what is recorded."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, TEAM, Scaffold, nothing_in, recorded, tree
from scaffold import profile
from scaffold.errors import AnswerError, ProfileError
from scaffold.profile import Profile
from scaffold.questionnaire import Answers, Questionnaire
from scaffold.source import without_secret

QUICK = ("--defaults", "--no-install")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the path of the user's own profile, which is there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    file = tmp_path / "own/scaffold/scaffold.toml"
    file.parent.mkdir(parents=True)
    file.write_text(TEAM.replace("Platform team", "Own"))
    return file


def test_a_file(scaffold: Scaffold, team: str) -> None:
    """Its defaults are taken, its locked answers stand, its name is recorded in two places."""
    made = scaffold("new", "shop", *QUICK, "--profile", team, "-d", "ci=none")
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith("Your profile: Platform team.\n\n")
    answers = recorded("shop")
    assert (answers["ci"], answers["team_size"], answers["codeowners"]) == ("none", "large", "yes")
    assert (answers["database"], answers["python"]) == ("postgresql", "3.12")
    assert answers["profile"] == "Platform team"
    record = Path("shop/docs/decisions/0001-web-framework.md").read_text()
    assert "with a profile that gives defaults to a team: Platform team.\n" in record
    for name, content in tree(Path("shop")).items():
        assert team.encode() not in content, name


def test_without_a_profile_nothing_is_said_of_one(rendered: Callable[[], Path]) -> None:
    """The off-case: an empty record, and no word in the decision."""
    project = rendered()
    assert recorded(str(project))["profile"] == ""
    record = (project / "docs/decisions/0001-web-framework.md").read_text()
    assert "profile" not in record
    assert "known of the project?\n\n## Decision Drivers" in record


@pytest.mark.slow
def test_the_users_own(scaffold: Scaffold, own: Path, team: str) -> None:
    """It is found by itself; a named one comes instead of it, and it can be set aside."""
    found = scaffold("new", "shop", *QUICK)
    assert found.out.startswith("Your profile: Own.\n")
    assert recorded("shop")["database"] == "postgresql"
    assert scaffold("new", "blog", *QUICK, "--profile", team).code == 0
    assert recorded("blog")["profile"] == "Platform team"
    assert scaffold("new", "plain", *QUICK, "--no-profile").code == 0
    assert (recorded("plain")["profile"], recorded("plain")["database"]) == ("", "sqlite")
    again = found.out.rstrip().splitlines()[-1].split("  ")[1]
    assert "--no-profile -d profile=Own" in again
    own.unlink()
    assert scaffold("new", "bare", *QUICK).out.startswith("Flask:")


@pytest.mark.parametrize("configured", ["", "not/absolute"])
def test_the_users_own_lies_in_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, questionnaire: Questionnaire, configured: str
) -> None:
    """Where no other folder is configured, ~/.config holds it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", configured)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert profile.find(None, questionnaire) == Profile()
    (tmp_path / ".config/scaffold").mkdir(parents=True)
    (tmp_path / ".config/scaffold/scaffold.toml").write_text(TEAM)
    assert profile.find(None, questionnaire).name == "Platform team"
    assert profile.find(None, questionnaire, ignored=True) == Profile()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a git repository with a profile, released once and changed since."""
    folder = tmp_path / "team"
    folder.mkdir()

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)

    (folder / "scaffold.toml").write_text(TEAM)
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "one")
    git("tag", "v1.0.0")
    (folder / "scaffold.toml").write_text("name = 'Not released'\n")
    git("commit", "--quiet", "--all", "--message", "two")
    return folder


def test_a_git_address(
    scaffold: Scaffold, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its newest release is read, as with templates; the address is recorded, no secret of it."""
    for number, rule in enumerate(
        (f"url.file://{repository}.insteadOf", f"url.file://{repository}.insteadOf"), 0
    ):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", rule)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://ada:secret@example.org/team.git")
    monkeypatch.setenv("GIT_CONFIG_VALUE_1", "https://github.com/acme/team")
    address = "git+https://ada:secret@example.org/team.git"
    assert without_secret(f"{address}?token=secret") == "git+https://example.org/team.git"
    made = scaffold("new", "shop", *QUICK, "--profile", address)
    assert (made.code, made.err) == (0, "")
    assert "secret" not in made.out
    assert recorded("shop")["database"] == "postgresql"
    told = "Platform team (git+https://example.org/team.git)"
    assert recorded("shop")["profile"] == told
    assert f"{told}.\n" in Path("shop/docs/decisions/0001-web-framework.md").read_text()
    found = profile.find("gh:acme/team", Questionnaire.load(ROOT))
    assert found.record == "Platform team (gh:acme/team)"


@pytest.mark.parametrize("form", ["git+file://{}", "file://{}", "{}/.git"])
def test_a_git_address_of_this_machine_is_not_recorded(
    repository: Path, questionnaire: Questionnaire, form: str
) -> None:
    """A path of one person's machine tells the others nothing."""
    found = profile.find(form.format(repository), questionnaire)
    assert (found.record, list(found.locks)) == ("Platform team", ["database"])


@pytest.mark.slow
def test_recommend_takes_a_profile(scaffold: Scaffold, tmp_path: Path) -> None:
    """Its answers count as given ones do, are overruled as in `new`, and it is named."""
    file = tmp_path / "team.toml"
    file.write_text(
        "name = 'Web team'\n[defaults]\nteam_size = 'solo'\nci = 'gitlab'\n"
        "[locked.server_rendered]\nanswer = 'yes'\nreason = 'Pages only.'\n"
    )
    ours = ("--profile", str(file))
    same = scaffold("recommend", "-d", "team_size=solo", "-d", "server_rendered=yes")
    told = scaffold("recommend", *ours)
    assert told.out == f"Your profile: Web team.\n\n{same.out}"
    assert json.loads(scaffold("recommend", *ours, "--json").out)["profile"] == "Web team"
    assert scaffold("recommend", *ours, "-d", "team_size=large").out != told.out
    overruled = ("-d", "server_rendered=no")
    refused = scaffold("recommend", *ours, *overruled)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == scaffold("new", "shop", *QUICK, *ours, *overruled).err


def test_the_profile_in_use_is_what_is_recorded(scaffold: Scaffold, team: str) -> None:
    """No answer puts another name there; a project's own gives way to it."""
    result = scaffold("new", "shop", *QUICK, "--profile", team, "-d", "profile=Another")
    assert result.code == 2
    assert "'profile' is locked to 'Platform team', and 'Another' was given." in result.err
    Path("other").mkdir()
    Path("other/.copier-answers.yml").write_text("profile: Another\nframework: flask\n")
    assert scaffold("new", "shop", *QUICK, "--profile", team, "--like", "other").code == 0
    assert recorded("shop")["profile"] == "Platform team"


QUESTIONS = "The questions are: project_name,"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ("It has no 'name'", "", 'Write name = "...".')),
        ("name = 5", ("It has no 'name'", "", 'Write name = "...".')),
        ("name = '  '", ("It has no 'name'", "", 'Write name = "...".')),
        ('name = "a\\nb"', ("The 'name' is not one short line", "It has at most 50 printable", "")),
        (f"name = '{'x' * 51}'", ("The 'name' is not one short line", "It has at most 50", "")),
        ("nmae = 'A'", ("There is no key 'nmae'", "Did you mean 'name'?", "The keys are: name, defaults, locked.")),
        ("name = 'A'\ndefaults = 5", ("'defaults' is no table", "", "Write it under [defaults].")),
        ("name = 'A'\n[[locked]]", ("'locked' is no table", "", "Write it under [locked].")),
        ("name = 'A'\n[locked]\nci = 'none'", ("'locked.ci' is no table", "", "Write it under [locked.ci].")),
        ("name = 'A'\n[defaults]\ndatabse = 'none'", ("There is no question 'databse'", "Did you mean 'database'?", QUESTIONS)),
        ("name = 'A'\n[defaults]\ndatabase = 'sqlit'", ("'sqlit' is no answer to 'database'", "Did you mean 'sqlite'?", "Choose from: sqlite, postgresql, none.")),
        ("name = 'A'\n[defaults]\ndatabase = ['none']", ("The answer to 'database' is not text", "It is ['none'].", "Choose from:")),
        ("name = 'A'\n[defaults]\ndescription = 1979-05-27", ("The answer to 'description' is not text", "It is datetime.date", "Put it in quotes.")),
        ("name = 'A'\n[defaults]\nauthor_email = 'grace'", ("'grace' cannot be the author email", "'grace' is not an email address.", "Mend it there.")),
        ("name = 'A'\n[defaults]\nproject_name = 'x'", ("A profile cannot answer 'project_name'", "It is another for each project.", "Leave it out.")),
        ("name = 'A'\n[defaults]\nprofile = 'x'", ("A profile cannot answer 'profile'", "", "Leave it out.")),
        ("name = 'A'\n[locked.databse]\nanswer = 'none'\nreason = 'x'", ("There is no question 'databse'", "Did you mean", QUESTIONS)),
        ("name = 'A'\n[locked.ci]\nanswer = 'gihub'\nreason = 'x'", ("'gihub' is no answer to 'ci'", "Did you mean 'github'?", "Choose from:")),
        ("name = 'A'\n[locked.ci]\nanswer = 'none'\nreson = 'x'", ("There is no key 'reson' in [locked.ci]", "Did you mean 'reason'?", "The keys are: answer, reason.")),
        ("name = 'A'\n[locked.ci]\nreason = 'x'", ("[locked.ci] has no 'answer'", "", "Give it one.")),
        ("name = 'A'\n[locked.ci]\nanswer = 'none'", ("[locked.ci] has no 'reason'", "", 'Write reason = "...".')),
        (f"name = 'A'\n[locked.ci]\nanswer = 'none'\nreason = '{'x' * 201}'", ("The 'reason' of [locked.ci] is not one short line", "It has at most 200", "")),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_told(
    questionnaire: Questionnaire, tmp_path: Path, content: str, told: tuple[str, str, str]
) -> None:
    """What is wrong, where, and what was probably meant."""
    what, why, todo = told
    file = tmp_path / "team.toml"
    file.write_text(content)
    with pytest.raises(ProfileError) as error:
        profile.find(str(file), questionnaire)
    assert error.value.what == f"In the profile '{file}': {what}"
    assert error.value.why.startswith(why)
    assert error.value.todo.startswith(todo)


@pytest.mark.parametrize(
    "given", [{"databse": "none"}, {"database": "sqlit"}, {"ci": True}, {"description": 5}]
)
def test_a_profile_is_refused_with_the_words_of_new(
    questionnaire: Questionnaire, tmp_path: Path, given: dict[str, object]
) -> None:
    """One truth of what an answer may be: all doors refuse in the same words."""
    file = tmp_path / "team.toml"
    ((key, value),) = given.items()
    text = str(value).lower() if not isinstance(value, str) else f"'{value}'"
    file.write_text(f"name = 'A'\n[defaults]\n{key} = {text}\n")
    with pytest.raises(AnswerError) as by_new:
        questionnaire.check(given)
    with pytest.raises(ProfileError) as by_profile:
        profile.find(str(file), questionnaire)
    assert by_profile.value.what.endswith(by_new.value.what)
    assert (by_profile.value.why, by_profile.value.todo) == (by_new.value.why, by_new.value.todo)


def refused(scaffold: Scaffold, *arguments: str) -> str:
    result = scaffold("new", "shop", *QUICK, *arguments)
    assert (result.code, result.out) == (2, "")
    assert nothing_in(Path.cwd())
    return result.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"name =", "Invalid value (at end of document)."),
        (b"a" * 1_000_001, "It is larger than 1 MB."),
        (b"\xff", "It is not UTF-8 text."),
        (b"a = " + b"[" * 100_000, ""),
    ],
)
def test_what_is_no_toml(scaffold: Scaffold, tmp_path: Path, content: bytes, why: str) -> None:
    """Told with the place; no traceback, nothing written."""
    file = tmp_path / "team.toml"
    file.write_bytes(content)
    told = refused(scaffold, "--profile", str(file))
    assert told.startswith(f"Error: The profile '{file}' is not TOML.\n  {why}")
    assert "Traceback" not in told


def test_no_profile_where_one_is_named(scaffold: Scaffold, tmp_path: Path, own: Path) -> None:
    """A missing file, a folder, an address that leads nowhere: all told."""
    missing = refused(scaffold, "--profile", "missing.toml")
    assert missing == (
        "Error: The profile 'missing.toml' cannot be read.\n"
        "  No such file or directory.\n"
        "  Name a file that exists and that you may read, or a git address.\n"
    )
    assert "Is a directory." in refused(scaffold, "--profile", str(tmp_path))
    address = f"git+file://ada:secret@{tmp_path}/nowhere"
    nowhere = refused(scaffold, "--profile", address)
    assert nowhere.startswith(f"Error: The profile at 'git+file://{tmp_path}/nowhere' cannot be")
    both = refused(scaffold, "--profile", str(own), "--no-profile")
    assert both == (
        "Error: --profile and --no-profile exclude each other.\n  Leave one of them out.\n"
    )
    empty = tmp_path / "empty"
    subprocess.run(["git", "init", "--quiet", empty], check=True)
    told = refused(scaffold, "--profile", f"file://{empty}")
    assert told.startswith(f"Error: The profile 'scaffold.toml of file://{empty}' cannot be read.")
    own.unlink()
    own.symlink_to("nowhere")
    assert f"The profile '{own}' cannot be read." in refused(scaffold)


def test_no_git(
    questionnaire: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address needs git, and that is told; a file needs none."""
    (tmp_path / "team.toml").write_text(TEAM)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProfileError) as error:
        profile.find("gh:acme/team", questionnaire)
    assert error.value.why == "git is not installed."
    assert profile.find(str(tmp_path / "team.toml"), questionnaire).name == "Platform team"


def test_a_default_gives_way_where_it_does_not_fit(questionnaire: Questionnaire) -> None:
    """Answers rule a default out, hidden questions have none: the question's own is taken."""
    team = Profile("A", defaults={"auth": "session", "htmx": "yes", "cors": "yes"})
    asking = team.prepare(questionnaire)

    def auth(**given: str) -> Answers:
        complete = asking.complete({"project_name": "x", **given})
        return {key: complete[key] for key in ("auth", "htmx", "cors") if key in complete}

    assert auth() == {"auth": "session", "cors": "no"}
    assert auth(database="none") == {"cors": "yes"}
    assert auth(interface="pages") == {"auth": "session", "htmx": "yes"}
    assert auth(auth="bearer") == {"auth": "bearer", "cors": "yes"}


def test_a_default_says_whose_it_is(questionnaire: Questionnaire) -> None:
    """One line in the prompt, beside what is recommended; what git knows has none."""
    team = Profile("A", defaults={"database": "none", "author_name": "The team"})
    asking = team.prepare(questionnaire).with_defaults(
        {"author_name": "Ada", "author_email": "a@b.c"}
    )
    prompts = {p.name: p for p in asking.walk(asking.complete({"project_name": "x"}))}
    assert prompts["database"].default == "none"
    assert prompts["database"].help.endswith("no service.\nYour profile (A): none.")
    assert prompts["author_name"].default == "The team"
    assert prompts["author_email"].default == "a@b.c"
    assert "profile" not in prompts["author_email"].help + prompts["ci"].help
    assert "profile" not in prompts  # recorded, and asked of nobody
