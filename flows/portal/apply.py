"""Do what is planned, dataset by dataset: one request, look, the next; whatever goes wrong, look again and go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from flows.portal.client import Client, PortalError, RefusedError, UnreachableError, UnsettledError, pause_after
from flows.portal.datastore import drop, fill
from flows.portal.matching import Case, cases
from flows.portal.plan import DRAFT, HELD, Action, Memory, Step, World, is_of_files, next_step, plan
from flows.portal.reading import Package, show
from flows.portal.tables import rows_of
from flows.portal.values import EXTRAS, STATE, digest, flat_dataset, read_state

MOST_FAILURES = 4
"""How often one dataset is begun again before the run gives it up, and the next run takes it on."""
MOST_LOST = 3
"""After so many datasets in a row without a usable answer, or without leave, the rest is left to the next run."""

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Done:
    """What became of one dataset: the action as planned, requests that wrote, what the portal altered, what failed."""

    action: Action
    writes: int = 0
    filled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    problem: PortalError | None = None
    tried: bool = True


@dataclass
class _Progress:
    """One dataset on its way: what the portal shows of it by now, what was done, how often it had to begin again."""

    case: Case
    memory: Memory = field(default_factory=Memory)
    writes: int = 0
    failures: int = 0
    dropped: list[str] = field(default_factory=list)


@dataclass
class Publisher:
    """Carries plans out at one portal; `read` returns the bytes of a published file by its path under the docroot."""

    client: Client
    world: World
    read: Read
    own_id: bool = True

    def publish(self, wanted: Sequence[Case]) -> Iterator[Done]:
        """Yield what became of each dataset, in order; stops asking where the portal is gone or lets us do nothing.

        One dataset that may not be written stops no other: somebody may have moved it into another organisation.
        """
        lost, stopped = 0, False
        for case in wanted:
            action = plan(case, self.world)
            if stopped:
                yield Done(action, tried=action.kind in (*HELD, "unchanged"))
                continue
            done = self.settle(case)
            lost = lost + 1 if isinstance(done.problem, UnsettledError) or _forbidden(done.problem) else 0
            stopped = isinstance(done.problem, UnreachableError) or lost == MOST_LOST
            yield done

    def settle(self, case: Case) -> Done:
        """Bring one dataset to what is wanted, step by step, from whatever state it is in."""
        first = plan(case, self.world)
        progress = _Progress(case)
        while True:
            action = plan(progress.case, self.world, progress.memory)
            step = next_step(action, own_id=self.own_id, uploads=self.world.target.files == "upload")
            if step is None:
                return self._done(first, action, progress, None)
            try:
                self._take(step, action, progress)
            except (UnreachableError, RefusedError, UnsettledError) as error:
                problem = self._again(error, step, action, progress)
                if problem is not None:
                    return self._done(first, action, progress, problem)

    def _done(self, first: Action, last: Action, progress: _Progress, problem: PortalError | None) -> Done:
        # What is held back only now was changed by somebody else while we were at it.
        shown = last if last.kind in HELD else first
        altered = sorted({change.field for change in last.comparison.altered} | _altered_files(last))
        filled = tuple(sorted(progress.memory.filled))
        return Done(shown, progress.writes, filled, tuple(progress.dropped), tuple(altered), problem)

    def _take(self, step: Step, action: Action, progress: _Progress) -> None:
        """Do one step and look what the portal shows afterwards."""
        if step.what == "drop":
            drop(self.client, step.file)
            progress.dropped.append(step.file)
            self._look_again(progress)
        elif step.what == "fill" and step.table:
            fill(self.client, step.file, step.table, rows_of(self.read(step.table.path)))
            progress.memory = replace(progress.memory, filled=progress.memory.filled | {step.file})
            self._look_again(progress)
        else:
            self._write(step, action, progress)
        progress.writes += 1

    def _write(self, step: Step, action: Action, progress: _Progress) -> None:
        if step.what == "create":
            package = self.client.write("package_create", step.parameters)
        else:
            files = {name: (path.rpartition("/")[2], self.read(path)) for name, path in step.uploads.items()}
            package = self.client.write("package_revise", step.parameters, files)["package"]
        self._see(progress, package)
        progress.memory = _remember(progress.memory, step, action)

    def _again(self, error: PortalError, step: Step, action: Action, progress: _Progress) -> PortalError | None:
        """Return the error where it is the end for this dataset; else look, and make ready to begin again."""
        if isinstance(error, UnreachableError) or progress.failures == MOST_FAILURES or _is_final(error):
            return error
        progress.failures += 1
        self.client.pause(pause_after(progress.failures, 0.0))
        try:
            self._look_again(progress)
        except (UnreachableError, RefusedError) as lost:
            return lost
        if isinstance(error, RefusedError) and progress.case.package is None and not progress.case.clash:
            # Nothing has the id, so it is the token that may not choose one: only a sysadmin's may.
            self.own_id = self.own_id and "id" not in error.fields
            if "name" in error.fields:
                # Taken by a dataset this token may not see, or no name: both stay so.
                return error
        if _took_effect(step, progress.case.package):
            progress.memory, progress.writes = _remember(progress.memory, step, action), progress.writes + 1
        return None

    def _look_again(self, progress: _Progress) -> None:
        """Show what is on the portal under the ids and the name of the dataset by now."""
        package = progress.case.package
        asked = [package["id"]] if package else [progress.case.wanted.id, str(progress.case.wanted.fields["name"])]
        found: dict[str, Package] = {}
        for name_or_id in asked:
            one = show(self.client, name_or_id)
            if one is not None:
                found[one["id"]] = one
        if package and not found:
            name = progress.case.wanted.name
            raise RefusedError(f"{name}: is gone from the portal, or the token may not see it any more", 404)
        (progress.case,) = cases([progress.case.wanted], found)

    def _see(self, progress: _Progress, package: Package) -> None:
        (progress.case,) = cases([progress.case.wanted], {package["id"]: package})


def _remember(memory: Memory, step: Step, action: Action) -> Memory:
    """Return the memory with what was sent, so that what differs from it now is known as the portal's doing."""
    wrote = {scope: dict(fields) for scope, fields in memory.wrote.items()}
    draft = step.parameters.get("state") == DRAFT
    sent = {key: text for key, text in action.comparison.fields.items() if not draft or not is_of_files(key)}
    wrote.setdefault("", {}).update({key: digest(text) for key, text in sent.items()})
    for one in () if draft else action.files:
        fields = {key: digest(text) for key, text in one.comparison.fields.items()}
        wrote.setdefault(one.wanted.id, {}).update(fields)
    return replace(memory, wrote=wrote)


def _took_effect(step: Step, package: Package | None) -> bool:
    """Tell whether a write whose answer was lost is what the portal shows: dataset and files carry what was sent."""
    if package is None or step.what not in ("create", "revise"):
        return False
    sent = {**step.parameters, **step.parameters.get("update", {})}
    extras = {extra["key"]: extra["value"] for extra in sent.get("extras", ())}
    states = {"": extras.get(STATE)}
    new = [*sent.get("resources", ()), *sent.get("update__resources__extend", ())]
    states |= {resource["id"]: resource[STATE] for resource in new}
    states |= {key.rpartition("__")[2]: value[STATE] for key, value in sent.items() if _is_of_one_file(key)}
    shown = {resource["id"]: resource.get(STATE) for resource in package["resources"]}
    shown[""] = flat_dataset(package).get(f"{EXTRAS}{STATE}")
    return all(read_state(state) == read_state(shown.get(scope)) for scope, state in states.items())


def _is_of_one_file(key: str) -> bool:
    return key.startswith("update__resources__") and not key.endswith("__extend")


def _is_final(error: PortalError) -> bool:
    """Tell whether the portal's no stands: it does not where somebody was faster with a save, a name or an id."""
    return isinstance(error, RefusedError) and not (error.status == 409 and {"match", "name", "id"} & set(error.fields))


def _altered_files(action: Action) -> set[str]:
    return {
        f"{one.wanted.path.rpartition('/')[2] or one.wanted.id}: {change.field}"
        for one in action.files
        for change in one.comparison.altered
    }


def _forbidden(problem: PortalError | None) -> bool:
    return isinstance(problem, RefusedError) and problem.status == 403
