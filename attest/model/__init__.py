"""The words of the field as immutable values; no input or output happens here."""
