# SPDX-License-Identifier: Apache-2.0
"""The verbs that change the state, for the tests that disturb each of their calls."""
import datetime
import json

from yard import Broken, difference, planned, undated


def lines(*records):
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)


class Verb:
    """tool and words; `again`: statuses of the repetition once it was applied before; `prepare`
    makes the state in which it starts and may give its input; `steps`: transactions it may end
    between; `named`: what a check may find between them; `table`: the one that tells, where a repetition without a key is one more entry."""

    def __init__(self, tool, *words, prepare=None, again=(0,), steps=False, named=None, table=None):
        self.tool, self.words, self.prepare = tool, words, prepare
        self.again, self.steps, self.named, self.table = again, steps, named, table

    def told(self, yard):
        told = yard.told()
        return {self.table: told[self.table]} if self.table else told


def reserved(yard):
    return yard.filter("reserve", planned("a"), planned("b"), planned("c"))


def three(yard):
    return lines(planned("a"), planned("b"), planned("c"))


def published(yard):
    return lines(*(dict(line, status="published") for line in reserved(yard)))


def with_units(yard):
    yard.cfo("units", "default/credits", "credit", "20", "--reference", "top-up")


LAST_MONTH = datetime.datetime.now(datetime.timezone.utc).date().replace(day=1) - datetime.timedelta(days=1)


def with_books(yard):
    """Two wallets that were used last month."""
    for wallet in ("default/ava", "other"):
        yard.cfo("opening", wallet, "2", "--date", LAST_MONTH.isoformat(), "--key", "o")


def reviewed(yard):
    """A production that waits for a person."""
    yard.stage("""#!/bin/sh
exec sed 's/"payload"/"status":"review","payload"/'
""")
    yard.stage("#!/bin/sh\nexit 1\n", "smos-publish")
    yard.line("plan", "publish")
    yard.put("a")
    yard.queue("work", "--drain", "--stages", "plan,publish")
    assert yard.show("a")["state"] == "review", yard.show("a")


VERBS = {
    "fund": Verb("smos-cfo", "fund", "default/eve", "3", "--key", "k"),
    "refund": Verb("smos-cfo", "cost", "default/ava", "1", "--provider", "acme", "--key", "bill"),
    "credit": Verb("smos-cfo", "credit", "default/ava", "1", "--key", "gift"),
    "limits": Verb("smos-cfo", "limits", "default/ava/spring", "--day", "7", table="wallet"),
    "stop": Verb("smos-cfo", "stop", "default", "--reason", "drill", table="wallet"),
    "charge": Verb("smos-cfo", "units", "default/credits", "charge", "5", "--reference", "r", prepare=with_units),
    "reserve": Verb("smos-cfo", "reserve", prepare=three, steps=True),
    "settle": Verb("smos-cfo", "settle", prepare=published, steps=True),
    "release": Verb("smos-cfo", "release", prepare=lambda yard: lines(*reserved(yard)), steps=True),
    "enqueue": Verb("smos-run", "enqueue", steps=True, prepare=lambda _: lines(
        {"task_id": "x", "payload": {}}, {"task_id": "y", "payload": {}})),
    "cancel": Verb("smos-run", "cancel", "a", prepare=lambda yard: yard.put("a"), again=(0, 65)),
    "approve": Verb("smos-run", "review", "approve", "a", prepare=reviewed, again=(0, 65)),
    "reject": Verb("smos-run", "review", "reject", "a", prepare=reviewed, again=(0, 65)),
    # First nothing may enter the month any more, then its balances are computed while others book.
    "close": Verb("smos-cfo", "close", LAST_MONTH.strftime("%Y-%m"), prepare=with_books, steps=True,
                  named="missing_checkpoint"),
}


def acknowledged(verb, done, told):
    """What its output promises is in the state."""
    for text in done.stdout.splitlines(keepends=True):
        if not text.endswith("\n") or not text.startswith("{"):
            continue
        record = json.loads(text)
        if "cfo" in record:
            kept = [row for row in told["reservation"] if undated(record["cfo"]["reservation_id"]) in row]
            state = "pending" if verb == "reserve" else record["cfo"]["state"]
            if len(kept) != 1 or f"'{state}'" not in kept[0]:
                raise Broken(f"acknowledged and lost: {text}{kept}")
        elif verb == "enqueue" and not any(f"'{record['task_id']}'" in row for row in told["production"]):
            raise Broken(f"acknowledged and lost: {text}")


WORK = ("work", "--drain", "--stages", "plan", "--backoff", "0")


def worked(yard, after=None, where="undisturbed"):
    """The production `a` is done, once; at most one worker was lost."""
    shown, told = yard.show("a"), yard.told()
    if shown["state"] != "done" or shown["crashes"] > 1 or len(yard.calls()) not in (1, 2):
        raise Broken(f"{where}: {shown} {yard.calls()}")
    if len([row for row in told["audit"] if "'complete'" in row]) != 1:
        raise Broken(f"{where}: completed twice: {told['audit']}")
    if after and told["stage_output"] != after["stage_output"]:
        raise Broken(f"{where}: {difference(told, after)}")
    return told
