"""The order of the gallery: from the first pipeline to what is put to use."""

LESSONS = (
    "first_pipeline",
    "patient_gap",
    "which_is_better",
    "typical_beats",
    "records_and_beats",
    "heuristic_against_network",
    "signal_search",
    "bad_data",
    "warnings",
    "errors",
    "rpeaks_in_noise",
    "wave_marks",
    "t_wave_of_ventricular_beats",
    "stream",
    "training",
    "augmentation",
    "transfer",
    "layers",
    "grad_cam",
    "own_network",
    "pretrained",
    "train_and_export",
    "ecg_paper",
    "reading_paper",
    "beats_as_pictures",
    "picture_search",
    "picture_augmentation",
    "picture_grad_cam",
    "known_network",
    "network_sizes",
    "vit",
    "own_picture_network",
    "fine_tuning",
    "screening",
    "screening_scans",
    "desk",
    "labelling",
    "label_suggestions",
    "monitoring",
    "own_alarm",
    "stream_in_and_out",
    "live_feeds",
    "stream_of_pictures",
)


class ByLesson:
    """Sort examples as `LESSONS` has them, others behind them by name.

    Parameters
    ----------
    src_dir : str
        Folder of the examples; sphinx-gallery hands it over.
    """

    def __init__(self, src_dir: str) -> None:
        self.src_dir = src_dir

    def __call__(self, filename: str) -> tuple[int, str]:
        """Return what the example is sorted by.

        Parameters
        ----------
        filename : str
            Such as "plot_stream.py".

        Returns
        -------
        tuple of int and str
        """
        name = filename.removeprefix("plot_").removesuffix(".py")
        place = LESSONS.index(name) if name in LESSONS else len(LESSONS)
        return place, name

    def __repr__(self) -> str:
        """Return the same text for each run, so that Sphinx sees no change."""
        return "<ByLesson>"
