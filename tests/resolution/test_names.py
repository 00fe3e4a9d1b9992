"""Names made comparable: every rule of the table keeps its example, and no name is lost or invented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from expression_kit import over_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.names import KINDS, name_expression, name_rules
from resolution.rule_table import TableRule, read_rules
from resolution.settings import SettingsError

ROOT = Path(__file__).parents[2]
comparable = over_texts(name_expression("teks"))


@pytest.mark.parametrize("rule", name_rules(), ids=lambda rule: f"{rule.aturan}-{rule.dari}")
def test_every_rule_keeps_its_example(rule: TableRule) -> None:
    assert comparable(rule.contoh) == (rule.hasil or None)
    assert rule.aturan in KINDS and rule.sumber


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Prof. Dr. H. Muh. Soekarno, S.H., M.Si", "MUHAMAD SUKARNO"),
        ("Hj. Sti. Aminah binti H. Saleh", "SITI AMINAH"),
        ("Suharto", "SUHARTO"),
        ("M", "M"),  # a lone letter is all that was written down
        ("Andi M. Rizki", "ANDI M RIZKI"),  # in the middle M. is an initial
        ("José  Núñez", "JOSE NUNEZ"),
        ("A'isyah", "AISYAH"),
        ("Moh.Ali", "MUHAMAD ALI"),
        ("M.Ali Hidayat", "M ALI HIDAYAT"),  # Muhammad, Mahmud, Made,
        ("Drs.H.M.Yusuf", "M YUSUF"),
        ("H.Ahmad", "AHMAD"),
        ("Abd.Rahman", "ABDUL RAHMAN"),
        ("St.Aminah", "SITI AMINAH"),
        ("ST", "SITI"),
        ("Andi Saputra, ST", "ANDI SAPUTRA"),
        ("MGS", "MASAGUS"),
        ("Mgs. Umar", "UMAR"),
        ("dr.Budi Santoso.S.E.", "BUDI SANTOSO"),
        ("K.H.Mansur", "MANSUR"),
        ("K. H. Mansur", "MANSUR"),
        ("R. A. Kartini", "KARTINI"),
        ("A. Salim", "A SALIM"),  # Ahmad, Agus, Andi
        ("HM. Yusuf", "M YUSUF"),
        ("Sri Wahyuni S. Pd", "SRI WAHYUNI"),
        ("Sri Wahyuni S Pd", "SRI WAHYUNI"),
        ("Sri Wahyuni S Tr. Keb", "SRI WAHYUNI"),
        ("Andi S H", "ANDI S H"),  # may be initials
        ("I Bagus Oka", "I BAGUS OKA"),
        ("Sri Wahyuni, A. Md. Keb", "SRI WAHYUNI"),
        ("Sri Wahyuni S. Kep. Ns.", "SRI WAHYUNI"),
        ("Nur\u2019aini", "NURAINI"),
        ("Ma\u2018ruf", "MARUF"),
        ("SI\u200bTI AMINAH", "SITI AMINAH"),
        ("Tjandra", "CANDRA"),
        ("Wahjudi", "WAHYUDI"),
        ("Machmud", "MAHMUD"),
        ("ABD. RACHMAN", "ABDUL RAHMAN"),
        ("Abdurrachman", "ABDURAHMAN"),
        ("Mahjub", "MAHJUB"),
        ("Robert S Hi", "ROBERT S HI"),
        ("Siti Hj. Aminah", "SITI HJ AMINAH"),
        ("I Nym. Sudarma", "I NYM SUDARMA"),
        ("Ahmad St. Rajo Ameh", "AHMAD ST RAJO AMEH"),
        ("Andi Saputra ST M.Kom", "ANDI SAPUTRA ST M KOM"),
        ("KHM. Zainal", "M ZAINAL"),
        ("Hj.Siti Aminah S.Pd M.Si.", "SITI AMINAH"),
        ("Andi A.N.", "ANDI A N"),
        ("BUDI\nSANTOSO, S.Pd\nX", "BUDI SANTOSO"),
        ("IBU TIDAK DIKETAHUI", None),
        ("Anne-Marie", "ANE MARIE"),
        ("H.", "H"),
        ("12345", None),
        ("", None),
        (None, None),
    ],
)
def test_names_of_the_field(name: str | None, expected: str | None) -> None:
    assert comparable(name) == expected


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gelar_dpan,KAPT,,Kapt. Budi,BUDI,pangkat", "line 2: there is no aturan 'gelar_dpan'; valid: gelar_depan,"),
        ("padanan,MA'RUF,MARUF,Ma'ruf,MARUF,ejaan", "line 2: dari"),
        ("gelar_depan,(KAPT,,Kapt. Budi,BUDI,pangkat", "line 2: dari"),
        ("gelar_depan,KAPT,,Kapt. Budi,BUDI,pangkat,x", "line 2: has more or fewer columns"),
        ("gelar_depan,KAPT,,Kapt. Budi", "line 2: has more or fewer columns"),
        (
            "padanan,ABD,,Abd. Rahman,ABDUL RAHMAN,singkatan",
            "line 2: ke '' does not fit padanan; valid: [A-Z]+",
        ),
    ],
)
def test_a_line_that_is_no_rule_is_named(tmp_path: Path, line: str, says: str) -> None:
    table = tmp_path / "nama.csv"
    table.write_text(f"aturan,dari,ke,contoh,hasil,sumber\n{line}\n")
    with pytest.raises(SettingsError) as raised:
        read_rules(table, KINDS)
    assert says in str(raised.value) and "nothing was made comparable" in str(raised.value)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "nama.csv"
    table.write_text("aturan,dari,ke\nawal,M,MUHAMMAD\n")
    with pytest.raises(SettingsError, match=r"nama\.csv: the columns must be aturan, dari, ke, contoh, hasil, sumber"):
        read_rules(table, KINDS)


@pytest.mark.parametrize("rule", [rule for rule in name_rules() if rule.aturan == "bukan_nama"], ids=lambda r: r.dari)
def test_what_is_no_name_is_none_in_the_models_either(rule: TableRule) -> None:
    macros = (ROOT / "dbt_project" / "macros" / "fungsi.sql").read_text()
    start = macros.index("create or replace macro nama_kunci")
    with duckdb.connect() as con:
        con.execute(macros[start : macros.index(");\n", start) + 1])
        assert con.execute("select nama_kunci(?)", [rule.contoh]).fetchone() == ("",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_words_of_letters_or_nothing(text: str) -> None:
    found = comparable(text)
    assert found is None or all(word.isascii() and word.isalpha() and word.isupper() for word in found.split(" "))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["MUHAMMAD", "RIZKI", "SITI", "NUR", "HASAN", "BUDI"]), min_size=1, max_size=4))
def test_case_and_spaces_say_nothing(words: list[str]) -> None:
    assert comparable(" ".join(words)) == comparable("  " + "   ".join(words).lower() + " ")
