"""The shape of the files: which keys a part has, and how each value is read. Only this package knows marshmallow."""

from workflow.reading.schema.files import KINDS, kind_of, load

__all__ = ["KINDS", "kind_of", "load"]
