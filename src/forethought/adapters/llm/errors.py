"""What a vendor's error is called with us."""

import openai

from forethought.application.ports.thinker import ThinkerUnavailable
from forethought.domain.opinion import Failure

ERRORS: dict[type[openai.OpenAIError], tuple[Failure, str]] = {
    openai.OpenAIError: (Failure.UNAVAILABLE, "failed"),
    openai.APIError: (Failure.UNAVAILABLE, "failed"),
    openai.APIResponseValidationError: (Failure.UNAVAILABLE, "answered something else than a chat completion"),
    openai.APIConnectionError: (Failure.UNAVAILABLE, "cannot be reached, or cut the connection"),
    openai.APITimeoutError: (Failure.TIMEOUT, "did not answer in time"),
    openai.APIStatusError: (Failure.UNAVAILABLE, "did not take the request"),
    openai.InternalServerError: (Failure.UNAVAILABLE, "failed inside"),
    openai.ConflictError: (Failure.UNAVAILABLE, "found a conflict"),
    openai.RateLimitError: (Failure.RATE_LIMITED, "limits how often it is asked"),
    openai.AuthenticationError: (Failure.UNAVAILABLE, "did not accept the key"),
    openai.PermissionDeniedError: (Failure.UNAVAILABLE, "does not let this key use the model"),
    openai.NotFoundError: (Failure.UNAVAILABLE, "knows no such address, model or deployment"),
    openai.BadRequestError: (
        Failure.UNAVAILABLE,
        "did not understand the request; the model must know structured output and tools",
    ),
    openai.UnprocessableEntityError: (Failure.UNAVAILABLE, "did not understand the request"),
}
"""What each vendor error becomes; the most specific class wins."""

_CODES: dict[str, tuple[Failure, str]] = {
    "insufficient_quota": (Failure.RATE_LIMITED, "says that the quota is used up"),  # comes as 429
    "content_filter": (Failure.REFUSED, "has a content filter that stopped the prompt"),  # Azure, as 400
}
"""Codes that say more than the class."""


def translate(provider: str, error: openai.OpenAIError) -> ThinkerUnavailable:
    """Name our error; the vendor's own text, which may quote the key or the news, stays out of its message."""
    by_class = next(ERRORS[base] for base in type(error).__mro__ if base in ERRORS)
    failure, phrase = _CODES.get(str(getattr(error, "code", None)), by_class)
    status = getattr(error, "status_code", None)
    where = "" if status is None else f" (status {status})"
    return ThinkerUnavailable(f"{provider}: {phrase}{where}", failure=failure)
