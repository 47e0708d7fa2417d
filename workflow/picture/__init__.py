"""What `draw` is made of: what is in a picture (chart, captions), how large it is, where it goes, how it is written.

A picture answers how a ticket goes, by whom, against which time, and who hears of it. So it shows

- every state with who must act or is asked (step by step), what happens on entering, the moves that stay in it, and
  a pill for each deadline that runs or is paused and each reminder that may come there;
- every transition with who may make it, whether the clock does and by which timing (a dashed arrow: nobody else may),
  who is told, what must be on file before and how many checks there are, and whatever changes the way: what it
  becomes, opens, waits for, sets, how often and from when it is possible;
- every deadline, reminder and schedule with its limit, its events, its conditions, and each of its steps;
- the promises, the accountable role and who is told of every move.

It leaves to the explanation in words what would only crowd it: which fields a move asks for and what they may hold, the
texts of checks, what a notice says, who becomes the assignee (the state behind the move says who acts), the approval's
notices, rules, records, notes. A transition from many states is drawn once, beside the graph. Mermaid text leaves out
more, as its labels lie on each other when they are long: who may make a move, who is told, what is checked.

There is one set of colours, on a ground of its own: a style sheet for dark pages would not get past the content policy
of a page that shows the picture, and printed it must be light anyway.
"""
