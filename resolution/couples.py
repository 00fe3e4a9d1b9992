"""Husband and wife: of the registry's people the family card tells whose spouse somebody is, and so is evidence.

Who a record's spouse is hangs on other records of its card. A night looks at the cards on which somebody who is, or
was, husband or wife has changed.
"""

from __future__ import annotations

import duckdb

from resolution.links import REGISTRY
from resolution.lookup import among
from resolution.persons import PREPARED, card_number, is_unnamed, side_of_couple

_OTHER = "case pihak when 'istri' then 'suami' else 'istri' end"


def gather_couples(con: duckdb.DuckDBPyConnection, chosen: str, *, night: bool) -> None:
    """Write ``pasangan_kartu(kontrak, nomor_kk, bagi, nama)``: the spouse's name for that side of a card, where there
    is but one.

    Args:
        con: connection to the build, after ``persons.gather_texts``.
        chosen: relation as ``int_identitas__catatan``.
        night: ``chosen`` are not all records: others stand on their cards, and on those that they, or records that are
            gone, stood on before (``banding_lalu``). These others are left in ``sekartu``.
    """
    here = f"""
        select _kontrak as kontrak, {card_number("nomor_kk")} as nomor_kk, {side_of_couple("dipilih")} as pihak,
            case when not {is_unnamed("dipilih.nama")} then nama_banding.nama end as nama
        from {chosen} as dipilih left join nama_banding on dipilih.nama = nama_banding.asal
        where entitas = '{REGISTRY}'
    """
    if night:
        con.execute(
            f"""
            create or replace temp table sekartu as
            with kartu as (
                select nomor_kk from ({here}) where pihak is not null
                union
                select nomor_kk from banding_lalu where pihak is not null
            )
            select nomor, split_part(id_catatan, '|', 1) as kontrak, nomor_kk, pihak, nama, pasangan
            from {PREPARED}
            where {among("nomor_kk", "kartu")} and pihak is not null and nomor not in (select nomor from banding_lalu)
            """
        )
    others = "union all select kontrak, nomor_kk, pihak, nama from sekartu" if night else ""
    con.execute(
        f"""
        create or replace temp table pasangan_kartu as
        with suami_istri as ({here} {others})
        select kontrak, nomor_kk, {_OTHER} as bagi, case when min(nama) = max(nama) then min(nama) end as nama
        from suami_istri where pihak is not null and nomor_kk is not null group by kontrak, nomor_kk, pihak
        """
    )


def moved_spouses() -> str:
    """SELECT of ``nomor, pasangan``: the unchanged records whose spouse, or whose name, is another now."""
    return """
        select sekartu.nomor, kartu.nama as pasangan from sekartu
        left join pasangan_kartu as kartu
            on sekartu.kontrak = kartu.kontrak and sekartu.nomor_kk = kartu.nomor_kk and sekartu.pihak = kartu.bagi
        where sekartu.pasangan is distinct from kartu.nama
    """
