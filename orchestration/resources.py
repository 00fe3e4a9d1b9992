"""The one resource: the home under its writer lock, for the length of a run."""

from __future__ import annotations

import importlib
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import PrivateAttr

from contracts.errors import HomeError, SatuDataError
from contracts.home import Home
from contracts.masking import keep_original
from expectations.model import Result
from expectations.page import write_page
from orchestration.control import models_changed, next_run_id, open_build
from orchestration.history import fail_dead_runs, forget_old_runs, remove_old_logs
from orchestration.lock import writer
from orchestration.prepare import Prepared, prepare
from orchestration.runlog import RunLog
from publication.pointer import POINTER

FULL_REFRESH_TAG = "satudata/penuh"
NIGHTLY = "malam"


def remove_leftovers(home: Home) -> None:
    """What a killed run left half-written: scratch rows, a delivery or a snapshot that was never whole."""
    for folder in (
        *(home.build / "cache").glob("terima-*"),
        *home.landing.glob("*/.*.tmp"),
        *home.published.glob(".*.tmp"),
    ):
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Path of the home; during a run also its prepared contracts, the run id and the run's log."""

    root: str
    _prepared: Prepared | None = PrivateAttr(default=None)
    _run_id: str = PrivateAttr(default="")
    _full_refresh: bool = PrivateAttr(default=False)
    _whole: bool = PrivateAttr(default=False)
    _log: RunLog | None = PrivateAttr(default=None)
    _results: list[Result] = PrivateAttr(default_factory=list)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[HomeResource]:
        """Hold the home while the run's steps execute."""
        home = Home(Path(self.root))
        name = context.run.run_id if context.run else "tanpa-id"
        tags = context.run.tags if context.run else {}
        self._whole = context.run is not None and context.run.job_name == NIGHTLY
        with writer(home, f"run {name[:8]}"):
            remove_leftovers(home)
            if context.instance:
                fail_dead_runs(context.instance, but=name)
            try:
                self._open(home, name, tags)
                self._forget(context.instance)
            except SatuDataError:
                raise
            except Exception as error:  # noqa: BLE001 - a foreign text may carry values and would be stored
                file = home.errors / keep_original(error, home.errors)
                raise HomeError(f"the home could not be opened ({type(error).__name__}); see {file}") from None
            try:
                yield self
            finally:
                if self._results and not (home.published / POINTER / self._page).is_file():
                    self.write_page(home.logs)
                self.log.write("selesai")

    def _open(self, home: Home, name: str, tags: Mapping[str, str]) -> None:
        """Prepare the contracts and number the run."""
        self._prepared = prepare(home)
        with open_build(self._prepared) as con:
            self._run_id = next_run_id(con, home, name)
            changed = models_changed(con, self._prepared)
        self._full_refresh = changed or tags.get(FULL_REFRESH_TAG) == "true"
        self._log = RunLog(home.logs, self._run_id, name)
        # Great Expectations takes seconds to import; reception mostly waits for agencies meanwhile.
        threading.Thread(target=importlib.import_module, args=("great_expectations",), daemon=True).start()
        self._log.write("mulai", penuh=self._full_refresh, model_berubah=changed)

    def _forget(self, instance: dg.DagsterInstance | None) -> None:
        """Remove logs, error texts and run records that are older than the home keeps them."""
        home, days = self.prepared.home, self.prepared.settings.simpan_log_hari
        remove_old_logs(home.logs, days)
        remove_old_logs(home.errors, days)
        if instance:
            forget_old_runs(instance, home, days)

    @property
    def _page(self) -> str:
        return f"pemeriksaan-{self._run_id}.html"

    def write_page(self, folder: Path) -> Path:
        """Write what the gates found so far as a page for people; a run that publishes nothing leaves it with its log.

        Returns:
            The file.
        """
        title = f"Pemeriksaan data {self.prepared.settings.provinsi}"
        write_page(self._results, folder / self._page, title=title, run_id=self._run_id, when=self.now)
        return folder / self._page

    @property
    def prepared(self) -> Prepared:
        """The home's contracts and settings."""
        if self._prepared is None:
            raise RuntimeError("the home is only open during a run")
        return self._prepared

    @property
    def run_id(self) -> str:
        """Our run id; sorts by age."""
        return self._run_id

    @property
    def full_refresh(self) -> bool:
        """Whether this run rebuilds everything from the deliveries."""
        return self._full_refresh

    @property
    def whole(self) -> bool:
        """Whether this run covers every domain."""
        return self._whole

    @property
    def log(self) -> RunLog:
        """The run's JSON log."""
        if self._log is None:
            raise RuntimeError("the home is only open during a run")
        return self._log

    @property
    def results(self) -> list[Result]:
        """What the gates of this run found so far."""
        return self._results

    @property
    def now(self) -> datetime:
        """The present moment, in the region's zone."""
        return datetime.now(ZoneInfo(self.prepared.settings.zona))
