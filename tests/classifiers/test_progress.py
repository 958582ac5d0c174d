"""A training tells of its epochs, and holds no function afterwards."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from skorch.callbacks import EarlyStopping

from persistence_models import small_network, waves
from skecg.classifiers._progress import networks_of, with_progress, without_progress
from skecg.preprocessing import RecordScaler

X, Y = waves()


@pytest.mark.parametrize("inside", [False, True], ids=["bare", "pipeline"])
def test_every_epoch_is_told_and_the_model_can_be_pickled(inside):
    network = small_network(max_epochs=3)
    model = make_pipeline(RecordScaler(), network) if inside else network
    told = []
    before = with_progress(model, lambda epoch, loss: told.append((epoch, loss)))
    model.fit(X, Y)
    without_progress(model, before)
    assert [epoch for epoch, _ in told] == [1, 2, 3]
    assert all(np.isfinite(loss) for _, loss in told)
    assert network.callbacks is None
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))


def test_callbacks_that_were_there_stay():
    stop = EarlyStopping("train_loss", patience=1, threshold=10.0)
    model = small_network(max_epochs=9, callbacks=[stop])
    told = []
    before = with_progress(model, lambda epoch, _: told.append(epoch))
    model.fit(X, Y)  # ends early, which is no interruption
    without_progress(model, before)
    assert len(told) < 9
    assert model.callbacks == [stop]


def test_an_interruption_between_two_epochs_ends_the_training():
    def interrupt(epoch, _):
        if epoch == 2:
            raise KeyboardInterrupt

    model = small_network(max_epochs=5)
    with_progress(model, interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)


def test_networks_are_found_wherever_they_are():
    model = make_pipeline(RecordScaler(), small_network())
    assert list(networks_of(model)) == ["signalclassifier__"]
    assert networks_of(LogisticRegression()) == {}


def test_a_vote_can_be_pickled_after_it_was_told_of():
    told = []
    vote = VotingClassifier([("one", small_network()), ("two", small_network())])
    before = with_progress(vote, lambda epoch, loss: told.append(epoch))
    without_progress(vote.fit(X, Y), before)
    assert len(told) == 2 * small_network().max_epochs
    assert [one.callbacks for one in vote.estimators_] == [None, None]
    pickle.dumps(vote)
