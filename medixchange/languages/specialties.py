"""The controlled list of specialties, by code; names are message ids that the edge translates."""

from __future__ import annotations

from medixchange.messages import N_

SPECIALTIES: dict[str, str] = {
    "intensive-care": N_("Intensive care"),
    "respiratory": N_("Respiratory medicine"),
    "infection-control": N_("Infection prevention and control"),
    "infectious-diseases": N_("Infectious diseases"),
    "emergency": N_("Emergency medicine"),
    "laboratory": N_("Laboratory medicine"),
    "radiology": N_("Radiology and imaging"),
    "nursing": N_("Nursing"),
    "paediatrics": N_("Paediatrics"),
    "obstetrics": N_("Obstetrics and gynaecology"),
    "internal-medicine": N_("Internal medicine"),
    "cardiology": N_("Cardiology"),
    "nephrology": N_("Nephrology and dialysis"),
    "anaesthesia": N_("Anaesthesia"),
    "surgery": N_("Surgery"),
    "oncology": N_("Oncology"),
    "pharmacy": N_("Pharmacy"),
    "rehabilitation": N_("Rehabilitation"),
    "mental-health": N_("Mental health"),
    "traditional-medicine": N_("Traditional Chinese medicine"),
    "hospital-management": N_("Hospital management"),
    "public-health": N_("Public health"),
}
