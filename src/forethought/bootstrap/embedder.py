"""The encoder that the settings name."""

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.application.ports.embedder import Embedder
from forethought.domain.errors import ConfigurationError
from forethought.settings import EmbeddingProvider, Settings


def build_embedder(settings: Settings) -> Embedder:
    """Build it; takes a second or two, so not on an event loop.

    Raises:
        ConfigurationError: a key or an address is missing.
    """
    set_to = settings.embedding
    if set_to.provider is EmbeddingProvider.LOCAL:
        models = settings.data_dir / "models"
        inner: Embedder = MiniLmEmbedder(cache_dir=models, variant=set_to.variant, threads=set_to.threads)
        return BatchingEmbedder(inner, max_batch=set_to.max_batch, queue_limit=set_to.queue_limit)
    inner = _remote(settings)
    return BatchingEmbedder(
        inner, max_batch=set_to.max_batch, queue_limit=set_to.queue_limit, concurrency=set_to.remote_concurrency
    )


def _remote(settings: Settings) -> Embedder:
    # Half a second to import, and no use to those who embed locally.
    from forethought.adapters.embedding.openai import (  # noqa: PLC0415
        BASE_URL,
        AzureOpenAiEmbedder,
        OpenAiEmbedder,
    )

    set_to, key = settings.embedding, settings.embedding_key
    if key is None:
        raise ConfigurationError(
            f"embedding by {set_to.provider.value} needs a key: set OPENAI_API_KEY or FORETHOUGHT_EMBEDDING__API_KEY"
        )
    if set_to.provider is EmbeddingProvider.OPENAI:
        return OpenAiEmbedder(
            api_key=key,
            model=set_to.model,
            dim=set_to.dimensions,
            base_url=set_to.base_url or BASE_URL,
            timeout_s=set_to.timeout_s,
        )
    if set_to.base_url is None:
        raise ConfigurationError("embedding by azure needs FORETHOUGHT_EMBEDDING__BASE_URL")
    return AzureOpenAiEmbedder(
        api_key=key,
        endpoint=set_to.base_url,
        deployment=set_to.deployment or set_to.model,
        model=set_to.model,
        dim=set_to.dimensions,
        api_version=set_to.api_version,
        timeout_s=set_to.timeout_s,
    )
