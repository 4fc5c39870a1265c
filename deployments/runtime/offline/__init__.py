"""An engine without any model: it chooses among what stands in a version, by words alone, and the same every time.

`decide` reads a scene and answers with words or with one call. It invents nothing: what it says stands in the version,
or is one of the few sentences of `sentences`.
"""

from deployments.runtime.offline.deciding import decide

__all__ = ["decide"]
