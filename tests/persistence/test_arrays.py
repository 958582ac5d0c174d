"""Arrays that do not go together, in whatever they are held."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.svm import SVC, SVR, OneClassSVM

import skecg
from skecg.persistence._arrays import check_arrays

X = np.random.default_rng(0).normal(size=(30, 4))
Y = np.arange(30) % 3


@pytest.mark.parametrize("kernel", ["rbf", "precomputed"])
@pytest.mark.parametrize("machine", [SVC(), SVR(), OneClassSVM()])
def test_real_machines_pass(machine, kernel):
    rows = X @ X.T if kernel == "precomputed" else X
    check_arrays([machine.set_params(kernel=kernel).fit(rows, Y)])


def test_a_machine_of_sparse_rows_passes():
    check_arrays(SVC().fit(scipy.sparse.csr_array(X), Y))


def test_a_machine_of_sparse_rows_is_kept(tmp_path):
    rows = scipy.sparse.csr_array(X)
    machine = SVC().fit(rows, Y)
    skecg.save(machine, tmp_path / "model.skecg")
    again = skecg.load(tmp_path / "model.skecg")
    np.testing.assert_array_equal(again.predict(rows), machine.predict(rows))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_dual_coef_", np.zeros((1, 1))),
        ("_n_support", np.array([10**6, 1, 1], dtype=np.int32)),
        ("_n_support", np.array([-1, 1, 1], dtype=np.int32)),
        ("_intercept_", np.zeros(1)),
        ("_probA", np.zeros(1)),
        ("support_vectors_", np.zeros((1, 4))),
        ("n_features_in_", 10**6),
        ("classes_", np.arange(2)),
    ],
)
def test_changed_machines_do_not(name, wrong):
    machine = SVC().fit(X, Y)
    setattr(machine, name, wrong)
    with pytest.raises(ValueError, match="support vector machine"):
        check_arrays({"step": machine})


def test_a_sparse_matrix_that_leads_outside_itself():
    matrix = scipy.sparse.csr_array(X)
    matrix.indices[0] = 10**6
    with pytest.raises(ValueError, match="indices"):
        check_arrays([matrix])
