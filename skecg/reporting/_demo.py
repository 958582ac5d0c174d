"""The main job on the heartbeats inside the package, from data to report."""

import os
import tempfile
import time
from functools import partial
from pathlib import Path

from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch
from threadpoolctl import threadpool_limits

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats
from skecg.features import RhythmFeatures, TWaveFeatures
from skecg.reporting._comparison import Comparison
from skecg.reporting._demo_page import NETWORK, DemoRun, demo_page, demo_pictures
from skecg.reporting._splits import ProgressCallback, compare_splits

_EPOCHS = 5  # keeps the demo under three minutes on two busy cores
_QUICK_STEP = 8  # every eighth beat: the rarest class, F, keeps 16


def demo_estimators(
    *,
    sampling_rate: float,
    context: int,
    max_epochs: int = _EPOCHS,
    random_state: int = 0,
) -> dict[str, BaseEstimator]:
    """Return the four estimators that the demo compares.

    None of them is tuned: all parameters are the defaults, but for the number of
    epochs and the batch size of the network, which keep the demo short.

    Parameters
    ----------
    sampling_rate : float
        Of the beats, in Hz.
    context : int
        How many context columns (RR intervals) stand behind the samples of a beat.
    max_epochs : int, default=5
        Passes of the network over its training beats.
    random_state : int, default=0
        Seed of gradient boosting and network.

    Returns
    -------
    dict of str to estimator
        A majority vote; RR intervals and T wave into logistic regression, and into
        gradient boosting; the residual network of Kachuee et al. [1]_ on the samples.

    References
    ----------
    .. [1] Kachuee M., Fazeli S., Sarrafzadeh M. (2018). ECG Heartbeat Classification:
       A Deep Transferable Representation. IEEE International Conference on Healthcare
       Informatics. :doi:`10.1109/ICHI.2018.00092`

    Examples
    --------
    >>> from skecg.reporting import demo_estimators
    >>> list(demo_estimators(sampling_rate=125.0, context=8))
    ['majority class', 'logistic regression', 'gradient boosting', 'residual network']
    """
    boosting = HistGradientBoostingClassifier(random_state=random_state)
    on_features = partial(_on_features, sampling_rate=sampling_rate, context=context)
    return {
        "majority class": DummyClassifier(strategy="most_frequent"),
        "logistic regression": on_features(LogisticRegression(max_iter=1000)),
        "gradient boosting": on_features(boosting),
        NETWORK: SignalClassifier(
            "resnet1d",
            context=context,
            sampling_rate=sampling_rate,
            max_epochs=max_epochs,
            batch_size=32,
            random_state=random_state,
        ),
    }


def run_demo(
    output_dir: str | os.PathLike[str],
    *,
    quick: bool = False,
    random_state: int = 0,
    on_progress: ProgressCallback | None = None,
) -> Comparison:
    """Compare four estimators on real heartbeats and write a report.

    Computes on one thread of the CPU (or on the GPU): the figures then do not depend on
    the number of cores, and other work on the machine slows it down only by its share,
    where threads that wait for each other would crawl.

    Parameters
    ----------
    output_dir : str or path-like
        Folder for ``report.html``, ``table.csv`` and ``figures/*.png``; made if it is
        not there. Files of these names are replaced.
    quick : bool, default=False
        Take every eighth beat and one epoch only: to see that everything works, in
        seconds. The figures then mean nothing, and the report says so.
    random_state : int, default=0
        Seed of splits and estimators.
    on_progress : callable or None, default=None
        Called as ``on_progress(n_done, n_steps, text)`` after each fold.

    Returns
    -------
    Comparison
        What stands in the table.

    Raises
    ------
    OSError
        If the folder cannot be made or written; before anything is computed.

    See Also
    --------
    compare_splits : The same comparison on any data.
    """
    folder = _writable_folder(Path(output_dir))
    start = time.perf_counter()
    heartbeats = load_heartbeats(context=True)
    if quick:
        heartbeats = _thin(heartbeats)
    max_epochs = 1 if quick else _EPOCHS
    estimators = demo_estimators(
        sampling_rate=heartbeats.sampling_rate,
        context=len(heartbeats.context_names),
        max_epochs=max_epochs,
        random_state=random_state,
    )
    with threadpool_limits(limits=1):
        comparison = compare_splits(
            estimators,
            heartbeats.data,
            heartbeats.target,
            groups=heartbeats.groups,
            record=heartbeats.record,
            random_state=random_state,
            on_progress=on_progress,
        )
    seconds = time.perf_counter() - start
    _write(folder, DemoRun(comparison, heartbeats, max_epochs, seconds, quick))
    return comparison


def _on_features(
    classifier: BaseEstimator, *, sampling_rate: float, context: int
) -> Pipeline:
    features = make_union(
        RhythmFeatures(sampling_rate=sampling_rate, context=context),
        TWaveFeatures(sampling_rate=sampling_rate, context=context, r_peak=0.0),
    )
    # A T wave that cannot be measured is NaN; the packaged beats have none of these.
    return make_pipeline(features, SimpleImputer(), StandardScaler(), classifier)


def _writable_folder(folder: Path) -> Path:
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for place in (folder, folder / "figures"):
        with tempfile.TemporaryFile(dir=place):  # fails where writing would, but now
            pass
    return folder


def _write(folder: Path, run: DemoRun) -> None:
    pictures = demo_pictures(run)
    for name, png in pictures.items():
        (folder / "figures" / f"{name}.png").write_bytes(png)
    run.comparison.to_csv(folder / "table.csv")
    page = demo_page(run, pictures)
    (folder / "report.html").write_text(page, encoding="utf-8")


def _thin(heartbeats: Bunch) -> Bunch:
    columns = {
        name: heartbeats[name][::_QUICK_STEP]
        for name in ("data", "target", "groups", "record")
    }
    return Bunch(**{**heartbeats, **columns})
