"""Why a job did not end well, as the operator reads it."""

from __future__ import annotations

from dagster_shared.error import SerializableErrorInfo

from orchestration.execution import _root


def _told(message: str, kind: str) -> str:
    cause = SerializableErrorInfo(message=f"somewhere.{kind}: {message}\n", stack=[], cls_name=kind)
    return _root(SerializableErrorInfo(message="Dagster wraps it", stack=[], cls_name="DagsterError", cause=cause))


def test_a_message_of_ours_names_runs_and_folders_as_they_are() -> None:
    message = "/srv/home-20261130 is being written by run 634989c2"
    assert _told(message, "HomeBusy") == message


def test_nobodys_number_and_no_foreign_text_gets_out() -> None:
    assert "1671012503900001" not in _told("/srv/KK 1671012503900001.xlsx", "SatuDataError")
    assert _told("Constraint Error: BUDI", "ConstraintException") == "ConstraintException"
