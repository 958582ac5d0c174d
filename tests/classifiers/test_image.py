"""ImageClassifier as its users meet it; the contract's checks: test_image_contract."""

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn import config_context
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from torch import nn

from networks import GroupsSpy
from skecg.classifiers import ImageClassifier, Stage, StagedUnfreezing
from skecg.exceptions import DataFileError, SignalQualityWarning
from skecg.nn.augmentation import MixUp, RandomAffine, Shift, picture_augmentation
from skecg.preprocessing import ImageResizer
from spots import N_IMAGES, SIZE, folder_of, small


def test_tells_new_pictures_apart(spots):
    X, y, groups = spots
    train = groups < 6
    model = small().fit(X[train], y[train])
    assert model.score(X[~train], y[~train]) >= 0.9
    assert model.classes_.tolist() == ["lower", "upper"]
    assert model.image_shape_in_ == (SIZE, SIZE)
    assert model.n_channels_ == 1


def test_colours_are_used(spots):
    _, y, _ = spots
    X = np.full((N_IMAGES, SIZE, SIZE, 3), 128, dtype=np.uint8)
    X[y == "lower", 4:10, 4:10] = (255, 0, 128)
    X[y == "upper", 4:10, 4:10] = (0, 255, 128)
    model = small().fit(X, y)
    assert model.n_channels_ == 3
    assert model.score(X, y) == 1
    assert model.score(X[..., [1, 0, 2]], y) == 0


def test_files_of_any_size_go_through_a_resizer(spots, tmp_path):
    X, y, _ = spots
    paths = folder_of(X.repeat(2, axis=1), tmp_path)
    model = make_pipeline(ImageResizer((SIZE, SIZE)), small()).fit(paths, y)
    assert model.score(paths, y) >= 0.9


def test_files_of_one_size_need_none_and_others_are_named(spots, tmp_path):
    X, y, _ = spots
    paths = folder_of(X, tmp_path)
    model = small(max_epochs=2, n_jobs=2).fit(paths, y)
    assert model.image_shape_in_ == (SIZE, SIZE, 3)
    colour = np.repeat(X[..., np.newaxis], 3, axis=-1)
    np.testing.assert_array_equal(
        model.predict_proba(paths), model.predict_proba(colour)
    )
    Image.fromarray(X[0, :20]).save(paths[3])
    for wrong in (paths, paths[3:]):
        with pytest.raises(ValueError, match=r"3\.png has shape \(20, 24, 3\)"):
            model.predict(wrong)


def test_a_network_gets_numbers_from_0_to_1(spots):
    X, y, _ = spots
    seen = []

    class Spy(nn.Sequential):
        def __init__(self, n_channels, height, width, n_classes):
            super().__init__(nn.Flatten(), nn.Linear(height * width, n_classes))

        def forward(self, x):
            seen.append((x.dtype, tuple(x.shape[1:]), float(x.min()), float(x.max())))
            return super().forward(x)

    ImageClassifier(Spy, max_epochs=1, batch_size=N_IMAGES).fit(X, y)
    assert {each[:2] for each in seen} == {(torch.float32, (1, SIZE, SIZE))}
    assert min(each[2] for each in seen) == 0
    assert max(each[3] for each in seen) == pytest.approx(254 / 255)


def test_an_augmentation_gets_floats_and_changes_only_the_training(spots):
    X, y, _ = spots
    batches = []

    def invert(x, sampling_rate):
        batches.append((x.dtype, x.ndim, float(x.max()), sampling_rate))
        return 1 - x

    model = small(augment=[invert]).fit(X, y)
    assert {each[:2] for each in batches} == {(torch.float32, 4)}
    assert max(each[2] for each in batches) <= 1
    assert {each[3] for each in batches} == {None}
    assert len(batches) == 15 * 6
    assert model.score(255 - X, y) >= 0.9


class TestAugmentation:
    def test_one_seed_gives_one_answer(self, spots):
        X, y, _ = spots
        augment = [*picture_augmentation("scan"), MixUp()]
        models = [
            small(augment=augment, max_epochs=2, random_state=seed).fit(X, y)
            for seed in (0, 0, 1)
        ]
        first, again, other = (each.predict_proba(X) for each in models)
        np.testing.assert_array_equal(first, again)
        assert not np.array_equal(first, other)
        plain = small(max_epochs=2).fit(X, y).predict_proba(X)
        assert not np.array_equal(first, plain)

    def test_pictures_and_their_classes_are_blended(self, spots):
        X, y, _ = spots
        model = small(augment=[MixUp()], max_epochs=20).fit(X, y)
        assert model.score(X, y) >= 0.9

    def test_a_search_chooses_among_sets(self, spots):
        X, y, _ = spots
        # On its head, what is below is above: such an augmentation can only harm.
        sets = [None, picture_augmentation("scan"), [RandomAffine(rotation=180.0)]]
        search = GridSearchCV(small(), {"augment": sets}, cv=2).fit(X, y)
        assert search.best_params_["augment"] in sets[:2]
        assert search.cv_results_["mean_test_score"].argmin() == 2
        assert list(search.cv_results_["param_augment"]) == sets

    def test_what_is_for_signals_is_refused(self, spots):
        X, y, _ = spots
        with pytest.raises(ValueError, match="Shift changes signals"):
            small(augment=[Shift()]).fit(X, y)


def test_bytes_stay_bytes_and_are_not_copied_to_predict(spots):
    X, y, _ = spots
    model = small(max_epochs=1).fit(X, y)
    rows = model._read_rows(X, reset=False)
    tensors = rows.tensors(np.arange(N_IMAGES), torch.device("cpu"))
    assert tensors.signals.dtype == torch.uint8
    assert tensors.signals.data_ptr() == X.ctypes.data
    some = rows.tensors(np.arange(2, 7), torch.device("cpu"))
    np.testing.assert_array_equal(some.signals[:, 0].numpy(), X[2:7])


def test_blank_pictures_are_left_out_and_get_the_prior(spots):
    X, y, _ = spots
    model = small(max_epochs=1).fit(X, y)
    X = X / 255
    X[4], X[7, 3, 3] = 0.5, np.nan
    with pytest.warns(SignalQualityWarning, match=r"of one shade or hold NaN: rows 4"):
        probabilities = model.predict_proba(X)
    np.testing.assert_array_equal(probabilities[[4, 7]], [model.class_prior_] * 2)
    assert not np.allclose(probabilities[5], model.class_prior_, atol=1e-6)


def test_groups_decide_the_validation_part(spots):
    X, y, groups = spots
    model = small(max_epochs=2, valid_split=GroupsSpy(0.25)).fit(X, y, groups)
    seen, train, valid = GroupsSpy.seen
    assert not set(seen[train]) & set(seen[valid])
    assert {"valid_loss", "valid_macro_f1"} <= set(model.history_[0])


def test_goes_into_searches_and_cross_validation(spots):
    X, y, groups = spots
    pipeline = make_pipeline(ImageResizer((16, 16)), small(max_epochs=2))
    search = GridSearchCV(pipeline, {"imageclassifier__lr": [1e-3, 3e-3]}, cv=2)
    assert search.fit(X, y).predict(X).shape == (N_IMAGES,)
    with config_context(enable_metadata_routing=True):
        scores = cross_validate(
            small(), X, y, cv=GroupKFold(2), params={"groups": groups}
        )
    assert len(scores["test_score"]) == 2


def test_class_weights_move_the_answers(spots):
    X, y, _ = spots
    even = small(max_epochs=3).fit(X, y).predict_proba(X).mean(axis=0)
    heavy = small(max_epochs=3, class_weight={"lower": 20.0, "upper": 1.0}).fit(X, y)
    assert heavy.predict_proba(X).mean(axis=0)[0] > even[0] + 0.1


class TestTransfer:
    def test_a_frozen_body_keeps_its_weights(self, spots):
        X, y, _ = spots
        source = small().fit(X, y)
        other = np.where(
            y == "lower", "b", np.where(np.arange(N_IMAGES) < 20, "c", "a")
        )
        model = small(
            weights=FrozenEstimator(source), trainable_layers=1, max_epochs=2
        ).fit(X, other)
        before, after = (each.net_.module_.state_dict() for each in (source, model))
        kept = [name for name in before if not name.startswith("head.2")]
        assert len(kept) == 8
        assert all(torch.equal(before[name], after[name]) for name in kept)

    def test_stages_and_a_slow_body(self, spots):
        X, y, _ = spots
        source = FrozenEstimator(small(max_epochs=2).fit(X, y))
        stages = StagedUnfreezing(
            [Stage(1, 1), Stage(2, 3, lr=1e-5, optimizer="rmsprop")]
        )
        model = small(
            weights=source, callbacks=[stages], lr_schedule="constant", max_epochs=3
        ).fit(X, y)
        assert [epoch["stage"] for epoch in model.history_] == [1, 2, 2]
        assert isinstance(model.net_.optimizer_, torch.optim.RMSprop)

    def test_what_is_taken_learns_at_its_own_rate(self, spots):
        X, y, _ = spots
        source = small(max_epochs=2).fit(X, y)
        model = small(
            weights=FrozenEstimator(source), fine_tune_lr=1e-12, max_epochs=4
        ).fit(X, np.where(y == "lower", "a", "b"))
        before, after = (each.net_.module_.state_dict() for each in (source, model))
        torch.testing.assert_close(after["body.0.weight"], before["body.0.weight"])
        change = (after["head.2.weight"] - before["head.2.weight"]).abs().max()
        assert change > 0.01

    def test_another_kind_of_picture_is_refused(self, spots):
        X, y, _ = spots
        source = FrozenEstimator(small(max_epochs=1).fit(X, y))
        colour = np.repeat(X[..., np.newaxis], 3, axis=-1)
        with pytest.raises(ValueError, match=r"images of 1 channel\(s\), X has 3"):
            small(weights=source).fit(colour, y)
        with pytest.raises(ValueError, match="they must be the same"):
            ImageClassifier("convnet", weights=source).fit(X, y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"network": "convnet_smal"}, "convnet_small"),
        ({"network": "resnet1d"}, "resnet1d"),
        ({"network": nn.Linear}, "Linear does not take the arguments"),
        ({"network_params": {"n_filter": 3}}, "unexpected keyword.*n_filter"),
        ({"weights": 3}, "weights"),
        ({"n_jobs": 1.5}, "n_jobs"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_parameters_are_refused_in_fit(spots, params, message):
    X, y, _ = spots
    with pytest.raises(ValueError, match=message):
        small().set_params(**params).fit(X, y)


def test_wrong_data_is_refused(spots, tmp_path):
    X, y, _ = spots
    with pytest.raises(ValueError, match=r"from 0 to 254\. Divide"):
        small().fit(X.astype(float), y)
    with pytest.raises(ValueError, match="No usable row"):
        small().fit(np.zeros_like(X), y)
    with pytest.raises(ValueError, match="two classes"):
        small().fit(X, ["upper"] * N_IMAGES)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        small().fit(X, y[:-1])
    empty = tmp_path / "empty.png"
    empty.touch()
    with pytest.raises(DataFileError, match=r"empty\.png"):
        small().fit([empty, empty], ["upper", "lower"])
