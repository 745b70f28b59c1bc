"""The house rules of matching and what each thing is worth: values, limits, versions."""
