"""Connections that are lost and made again."""

import socket

import pytest

from skecg.monitoring._calls import Calls


def _calls(connect, slept, **more):
    options = {"retry": 1.0, "max_failures": None} | more
    return Calls("the server", connect, sleep=slept.append, **options)


def test_each_try_waits_twice_as_long_half_a_minute_at_most():
    answers = iter([OSError()] * 7 + ["made"] + [OSError()] * 2)

    def connect():
        answer = next(answers, None)
        if answer is None:
            calls.close()
        if answer != "made":
            raise answer or OSError
        return answer

    slept = []
    calls = _calls(connect, slept)
    assert list(calls) == ["made"]
    assert slept[:7] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert slept[7:] == [1.0, 1.0, 2.0, 4.0]  # it was lost at once; then from the start
    assert calls.n_made == 1


def test_a_name_that_can_be_no_hosts_is_told_as_what_cannot_be_reached():
    def connect():
        return socket.create_connection(("a" * 64, 80))

    slept = []
    with pytest.raises(ConnectionError, match="Cannot connect to the server"):
        list(_calls(connect, slept, max_failures=2))
    assert slept == [1.0]


def test_it_is_never_given_up_by_itself():
    def connect():
        if len(slept) == 3000:  # a day without a network
            calls.close()
        raise OSError

    slept = []
    calls = _calls(connect, slept)
    assert list(calls) == []
    assert slept[-1] == 30.0


def test_a_server_that_hangs_up_at_once_is_not_called_in_a_circle():
    def connect():
        if calls.n_made == 3:
            calls.close()
        return "made"

    slept = []
    calls = _calls(connect, slept)
    assert len(list(calls)) == 4
    assert slept == [1.0] * 3


def test_it_is_given_up_with_what_was_wrong():
    def connect():
        raise OSError("no route")

    with pytest.raises(
        ConnectionError, match=r"the server \(no route\); tried 3 times"
    ):
        list(_calls(connect, [], max_failures=3))
