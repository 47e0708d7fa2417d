"""The lifecycle engine: text in, values out.

Definitions, calendars and tickets are read, checked, decided and counted here. Nothing in this package knows
a request, a session, a table, a path, the environment or the present time: the instant is always a parameter.
It may import the standard library and, each in one module only, marshmallow (`schema`), the YAML parser
(`source`), lark (`conditions`), transitions (`machine`) and holidays (`calendar`). It never imports `service`.
"""
