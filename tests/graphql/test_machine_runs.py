"""Who brought what to another version of its machine, as the API tells it to who may see the audit."""

from tests.graphql.office import NOON, Api
from tests.versions.runs import brought

ALL = """query($first: Int! = 20, $after: String, $machine: String) {
    machineRuns(first: $first, after: $after, machine: $machine) {
        nodes { id machine label fromVersion toVersion undoes who reason startedAt endedAt moved undone remained toCome
            stayed { state why count } }
        totalCount pageInfo { hasNextPage endCursor } } }"""


async def test_runs_are_told_to_who_may_see_the_audit_and_to_nobody_else(api: Api):
    run, back, under_way = await brought(api.office.pool, NOON)
    found = (await api.ask("admin", ALL))["machineRuns"]
    assert found["totalCount"] == 3
    third, second, first = found["nodes"]
    assert first == {
        "id": str(run), "machine": "sale", "label": "Sale", "fromVersion": 1, "toVersion": 2, "undoes": None,
        "who": "ada (command line)", "reason": "It is here", "startedAt": "2026-03-02T12:00:00Z",
        "endedAt": "2026-03-02T12:03:00Z", "moved": 5, "undone": 2, "remained": 3, "toCome": None,
        "stayed": [
            {"state": "AWAITING_SETTLEMENT", "count": 2,
             "why": "What is delivered is settled by the rules that it was sold by."},
            {"state": "GONE", "why": "Version 2 has no place for GONE.", "count": 1},
        ],
    }  # fmt: skip
    told = ("id", "fromVersion", "toVersion", "undoes", "endedAt", "moved", "remained", "toCome")
    assert [second[name] for name in told] == [str(back), 2, 1, str(run), "2026-03-02T13:00:00Z", 2, 3, None]
    assert [third[name] for name in told] == [str(under_way), None, 3, None, None, 2, 1, 6]
    seen, after = list[str](), None
    for more in (True, False):
        page = (await api.ask("admin", ALL, first=1, after=after, machine="sale"))["machineRuns"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, more)
        seen += [each["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == [str(back), str(run)]
    assert (await api.errors("admin", ALL, after="nowhere"))[0]["message"].startswith("This is no place in the list")
    assert (await api.errors("admin", ALL, first=101))[0]["message"].startswith("A page holds 1 to 100")
    for who in ("manager", "accountant", "biller", "customer"):
        (error,) = await api.errors(who, ALL)
        assert error["message"].startswith("You may not see who brought what to another version of its workflow.")
