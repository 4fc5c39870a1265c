"""What changes where nothing stood before, counted without comparing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from deployments.comparison.flows import folder_of, is_flow
from deployments.comparison.model import Counts
from deployments.resources.kinds import KINDS
from deployments.resources.reading import Read


@dataclass(frozen=True)
class Census:
    """Of what all files of an agent hold. That of files which differ in little is counted on from it.

    `bare`: the files that hold no resource. `parts`: of each flow, beside the flow itself.
    """

    alone: int
    bare: int
    flows: Counter[str]
    parts: Counter[str]
    variables: Counter[str]

    @classmethod
    def of(cls, files: Iterable[Read]) -> Census:
        alone = bare = 0
        flows, parts, variables = Counter[str](), Counter[str](), Counter[str]()
        for read in files:
            bare += not read.resources
            variables.update(read.variables)
            for resource in read.resources:
                kind = KINDS[resource.kind]
                folder = folder_of(kind, resource.path)
                if folder is None:
                    alone += 1
                else:
                    (flows if is_flow(kind) else parts)[folder] += 1
        return cls(alone, bare, flows, parts, variables)

    def again(self, gone: Iterable[Read], new: Iterable[Read]) -> Census:
        """Without some of the files, and with others."""
        less, more = Census.of(gone), Census.of(new)
        return Census(
            self.alone - less.alone + more.alone,
            self.bare - less.bare + more.bare,
            _changed(self.flows, less.flows, more.flows),
            _changed(self.parts, less.parts, more.parts),
            _changed(self.variables, less.variables, more.variables),
        )

    @property
    def counts(self) -> Counts:
        """Those that comparing all of it with nothing gives."""
        added = self.alone + len(self.variables) + len(self.flows)
        return Counts(added=added, changed=len(self.parts.keys() - self.flows.keys()))


def _changed(held: Counter[str], less: Counter[str], more: Counter[str]) -> Counter[str]:
    return held if less == more else held + more - less
