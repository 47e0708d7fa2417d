"""A lifecycle in plain sentences, Chinese and English, for somebody who never saw a definition."""
