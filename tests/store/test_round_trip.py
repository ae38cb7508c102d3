"""A case that was put into a store is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Connection

from data.files import BadDataError, MissingInputError, case_files, read_case, write_case
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.referee import judge
from data.sample import load_sample
from data.store import Database, Run, Store, case_hash, create_or_upgrade, upgrade
from data.store.schema import METADATA
from data.store.upgrade import VERSION_TABLE, newest_version
from tests.files.strategies import whole_case
from tests.store.legal_cases import legal_cases

MIGRATIONS = Path(__file__).parents[2] / "data" / "store" / "migrations"


def run() -> Run:
    """A run of its own."""
    return Run("test")


def test_any_case_is_read_back_byte_by_byte(store: Store) -> None:
    """Whatever the tables hold, and held before, the files of the case read back are those put in."""

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(legal_cases())
    def check(case: Case) -> None:
        store.put_case("case", case, run())
        back = store.read_case("case").case
        assert case_files(back, "csv") == case_files(case, "csv")
        assert back.plan == case.plan

    check()


def test_a_generated_week_is_judged_alike(store: Store) -> None:
    """The referee finds the same in the sample week from the store as in the one from its folder."""
    case = load_sample()
    store.put_case("week", case, run())
    back = store.read_case("week").case
    assert case_files(back, "csv") == case_files(case, "csv")
    assert judge(back) == judge(case)


def test_a_case_goes_through_folder_store_and_folder(store: Store, tmp_path: Path) -> None:
    """A plan folder that was put into the store and written out again has the same bytes in every file."""
    write_case(tmp_path / "one", whole_case())
    store.put_case("week", read_case(tmp_path / "one"), run())
    write_case(tmp_path / "two", store.read_case("week").case)
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_a_case_takes_the_place_of_the_one_before(store: Store) -> None:
    """Put in again with other agents, bookings and horizon, the case is the new one."""
    store.put_case("week", whole_case(), run())
    other = generate(GeneratorSettings(agents=10, days=1, bookings=40)).case
    store.put_case("week", other, run())
    assert case_files(store.read_case("week").case, "csv") == case_files(other, "csv")


def test_two_plans_do_not_mix(store: Store) -> None:
    """Plans of other names and other days keep their own rows."""
    case = whole_case()
    later = replace(case, plan=case.plan.model_copy(update={"first_day": case.plan.first_day.replace(day=1)}))
    store.put_case("one", case, run())
    store.put_case("two", later, run())
    assert store.plan_names() == ["one", "two"]
    assert case_hash(store.read_case("one").case) == case_hash(case)
    assert case_hash(store.read_case("two").case) == case_hash(later)


def test_the_migrations_make_the_tables_that_the_program_knows(url: str) -> None:
    """No table, column, type, key or index differs between the migrations and the queries."""
    with Database(url).reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_making_a_store_again_changes_nothing(store: Store, url: str) -> None:
    """`create_or_upgrade` of a store that is up to date leaves its rows alone."""
    store.put_case("week", whole_case(), run())
    before, now = create_or_upgrade(Database(url))
    assert before == now
    assert store.plan_names() == ["week"]


def test_a_store_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    """Its tables get those that are new, its rows stay, and it can be written to."""
    database = Database(str(tmp_path / "store.db"))

    def first(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        values = "7, 'once', NULL, 1, 'store import', 'maria', '', '', '', NULL, NULL, '{}'"
        connection.exec_driver_sql(f"INSERT INTO runs VALUES ({values})")

    database.write(first, creates=True)
    with pytest.raises(BadDataError, match="0001"):
        Store(str(database.file))
    assert create_or_upgrade(database) == ("0001", newest_version())
    store = Store(str(database.file))
    store.put_case("week", whole_case(), run())
    assert [one.run.who for one in store.recorded_runs()] == ["maria", ""]


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    """No file, another program's database, a text file: each is told, and none is made or changed."""
    missing = tmp_path / "none.db"
    with pytest.raises(MissingInputError):
        Store(str(missing))
    assert not missing.exists()
    text = tmp_path / "text.db"
    text.write_bytes(b"agent_id,skills\n" * 100)
    with pytest.raises(BadDataError, match="expected a store"):
        Store(str(text))
    foreign = Database(str(tmp_path / "foreign.db"))
    foreign.write(lambda c: c.exec_driver_sql("CREATE TABLE orders (id INTEGER)"), creates=True)
    with pytest.raises(BadDataError, match="empty database"):
        create_or_upgrade(foreign)
    with pytest.raises(MissingInputError, match="no store"):
        Store(str(tmp_path / "foreign.db"))


def test_a_store_of_a_newer_program_is_refused(url: str) -> None:
    """A version that this program does not know is named, and the store is left alone."""
    database = Database(url)
    rename = "UPDATE pontual_version SET version_num = '{}'"
    database.write(lambda c: c.exec_driver_sql(rename.format("9999")))
    try:
        with pytest.raises(BadDataError, match="9999"):
            Store(url)
        with pytest.raises(BadDataError, match="newer Pontual"):
            create_or_upgrade(database)
    finally:
        database.write(lambda c: c.exec_driver_sql(rename.format(newest_version())))


@pytest.mark.parametrize("place", ["", "mysql://host/name", "sqlite://", "postgresql://host", "x://", "://"])
def test_a_place_that_names_no_store_is_refused(place: str) -> None:
    """What is neither a file nor a URL of a known kind is told as such."""
    with pytest.raises(MissingInputError, match="expected the path of a file"):
        Database(place)


@pytest.mark.parametrize("name", ["", " week", "week\n", "w" * 201])
def test_a_name_that_can_not_be_seen_is_refused(sqlite_url: str, name: str) -> None:
    """Names of plans are short and visible."""
    with pytest.raises(BadDataError, match="expected a name"):
        Store(sqlite_url).put_case(name, whole_case(), run())


def test_the_program_knows_its_own_migrations() -> None:
    """The versions that the program states are those of its migrations, in their order."""
    scripts = ScriptDirectory(str(Path(upgrade.__file__).parent / "migrations"))
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(upgrade.VERSIONS)
