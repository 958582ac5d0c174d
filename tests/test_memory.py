"""Memory that is kept."""

import subprocess
import sys

import pytest

STEPS = """
import resource, sys
import numpy as np
from skecg._memory import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
def step():
    blocks = [np.ones(2**20, np.float32) for _ in range(10)]  # 40 MiB together
for _ in range(3):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the rule is glibc's")
def test_freed_memory_is_kept_for_the_next_step():
    def page_faults(word):
        call = [sys.executable, "-c", STEPS, word]
        return int(subprocess.run(call, capture_output=True, check=True).stdout)

    if page_faults("") < 10_000:
        pytest.skip("this C library keeps freed memory by itself")
    assert page_faults("keep") < 1_000
