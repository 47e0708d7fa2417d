"""The checks that keep a faulty definition from being published: one function each, its name the id of what it finds.

Checks of NAMES are asked of whatever could be read, those of FAMILIES and then those of SENSE only of definitions that
passed the ones before, with all of their family: so one misspelt state is one problem and not ten.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.problems import Problem
from workflow.reading.checks import (
    acting,
    alike,
    approving,
    by_the_book,
    classes,
    copying,
    dates,
    families,
    fitting,
    limits,
    loops,
    moving,
    naming,
    opening,
    outliving,
    pausing,
    rows,
    schedules,
    silence,
    waivers,
    ways,
    wording,
    worked_out,
)
from workflow.reading.checks.draft import Check, Draft
from workflow.reading.nodes import Finding

NAMES: tuple[Check, ...] = (
    naming.same_name,
    naming.unknown_state,
    naming.unknown_field,
    naming.unknown_event,
    naming.unknown_transition,
    naming.unknown_workflow,
    naming.unknown_calendar,
    naming.unknown_register,
    naming.unknown_role,
    approving.reserved_name,
    approving.for_each,
    approving.approver,
    fitting.condition,
    fitting.date_field,
    fitting.end_of_day,
    fitting.end_of_shift,
    fitting.bounds,
    fitting.table,
    fitting.follows_circle,
    fitting.same,
    rows.row_move,
    opening.opens_class,
    opening.open_condition,
    copying.field_copied,
    schedules.recurring_condition,
    worked_out.formula,
    worked_out.formula_circle,
    worked_out.total,
    worked_out.worked_out,
    worked_out.other_tickets,
    waivers.unknown_check,
    by_the_book.unknown_rule,
    by_the_book.unknown_form,
)

FAMILIES: tuple[Check, ...] = (
    families.family_member,
    families.family_field,
    families.become,
    schedules.recurring_member,
)

SENSE: tuple[Check, ...] = (
    ways.no_opening,
    ways.opening_target,
    ways.leaves_end,
    ways.unreachable_state,
    ways.no_way_to_end,
    approving.leads_back,
    approving.nobody_left,
    approving.never_applies,
    approving.runs_on,
    moving.clock_move,
    moving.clock_cycle,
    moving.assigned,
    moving.ask_for,
    limits.never_met,
    limits.nobody_told,
    limits.left_too_long,
    limits.unfilled_date,
    limits.need_unfillable,
    rows.never_a_row,
    limits.same_clock,
    schedules.recurring_opening,
    schedules.recurring_form,
    schedules.confidential_condition,
    schedules.due_in_period,
    schedules.without_shifts,
    schedules.without_holidays,
    schedules.due_of_nothing,
    silence.silent_state,
    opening.never_opened,
    opening.left_to_ask,
    outliving.children_left,
    outliving.not_cancellable,
    outliving.held_up,
    opening.child_cycle,
    silence.unwarned_end,
    alike.ambiguous,
    acting.nobody_acts,
    acting.nobody_may,
    acting.unfilled_department,
    pausing.idle_pause,
    loops.unbounded_pause,
    loops.unbounded_loop,
    classes.become_lighter,
    classes.limit_longer,
    classes.limit_left_out,
    dates.date_may_lack,
    dates.uncapped_date,
    wording.field_in_notice,
)


MOST = 200
"""So many problems of one definition are told before it is left at that."""


def run(checks: Iterable[Check], draft: Draft) -> tuple[list[Problem], list[tuple[Problem, str]]]:
    """What the checks find, and apart from it what an `accept` waives, with its reason."""
    problems: list[Problem] = []
    waived: list[tuple[Problem, str]] = []
    for check in checks:
        for path, finding in check(draft):
            if len(problems) >= MOST:
                problems.append(draft.node.problem(_TOO_MANY))
                return problems, waived
            problem = draft.node.problem(finding, path)
            reason = waivers.reason(draft.node, path, finding.check)
            if reason is None:
                problems.append(problem)
            else:
                waived.append((problem, reason))
    return problems, waived


_TOO_MANY = Finding(
    "too_big",
    f"this definition has more than {MOST} problems; mend these first",
    f"这个定义的问题超过 {MOST} 个；请先改这些",
)
