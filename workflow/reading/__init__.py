"""Reading: from the text of a file to values, with the place of every fault; `catalogue` leads through it."""
