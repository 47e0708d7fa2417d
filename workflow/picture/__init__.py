"""What `draw` is made of: what is in a picture (chart, captions), how large it is, where it goes, how it is written."""
