"""The person records of one simulated province: ``python -m benchmarks.large_records HOME TARGET``.

Receives what a simulated province's agencies hold and builds the models up to the records that are resolved, no
further; each with the person whom the truth knows it to be of. No gate judges the deliveries: all of them are taken.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.truth import open_known
from contracts.home import Home
from orchestration import dbt_run
from orchestration.control import next_run_id, open_build, store_verdicts, unjudged, write_control
from orchestration.prepare import prepare
from orchestration.reception import receive_all

RECORDS = "int_identitas__catatan"
DOMAINS = ("penduduk", "samsat", "kesehatan", "wilayah")


def main(arguments: list[str]) -> None:
    """Write the records."""
    home, target = Home(Path(arguments[0])), Path(arguments[1])
    prepared = prepare(home)
    contracts = [contract for contract in prepared.contracts if contract.domain in DOMAINS]
    receive_all(prepared, contracts, run_id="000000-bench")
    with open_build(prepared) as con:
        run_id = next_run_id(con, home, "bench")
        write_control(con, prepared, run_id)
        store_verdicts(con, home, run_id, unjudged(con), {})
    dbt_run.build(prepared, [f"+{RECORDS}"])
    draft = target.with_suffix(".tmp")
    with open_known(home.root, home.root / "simulasi" / "kebenaran") as con:
        con.execute(
            f"""
            copy (
                select catatan.*, dikenal.id_truth from gudang.intermediate.{RECORDS} as catatan
                left join dikenal using (id_catatan) order by urutan_pertama, id_catatan
            ) to '{draft}' (format parquet, compression zstd)
            """
        )
    draft.replace(target)


if __name__ == "__main__":
    main(sys.argv[1:])
