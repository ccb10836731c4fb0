"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# Property tests are about behaviour: how long one example takes depends on the machine.
settings.register_profile("kbgate", deadline=None)
settings.load_profile("kbgate")
