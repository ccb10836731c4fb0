"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# Property tests are about behaviour: how long one example takes depends on the machine. A gate says
# the same twice; new examples are searched for on developers' machines.
settings.register_profile("kbgate", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("kbgate")
