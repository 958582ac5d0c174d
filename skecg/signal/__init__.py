"""Signal kernels: plain functions on arrays with time on the last axis.

The modules are public by name and imported one by one (``from skecg.signal.rpeaks
import detect_rpeaks``), so that asking for a filter does not load a detector.
"""
