"""How sure one may be of a share."""

from math import sqrt

from scipy.special import ndtri


def wilson(k: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval of a share after Wilson (1927), eq. 4 in Brown, Cai and DasGupta (2001).

    It takes observations as independent. (0, 1) for n = 0.
    """
    if n == 0:
        return 0.0, 1.0
    z = float(ndtri((1 + confidence) / 2))
    share, spread = k / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)
