"""What the team believes, said so that a machine can disagree."""

import pytest

pytest.register_assert_rewrite("tests.build", "tests.journeys", "tests.faults", "tests.integration")
