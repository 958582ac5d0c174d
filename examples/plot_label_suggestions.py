"""
A second opinion while labelling
================================

What a rule or a model would say of a file is a suggestion: shown on request, never
written. And labels that were made in another program come into the same file.
"""

# %%
# A dozen labels by hand
# ----------------------
# The true classes stand in for the eyes of a person, who labels every other printout.
import io
import tempfile
from pathlib import Path

from skecg.datasets import load_ecg_images
from skecg.labelling import LabelSession, hash_item

scans = load_ecg_images()
truth = {
    name: "Normal" if target == "Normal" else "Abnormal"
    for name, target in zip(scans.groups, scans.target, strict=True)
}
folder = Path(scans.paths[0]).parents[1]
rest = tempfile.TemporaryDirectory()
labels = Path(rest.name) / "labels.jsonl"
anna = LabelSession(folder, "anna", ["Normal", "Abnormal"], labels=labels)
for place in range(0, len(anna.items), 2):
    look = anna.look(place)
    anna.decide(look, "label", truth[look.item.name])
print(anna.progress())

# %%
# What would be said of the others
# --------------------------------
# The rule of thumb learns from the labels so far: how dark the middle of a sheet is. A
# model is any fitted classifier, asked through what screening asks it through. Both say
# how sure they are.
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier
from skecg.labelling import ModelSays, RuleOfThumb
from skecg.preprocessing import ImageResizer
from skecg.screening import FileJudge

labelled = anna.store.decisions("anna")
known = [item for item in anna.items if item.name in labelled]
network = make_pipeline(
    ImageResizer((91, 128)),
    ImageClassifier("convnet_small", max_epochs=8, batch_size=4, random_state=0),
).fit([str(one.path) for one in known], [labelled[one.name].label for one in known])
others = [item for item in anna.items if item.name not in labelled]
for says in (RuleOfThumb(anna), ModelSays(FileJudge(network), "picture")):
    said = [says(item) for item in others]
    right = sum(one.label == truth[f.name] for one, f in zip(said, others, strict=True))
    print(f"{said[0].source}: {right} of {len(others)} right; of the first {said[0]}")

# %%
# So few pictures teach little: three quarters are abnormal, so whoever says so of every
# file has nine right. On the page of ``skecg label`` the suggestion comes behind a key,
# after the person has looked, so that it does not do the looking.
import matplotlib.pyplot as plt

from skecg.labelling import show_item

figure, axes = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained")
for ax, item, one in zip(axes, others, said, strict=False):
    shown = show_item(item)  # of a record it would be ten seconds, drawn
    ax.imshow(plt.imread(io.BytesIO(shown.png)))
    ax.set_title(f"{one.label}, {one.confidence:.0%} sure", fontsize="small")
    ax.set_axis_off()

# %%
# Labels of another program
# -------------------------
# Label Studio reads what is written for it, and its export comes back as decisions of
# whoever made them. What does not fit is left out and listed.
from skecg.labelling import LabelStore, read_label_studio, write_label_studio

tasks = Path(rest.name) / "tasks.json"
print(write_label_studio(anna.store, anna.items, tasks), "tasks")
theirs = LabelStore(Path(rest.name) / "theirs.jsonl", ["Normal", "Abnormal"])
came = read_label_studio(theirs, anna.items[:-2], tasks)
print(came.n_decisions, "came in; left out:", [one.file for one in came.left_out])

# %%
# Two at the same file
# --------------------
# A decision names the one that its person saw standing. Where another stands meanwhile,
# nothing is written, and the person is told.
item = anna.items[0]
seen = theirs.decision("anna", item.name)
changed = theirs.decide(item.name, hash_item(item), "anna", "unsure")
late = theirs.decide(
    item.name, hash_item(item), "anna", "label", "Normal", unless_other_than=seen.id
)
print(f"written: {changed.is_written}, {late.is_written}: it is {late.decision.action}")
rest.cleanup()
