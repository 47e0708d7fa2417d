"""The tables, one file per aggregate: what is stored, and nothing that decides.

Used as `tables.Ticket` in statements (`select(tables.Ticket.state).where(...)`), seldom as objects. Rows are written by
one module each, and `moves` is the one writer of tickets, entries, field values, clocks, timers and notices.
"""

from service.tables.clock import Clock, Timer
from service.tables.counted import Counted
from service.tables.directory_stamp import DirectoryStamp
from service.tables.entry import Entry, FieldValue
from service.tables.file import Attachment, File
from service.tables.idempotency import Idempotency
from service.tables.notice import Notice
from service.tables.occurrence import Occurrence, Schedule
from service.tables.person import Person
from service.tables.publication import CalendarRevision, Publication, Revision, SourceFile
from service.tables.register import RegisterChange, RegisterEntry
from service.tables.role_holding import RoleHolding
from service.tables.schema_support import SchemaSupport
from service.tables.site import Department, Site
from service.tables.ticket import Ticket, TicketNumber
from service.tables.ticket_text import TicketText
from service.tables.token import Token

__all__ = [
    "Attachment",
    "CalendarRevision",
    "Clock",
    "Counted",
    "Department",
    "DirectoryStamp",
    "Entry",
    "FieldValue",
    "File",
    "Idempotency",
    "Notice",
    "Occurrence",
    "Person",
    "Publication",
    "RegisterChange",
    "RegisterEntry",
    "Revision",
    "RoleHolding",
    "Schedule",
    "SchemaSupport",
    "Site",
    "SourceFile",
    "Ticket",
    "TicketNumber",
    "TicketText",
    "Timer",
    "Token",
]
