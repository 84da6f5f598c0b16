"""The labelled stream over HTTP, by the service alone: ask, and teach what it did not know (and one hit in ten).

Run as `python benchmarks/stream.py texts.jsonl --asset XAU`: JSON lines of `text` and `signal` (1, 0, -1), in time
order, or a parquet file with `text` and `label`. The service has to be running (make run DEMO=0) with an empty scope.
"""

import argparse
import json
import random
from pathlib import Path

import httpx
import pandas as pd

SIGNALS = {"bearish": -1, "neutral": 0, "bullish": 1}


def read(path: Path) -> list[tuple[str, int]]:
    """Read texts and their true answers."""
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        return [(text, SIGNALS[label]) for text, label in zip(frame["text"], frame["label"], strict=True)]
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [(row["text"], int(row["signal"])) for row in rows]


def main() -> None:
    """Play the stream, and print coverage and errors of the whole and of its second half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8005")
    parser.add_argument("--asset", default="XAU")
    parser.add_argument("--audit", type=float, default=0.1, help="share of hits whose true answer is inserted")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--negate", action="store_true", help="negate every label")
    chosen = parser.parse_args()
    rng, seen = random.Random(chosen.seed), []  # noqa: S311 - a sample, not a secret
    with httpx.Client(base_url=chosen.url, timeout=30) as http:
        for text, signal in read(chosen.file)[: chosen.limit]:
            truth = -signal if chosen.negate else signal
            question = {"text": text, "asset": chosen.asset, "agents": "never"}
            response = http.post("/decide", json=question)
            if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:  # nothing but a link, for example
                continue
            answer = response.raise_for_status().json()
            hit, said = answer["cache"]["hit"], answer["decision"]["signal"]
            seen.append((hit, said != truth, said * truth == -1))
            if not hit or rng.random() < chosen.audit:
                record = {"input_report": text, "signal": truth, "conviction": 0.8, "asset": chosen.asset}
                http.post("/insert_data", json=record).raise_for_status()
    for name, part in (("all", seen), ("second half", seen[len(seen) // 2 :])):
        hits = [row for row in part if row[0]]
        n = max(1, len(hits))
        answered, wrong, opposite = len(hits) / len(part), sum(h[1] for h in hits) / n, sum(h[2] for h in hits) / n
        print(f"{name}: n {len(part)}, answered {answered:.1%}, wrong {wrong:.2%}, opposite {opposite:.2%}")


if __name__ == "__main__":
    main()
