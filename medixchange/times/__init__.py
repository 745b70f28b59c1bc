"""Half-open UTC intervals, wall clocks with their gaps and folds, holidays and country rules; no I/O."""
