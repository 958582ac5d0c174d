"""
Large networks and small ones
=============================

Every network of the package, how many weights it has and how long it takes for a row.
Few patients are learnt by heart by a network with many weights.
"""

# %%
# For signals
# -----------
# Networks are plain torch modules: shape in, number of classes in. ``ResNet1d`` is that
# of Kachuee et al. (2018), ``ConvNet1d`` a newer one with batch normalisation, and
# ``ContextNet1d`` weighs the rhythm in a branch of its own. A beat of 187 samples:
from skecg.nn import ContextNet1d, ConvNet1d, ResNet1d

beat = {"n_leads": 1, "n_times": 187, "n_classes": 5}
networks = {
    "resnet1d": ResNet1d(**beat),
    "convnet1d": ConvNet1d(**beat),
    "contextnet1d": ContextNet1d(**beat, n_context=8),
}

# %%
# For pictures
# ------------
# ``ConvNetSmall2d`` and ``ConvNet2d`` for little data, ``ViT`` for patches, and a
# ``Backbone`` for a body that others have designed. A printout of 182 x 256 pixels:
from skecg.nn import Backbone, ConvNet2d, ConvNetSmall2d, ViT

page = {"n_channels": 1, "height": 182, "width": 256, "n_classes": 4}
networks |= {
    "convnet_small": ConvNetSmall2d(**page),
    "convnet": ConvNet2d(**page),
    "vit": ViT(**page),
    "squeezenet1_0": Backbone(**page, architecture="squeezenet1_0"),
    "resnet18": Backbone(**page, architecture="resnet18"),
}

# %%
# Weights and time
# ----------------
# Time is the processor's, in a batch of sixteen, once to warm up and then three times.
from time import process_time

import torch

found = {}
for name, network in networks.items():
    is_signal = name.endswith("1d")
    rows = torch.rand(16, 1, 187) if is_signal else torch.rand(16, 1, 182, 256)
    inputs = [rows, torch.rand(16, 8)] if name == "contextnet1d" else [rows]
    network.eval()
    with torch.no_grad():
        network(*inputs)
        start = process_time()
        for _ in range(3):
            network(*inputs)
    seconds = (process_time() - start) / 48
    found[name] = sum(each.numel() for each in network.parameters()), seconds
    print(f"{name:16}{found[name][0]:>12,} weights {1000 * seconds:8.2f} ms a row")

# %%
# ``ConvNet2d`` has thirteen times as many weights as SqueezeNet, nearly all of them in
# its dense layers, which see every place by itself; SqueezeNet takes longer all the
# same, since each of its weights is used at every place.
import matplotlib.pyplot as plt

names = list(found)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, layout="constrained")
axes[0].barh(names, [found[name][0] for name in names])
axes[0].set(xlabel="weights", xscale="log", xlim=(1e4, None))
axes[1].barh(names, [1000 * found[name][1] for name in names], color="C1")
axes[1].set(xlabel="milliseconds a row", xscale="log")
axes[0].invert_yaxis()
