"""Standard entities: what a column means whoever sends it (contracts/standar/<entitas>.yaml)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.errors import ContractError, Problem
from contracts.yaml_lines import Place, YamlFile, read_yaml

Kind = Literal[
    "kode", "digit", "teks", "tanggal", "waktu", "bulat", "desimal", "pilihan", "ya_tidak", "wilayah", "nrkb"
]
#: publik/internal: anyone inside; pribadi: about a person, published only under id_orang; spesifik: the specific
#: data of UU 27/2022 article 4 (health, children, personal finance); pengenal: identifies a person, never published.
DataClass = Literal["publik", "internal", "pribadi", "spesifik", "pengenal"]
Severity = Literal["kritis", "peringatan", "info"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Strict(BaseModel):
    """Base of everything read from YAML: unknown keys are errors, values never appear in messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StandardColumn(Strict):
    """One standard column with the five parts of a data standard (Perpres 39/2019, article 4)."""

    jenis: Kind
    kelas: DataClass
    konsep: str
    definisi: str
    klasifikasi: str = "tidak ada"
    ukuran: str = "tidak ada"
    satuan: str = "tidak ada"
    nilai: tuple[str, ...] = ()
    wajib: bool = False


class Rule(Strict):
    """A row rule: ``syarat`` is a DuckDB predicate on standard columns; a row breaks the rule when it is false."""

    id: Name
    tingkat: Severity
    teks: str
    syarat: str
    sumber: str


#: What a role may name beside NIK, name, birth date, sex and region.
PERSON_DETAILS = (
    "nomor_kk", "shdk", "tempat_lahir", "nik_ibu", "nama_ibu", "nama_ayah", "nama_pasangan", "alamat", "rt", "rw",
)  # fmt: skip


class PersonRole(Strict):
    """Where a row of this entity names a person: the standard columns that describe them.

    ``sekali`` says that the list should name each person once, so that naming one twice is a finding. ``nik_ibu`` names
    the mother's NIK beside a child, which lists often repeat as the child's own. ``PERSON_DETAILS`` are evidence of who
    it is: card, parents, spouse, address; what a list does not hold is left out.
    """

    peran: Name
    nik: Name
    nama: Name
    tanggal_lahir: Name | None = None
    jenis_kelamin: Name | None = None
    jenis_kelamin_tetap: Literal["L", "P"] | None = None
    kode_wilayah: Name | None = None
    nomor_kk: Name | None = None
    shdk: Name | None = None
    tempat_lahir: Name | None = None
    nik_ibu: Name | None = None
    nama_ibu: Name | None = None
    nama_ayah: Name | None = None
    nama_pasangan: Name | None = None
    alamat: Name | None = None
    rt: Name | None = None
    rw: Name | None = None
    kunci: tuple[Name, ...] = ()
    hanya_bila: str = "true"
    sekali: bool = False


class Entity(Strict):
    """A standard entity: grain, columns, rules, and the persons its rows name."""

    entitas: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$")]
    judul: str
    grain: Annotated[str, Field(pattern=r"^Satu baris per ")]
    gloss: str
    kolom: dict[Name, StandardColumn]
    aturan: tuple[Rule, ...] = ()
    orang: tuple[PersonRole, ...] = ()
    sel: bool = False

    @property
    def domain(self) -> str:
        """Indonesian domain, the first part of the entity's name."""
        return self.entitas.split(".")[0]

    @property
    def table(self) -> str:
        """The entity's part of relation names: ``penduduk.orang`` -> ``penduduk__orang``."""
        return self.entitas.replace(".", "__")

    def mapping_text(self) -> str:
        """What of the standard decides how a row is staged, as canonical text."""
        columns = {name: [column.jenis, column.wajib, list(column.nilai)] for name, column in self.kolom.items()}
        rules = [[rule.id, rule.tingkat, rule.syarat] for rule in self.aturan]
        return json.dumps([columns, rules], sort_keys=True)


class Survivorship(Strict):
    """Of which entity, and by which criteria, a value wins; see contracts/standar/prioritas.yaml."""

    sumber: tuple[str, ...]
    urutan: tuple[Literal["sumber", "kelengkapan", "kesepakatan", "kebaruan"], ...] = Field(min_length=1)


class Priority(Strict):
    """Whose value wins per attribute of a person; ``terkoreksi`` are the attributes that a steward may correct
    (contracts/standar/prioritas.yaml)."""

    bawaan: Survivorship
    atribut: dict[Name, Survivorship] = Field(default_factory=dict)
    terkoreksi: tuple[Name, ...] = ()


class VintageFacts(Strict):
    """The decree behind a vintage of a code system, and the day from which its codes hold."""

    berlaku_dari: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    dasar: str
    sumber: str


class RootRegion(Strict):
    """The region above all provinces, which the agencies' lists do not name themselves."""

    kode: str
    nama: str


class CodeSystem(Strict):
    """A region code system: its vintages, oldest first, and the width of its codes per level."""

    pemilik: str
    vintage: tuple[str, ...]
    lebar: dict[Literal["negara", "provinsi", "kabkota", "kecamatan", "desa"], int]
    rincian_vintage: dict[str, VintageFacts] = {}
    akar: RootRegion | None = None


class Standards(Strict):
    """All standard facts: entities by name, the attribute priority, the region code systems."""

    entitas: dict[str, Entity]
    prioritas: Priority
    sistem_wilayah: dict[str, CodeSystem]


def standards_folder() -> Path:
    """Folder of the standard entities inside this package."""
    return Path(__file__).parent / "standar"


def load_standards(folder: Path | None = None) -> Standards:
    """Read every standard entity.

    Raises:
        ContractError: with every problem found, file and line each.
    """
    folder = folder or standards_folder()
    problems: list[Problem] = []
    entities: dict[str, Entity] = {}
    for path in sorted(folder.glob("*.*.yaml")):
        file = read_yaml(path)
        try:
            entity = Entity.model_validate(file.data)
        except ValidationError as error:
            problems += problems_of(error, file, (), Entity)
            continue
        problems += _check_entity(entity, file)
        entities[entity.entitas] = entity
    priority_file, systems_file = read_yaml(folder / "prioritas.yaml"), read_yaml(folder / "wilayah.yaml")
    priority, systems = Priority(bawaan=Survivorship(sumber=(), urutan=("kebaruan",))), {}
    try:
        priority = Priority.model_validate(priority_file.data)
    except ValidationError as error:
        problems += problems_of(error, priority_file, (), Priority)
    for name, value in systems_file.data.items():
        try:
            systems[name] = CodeSystem.model_validate(value)
        except ValidationError as error:
            problems += problems_of(error, systems_file, (name,), CodeSystem)
    if problems:
        raise ContractError(problems)
    return Standards(entitas=entities, prioritas=priority, sistem_wilayah=systems)


def problems_of(error: ValidationError, file: YamlFile, prefix: Place, model: type[BaseModel]) -> list[Problem]:
    """Turn a pydantic error about ``model`` into problems with lines, without the offending values."""
    found = []
    for item in error.errors(include_url=False, include_input=False, include_context=True):
        place: Place = (*prefix, *item["loc"])
        text = item["msg"]
        if item["type"] == "extra_forbidden":
            text = f"is not a known key; valid: {', '.join(keys_at(model, item['loc'][:-1]))}"
        found.append(file.problem(place, text))
    return found


def keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys that a model takes at a place inside it."""
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = next((m for m in _models_in(model.model_fields[step].annotation)), model)
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a field's type names, e.g. in ``tuple[Rule, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _check_entity(entity: Entity, file: YamlFile) -> list[Problem]:
    problems = []
    if file.path.stem != entity.entitas:
        problems.append(file.problem(("entitas",), f"must equal the file's name, {file.path.stem}"))
    for index, role in enumerate(entity.orang):
        details = [getattr(role, name) for name in PERSON_DETAILS]
        used = [role.nik, role.nama, role.tanggal_lahir, role.jenis_kelamin, role.kode_wilayah, *details, *role.kunci]
        for name in used:
            if name and name not in entity.kolom:
                valid = ", ".join(entity.kolom)
                problems.append(file.problem(("orang", index), f"names no column {name}; valid: {valid}"))
    return problems


def short_hash(text: str) -> str:
    """Sixteen hex digits of SHA-256; for facts, never for personal values."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
