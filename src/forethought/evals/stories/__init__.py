"""Whether reports are gathered into stories rightly: a file of articles is lived through, judged pairs are asked."""
