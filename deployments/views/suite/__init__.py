"""Pages of the test suite: cases, sets, runs of them, results, and two versions held side by side."""
