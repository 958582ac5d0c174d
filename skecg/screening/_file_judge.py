"""One file at a time through a model, as a screening judges it."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.base import BaseEstimator

from skecg.screening._answers import Judge, PictureModel
from skecg.screening._findings import CLASSIFIED, REFER, Finding, Rule
from skecg.screening._records import LEADS, RecordModel, names_of, takes_records
from skecg.screening._warned import WarnedRows


class Judgement(NamedTuple):
    """What a screening says of a file.

    Attributes
    ----------
    outcome : {"classified", "uncertain: refer", "no answer", "unreadable"}
        Whether it has a class.
    label : str
        The class; empty for every other outcome.
    confidence : float
        Its probability; of a record the mean probability of the beats of its class. NaN
        where there is none.
    reason : str
        Of a record how many beats of each class it has; why there is no class; what to
        beware of.
    """

    outcome: str
    label: str
    confidence: float
    reason: str


class FileJudge:
    r"""Says of one file what `screen` says of many.

    It may be asked from any thread; one file is judged at a time.

    Parameters
    ----------
    estimator : classifier
        As `screen` takes it.
    urgency, refer_below, lead, min_beats : optional
        As `screen` takes them.
    sampling_rate : float, optional
        Of tables without a column ``time``, in Hz.

    Attributes
    ----------
    of_records : bool
        Whether it takes records, and not pictures.

    Raises
    ------
    TypeError, ValueError
        As `screen` raises them for its parameters.

    See Also
    --------
    screen : Many files into a table, most urgent first.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import skecg
    >>> from skecg.datasets import make_ecg
    >>> from skecg.screening import FileJudge
    >>> judge = FileJudge(skecg.load_pretrained("heartbeats", sampling_rate=250))
    >>> ecg = make_ecg(1, sampling_rate=250, duration=20, random_state=0).data[0]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "one.csv"
    ...     rows = zip(np.arange(ecg.size) / 250, ecg)
    ...     lines = [f"{time:.3f},{value:.4f}" for time, value in rows]
    ...     _ = file.write_text("\n".join(["time,II", *lines]))
    ...     said = judge(file)
    >>> said.outcome, said.label
    ('classified', 'N')
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        *,
        urgency: Sequence[str] | None = None,
        refer_below: float = 0.0,
        lead: str | Sequence[str] = LEADS,
        min_beats: float = 0.01,
        sampling_rate: float | None = None,
    ) -> None:
        self.of_records = takes_records(estimator)
        classes = [str(one) for one in estimator.classes_]
        self._rule = Rule(classes, urgency, refer_below, min_beats)
        self._warned = WarnedRows()
        self._judge = Judge(
            RecordModel(estimator, self._warned, names_of(lead), sampling_rate)
            if self.of_records
            else PictureModel(estimator, self._warned)
        )
        self._guard = threading.Lock()

    def __call__(self, path: Path) -> Judgement:
        """Judge a file.

        Parameters
        ----------
        path : Path
            A picture, or a record.

        Returns
        -------
        Judgement
        """
        with self._guard, self._warned.collecting():
            [judged] = self._judge([str(path)])
        told = self._rule.conclude(judged.finding)
        return Judgement(*told, self._reason(judged.finding, told.outcome))

    def _reason(self, finding: Finding, outcome: str) -> str:
        words = [] if outcome in (CLASSIFIED, REFER) else [outcome.capitalize() + "."]
        words += ["Uncertain: a person should look."] if outcome == REFER else []
        if finding.labels:
            counts = self._rule.count(finding)
            named = dict(zip(self._rule.classes, counts, strict=True))
            order = [name for name in self._rule.urgency if named.get(name)]
            told = ", ".join(f"{named[name]} {name}" for name in order)
            words.append(f"{len(finding.labels)} beats: {told}.")
        return " ".join([*words, finding.reason]).strip()
