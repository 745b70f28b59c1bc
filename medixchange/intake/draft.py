"""A whole request before it is sent: four steps, each checked once, for the form and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from medixchange.intake.steps import HospitalStep, LanguagesStep, TopicStep
from medixchange.intake.windows import WindowsStep

STEPS: Mapping[str, type[BaseModel]] = {
    "hospital": HospitalStep,
    "topic": TopicStep,
    "times": WindowsStep,
    "languages": LanguagesStep,
}


@dataclass(frozen=True)
class SessionRequestDraft:
    """All four steps, each checked."""

    hospital: HospitalStep
    topic: TopicStep
    times: WindowsStep
    languages: LanguagesStep

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> SessionRequestDraft:
        """The draft from the answers of each step.

        Raises pydantic's ValidationError where a step is not complete.
        """
        return cls(
            hospital=HospitalStep.model_validate(answers.get("hospital", {})),
            topic=TopicStep.model_validate(answers.get("topic", {})),
            times=WindowsStep.model_validate(answers.get("times", {})),
            languages=LanguagesStep.model_validate(answers.get("languages", {})),
        )
