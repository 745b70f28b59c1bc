"""What in a text may belong to a patient is pointed out; what a hospital writes about its work is not."""

from __future__ import annotations

import pytest

from medixchange.intake.patients import doubt
from medixchange.messages import N_, Message


@pytest.mark.parametrize(
    ("text", "quoted", "what"),
    [
        ("A man of 40, MRN: 44871", "MRN: 4", N_("a patient's record number")),
        ("住院号 20391 的患者", "住院号 2", N_("a patient's record number")),
        ("Child born 12 May, on oxygen", "born 12", N_("a date of birth")),
        ("Admitted, 1990-01-02", "1990-01-02", N_("a date of birth")),
        ("Patient du 2/1/1990", "2/1/1990", N_("a date of birth")),
        ("Call 0788123456", "0788123456", N_("a record number or a telephone number")),
        ("Mme ou Monsieur Habimana", "Monsieur Habimana", N_("a patient's name")),
    ],
)
def test_what_looks_like_a_patients_is_quoted(text: str, quoted: str, what: str) -> None:
    asked = doubt(text)

    assert asked is not None
    assert dict(asked.values) == {"text": quoted, "what": Message(what)}


@pytest.mark.parametrize(
    "text",
    [
        "SpO2 < 92 % on 1-6 L/min of oxygen",
        "Since March 2020 we have had 1,600 cases",
        "Weaning from ventilation, 40 nurses, 3 wards",
        "如何安排护理人员的排班",
    ],
)
def test_figures_of_a_ward_are_not_taken_for_a_patients(text: str) -> None:
    assert doubt(text) is None
