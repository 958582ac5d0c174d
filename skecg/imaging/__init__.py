"""Image kernels: plain functions on pictures of ECGs.

The modules are public by name and imported one by one (``from skecg.imaging.paper
import render_ecg``), so that asking for a resize does not load the fonts.
"""
