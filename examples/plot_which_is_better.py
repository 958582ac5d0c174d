"""
Is one model better than another?
=================================

Two models, two figures, one larger than the other. Whether that means anything is seen
when both are measured on the same patients, drawn again and again.
"""

# %%
# Two models
# ----------
# Nearest neighbours, and boosting on features of rhythm and T wave. Both predict every
# beat once, with its patient held out, in the same folds.
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline, make_union

from skecg.datasets import load_heartbeats
from skecg.features import RhythmFeatures, TWaveFeatures

beats = load_heartbeats(context=True)
layout = {"sampling_rate": beats.sampling_rate, "context": len(beats.context_names)}
measured = make_union(RhythmFeatures(**layout), TWaveFeatures(**layout, r_peak=0.0))
boosting = HistGradientBoostingClassifier(max_iter=30, random_state=0)
models = {
    "neighbours": KNeighborsClassifier(3),
    "boosting": make_pipeline(measured, boosting),
}
folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
predicted = [
    cross_val_predict(model, beats.data, beats.target, groups=beats.groups, cv=folds)
    for model in models.values()
]

# %%
# Each by itself
# --------------
# Records are drawn with replacement, a thousand times, since beats of one record are
# alike. Of each draw the macro-F1 is measured. The two intervals overlap; that says
# nothing yet, because which records are hard is hard for both.
from skecg.model_selection.bootstrap import bootstrap_predictions, percentile_interval

found = bootstrap_predictions(
    beats.target, *predicted, record=beats.record, labels=list("NSVFQ")
)
for name, one in zip(models, found, strict=True):
    low, high = percentile_interval(one.resampled.macro_f1, confidence=0.95)
    print(f"{name:10} macro-F1 {one.value.macro_f1:.3f} ({low:.3f} to {high:.3f})")

# %%
# Side by side
# ------------
# Each draw has the same records for both, so what the records have in common cancels
# out of the difference.
neighbours, boosted = found
gain = boosted.resampled.macro_f1 - neighbours.resampled.macro_f1
low, high = percentile_interval(gain, confidence=0.95)
print(f"difference {gain.mean():+.3f}, 95 % interval {low:+.3f} to {high:+.3f}")
print(f"boosting is ahead in {np.mean(gain > 0):.0%} of the draws")

# %%
# Both at a glance: if zero lies inside the interval of the difference, these patients
# do not tell which model is better.
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for name, one in zip(models, found, strict=True):
    left.hist(one.resampled.macro_f1, 30, alpha=0.6, label=name)
left.set(xlabel="macro-F1", ylabel="draws")
left.legend(frameon=False)
right.hist(gain, 30, color="0.6")
right.axvline(0, color="0.2", ls=":")
right.axvspan(low, high, color="tab:green", alpha=0.15)
_ = right.set(xlabel="boosting minus neighbours", ylabel="draws")
