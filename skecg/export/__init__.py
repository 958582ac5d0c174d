"""Networks for programs that know neither Python nor torch."""

from skecg.export._onnx import OnnxExport, export_onnx

__all__ = ["OnnxExport", "export_onnx"]
