"""Writes the trained network as an ONNX graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_graph(path, parameters, means, spreads, least_range):
    """The graph takes `days` [1, n, 2], raw pairs of change and range, and gives `forecast` [3]: mean, deviation,
    range of the next day."""
    hidden = parameters["r"].shape[1]
    constant = lambda name, value: numpy_helper.from_array(np.asarray(value), name)  # noqa: E731
    real = lambda name, value: constant(name, np.asarray(value, dtype=np.float32))  # noqa: E731
    # ONNX adds a bias of the input and one of the state: all is in the first.
    bias = np.concatenate([np.asarray(parameters["b"]), np.zeros(4 * hidden)])
    initializers = [
        constant("axes", np.array([0], dtype=np.int64)),
        constant("sizes", np.array([1, 1], dtype=np.int64)),
        constant("flat", np.array([-1], dtype=np.int64)),
        real("least_range", least_range),
        real("means", means),
        real("spreads", spreads),
        real("W", np.asarray(parameters["w"])[None]),
        real("R", np.asarray(parameters["r"])[None]),
        real("B", bias[None]),
        real("head", np.asarray(parameters["head"])),
        real("bias", parameters["bias"]),
        real("mean_scale", [spreads[0]]),
        real("range_scale", [spreads[1]]),
        real("range_mean", [means[1]]),
        constant("thirds", np.array([1, 1, 1], dtype=np.int64)),
    ]
    node = helper.make_node
    nodes = [
        node("Split", ["days", "sizes"], ["change", "range"], axis=2),
        node("Max", ["range", "least_range"], ["range_clipped"]),
        node("Log", ["range_clipped"], ["range_log"]),
        node("Concat", ["change", "range_log"], ["features"], axis=2),
        node("Sub", ["features", "means"], ["centred"]),
        node("Div", ["centred", "spreads"], ["scaled"]),
        node("Transpose", ["scaled"], ["steps"], perm=[1, 0, 2]),
        node("LSTM", ["steps", "W", "R", "B"], ["", "state"], hidden_size=hidden),
        node("Squeeze", ["state", "axes"], ["last"]),
        node("Gemm", ["last", "head", "bias"], ["heads"], transB=1),
        node("Reshape", ["heads", "flat"], ["out"]),
        node("Split", ["out", "thirds"], ["out_mean", "out_deviation", "out_range"], axis=0),
        node("Mul", ["out_mean", "mean_scale"], ["mean"]),
        node("Exp", ["out_deviation"], ["deviation"]),
        node("Mul", ["out_range", "range_scale"], ["range_scaled"]),
        node("Add", ["range_scaled", "range_mean"], ["next_range_log"]),
        node("Exp", ["next_range_log"], ["next_range"]),
        node("Concat", ["mean", "deviation", "next_range"], ["forecast"], axis=0),
    ]
    graph = helper.make_graph(
        nodes,
        "return-lstm",
        [helper.make_tensor_value_info("days", TensorProto.FLOAT, [1, "n", 2])],
        [helper.make_tensor_value_info("forecast", TensorProto.FLOAT, [3])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
