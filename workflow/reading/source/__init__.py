"""From the text of a file to trees of nodes: YAML 1.2 without what surprises authors.

Anchors, aliases, merge keys, tags, directives and duplicate keys are refused, and so is whatever is not plain
text. Each document of a file is read by itself, so that a fault in one hides nothing of the next. Only this
package knows the YAML parser.
"""

from workflow.reading.source.plain import LONGEST_NUMBER
from workflow.reading.source.reading import LARGEST, LOSING, read

__all__ = ["LARGEST", "LONGEST_NUMBER", "LOSING", "read"]
