"""Everything that can be refused, as one tree.

ForethoughtError
├── InvalidInput            the caller's fault; nothing was stored
│   ├── UnknownStrategy
│   ├── InvalidAsset
│   ├── InvalidTime
│   ├── InvalidText
│   ├── InvalidBody         no JSON of the expected form
│   ├── InvalidNumber
│   └── NotFound
├── DimensionMismatch       vectors of different models met
├── Unauthorised            a write without the key that it needs
├── ConfigurationError      a setting or a file of settings is wrong; fix it and start again
└── Unavailable             try again later
    ├── StoreUnavailable
    ├── EmbedderUnavailable
    ├── VerifierUnavailable the second reader of two texts (application/ports/verifier)
    ├── ThinkerUnavailable  one model (application/ports/thinker)
    ├── PanelFailed         too few analysts have an opinion (application/ports/analysts)
    └── Overloaded          a bounded queue is full
"""

from typing import ClassVar


class ForethoughtError(Exception):
    """Base of all errors that Forethought raises on purpose."""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False


class InvalidInput(ForethoughtError):
    """The request cannot be understood; `field` names the part at fault where one part is."""

    code = "invalid_input"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class UnknownStrategy(InvalidInput):
    """No strategy file has this name."""

    code = "unknown_strategy"


class InvalidAsset(InvalidInput):
    """The asset symbol is malformed."""

    code = "invalid_asset"


class InvalidTime(InvalidInput):
    """A date or time cannot be read, or lies outside the years 1970-2200."""

    code = "invalid_time"


class InvalidText(InvalidInput):
    """A text is empty, too long, or not text."""

    code = "invalid_text"


class InvalidBody(InvalidInput):
    """A request or a line of a file is no JSON of the expected form."""

    code = "invalid_body"


class InvalidNumber(InvalidInput):
    """A number is not finite or lies outside its range."""

    code = "invalid_number"


class NotFound(InvalidInput):
    """The thing that was asked for does not exist (any more)."""

    code = "not_found"


class DimensionMismatch(ForethoughtError):
    """Vectors of different dimension or of different models met."""

    code = "dimension_mismatch"


class Unauthorised(ForethoughtError):
    """Changing what is remembered needs the write key."""

    code = "unauthorised"


class ConfigurationError(ForethoughtError):
    """A setting, strategy file or installation is wrong; the message says what to do."""

    code = "configuration"


class Unavailable(ForethoughtError):
    """A part that is needed does not answer now."""

    code = "unavailable"
    retryable = True


class StoreUnavailable(Unavailable):
    """Redis does not answer."""

    code = "store_unavailable"


class EmbedderUnavailable(Unavailable):
    """The embedding model does not answer."""

    code = "embedder_unavailable"


class VerifierUnavailable(Unavailable):
    """The model that reads two texts together does not answer; what it should have judged is not reused."""

    code = "verifier_unavailable"


class Overloaded(Unavailable):
    """A bounded queue is full."""

    code = "overloaded"


class LookAhead(ForethoughtError):
    """Something later than a decision was used for it: no figure of the run may be believed."""

    code = "look_ahead"
