"""Promises: how long a ticket may rest until somebody is told, proved before a definition is published.

The proof, in plain words. A silence begins with the last thing that happens to a ticket: a move, or a telling; it ends
with the next telling that is certain. Which one that is depends on which clocks run and for how long, so

1. every way in which a ticket of the family can be is listed (`configurations`, `exploring`): its state, its clocks,
   and in which order they began. Moves are made whatever their checks and `at_most` say and conditions are taken both
   ways, so more ways are listed than there are, and none is missing;
2. for each of them, and each instant of the years, it is asked how late the next telling can be (`sources`,
   `standing`). A clock that began later tells later, so the latest start that is possible is the worst; but a clock
   whose next level has just fired may be worse again, as the one after it may be far off. There are no other places to
   look at. Clocks that began together are looked at together, others each at its own worst: that can only be too long;
3. all instants of the years are looked at at once (`course`, `years`): what comes when is a row of pieces that rise as
   time does or are level, and the longest silence begins where one of them does.

So what comes out is never too short. It is called exact only where a history shows it that the engine itself replays
(`witness`).
"""
