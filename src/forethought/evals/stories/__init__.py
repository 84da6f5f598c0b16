"""Whether reports are gathered into stories rightly: a file of articles is lived through, and judged pairs are asked."""
