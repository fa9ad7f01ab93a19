"""Single-line faults of the engine, each of which the replay of XState's recorded answers has to notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`line` of a file of src/orderway/statechart, as it stands there, becomes `to`."""

    file: str
    line: str
    to: str


def mutants(file: str, *lines: tuple[str, str]) -> list[Mutant]:
    return [Mutant(file, line, to) for line, to in lines]


MUTANTS = [
    *mutants(
        "nodes.py",
        ("return self.kind in (Kind.ATOMIC, Kind.FINAL)", "return self.kind is Kind.ATOMIC"),
        ("self.parent is not None and self.parent.parent is None", "self.parent is not None"),
        ("return other is None or any(above is other for above in self.ancestors())", "return other is self.parent"),
        ("return other is None or any(", "return any("),
        ("return (child for child in self.children if child.kind is Kind.HISTORY)", "return iter(())"),
        ("node = self.parent", "node = self.parent and self.parent.parent"),
        ("node = node.initial", "node = node.children[0]"),
    ),
    *mutants(
        "plan.py",
        ("if leaf.ends_all:", "if not leaf.is_leaf:"),
        ("around = [leaf, *leaf.ancestors()]", "around = [*leaf.ancestors(), leaf]"),
        ("around = [leaf, *leaf.ancestors()]", "around = [leaf]"),
        ("names = dict.fromkeys(name for node in around", "names = dict.fromkeys(name for node in around[:1]"),
        ('rows(node.on.get(name, []) + node.on.get("*", [])))', "rows(node.on.get(name, [])))"),
        (
            'rows(node.on.get(name, []) + node.on.get("*", [])))',
            'rows(node.on.get("*", []) + node.on.get(name, [])))',
        ),
        ('other=tuple(row for node in around for row in rows(node.on.get("*", []))),', ""),
        ("always=tuple(row for node in around for row in rows(node.always)),", ""),
        ("self.test = transition.guard.test", "self.test = None"),
        ("return Plan(transition.actions, leaf.name)", "return Plan((), leaf.name)"),
        ("child = history.get(", 'child = "" and history.get('),
        ("if child not in self.recalled:", "if not self.recalled:"),
        ("aim = remembered or target.initial or target", "aim = target.initial or target"),
        ("aim = remembered or target.initial or target", "aim = remembered or target.parent or target"),
        ("left = [node for node in (leaf, *leaf.ancestors())", "left = [node for node in (*leaf.ancestors(), leaf)"),
        ("for history in node.histories()}", "for history in list(node.histories())[:1]}"),
        ("end = remembers.get(target.name, aim).landing()", "end = aim.landing()"),
        ("end = remembers.get(target.name, aim).landing()", "end = remembers.get(target.name, aim)"),
        ("(domain, target.parent) if target.kind is Kind.HISTORY else (domain,)", "(domain,)"),
        ("for node in reversed([end, *end.ancestors()]) if any(", "for node in [end, *end.ancestors()] if any("),
        ("*(action for node in left for action in node.exit),", ""),
        ("            *transition.actions,", ""),
        ("            *ending(end),", ""),
        ("into = reversed([end, *end.ancestors()])", "into = [end, *end.ancestors()]"),
        ("if not transition.reenter and (", "if ("),
        ("if not transition.reenter and (", "if transition.reenter and ("),
        ("(target is source or target.is_within(source)):", "target.is_within(source):"),
        ("(target is source or target.is_within(source)):", "target is source:"),
        ("if source.is_within(above):", "if above:"),
        ("    return None", "    return source"),
        ("if node.kind is Kind.FINAL and node.parent is not None:", "if node.ends_all:"),
        ("return [*node.entry, Action(", "return [Action("),
        ("return [action for node in (end, *end.ancestors())", "return [action for node in (end,)"),
    ),
    *mutants(
        "step.py",
        ("MAX_ROUNDS = 1000", "MAX_ROUNDS = 3"),
        ("leaf.on.get(event.name, leaf.other)", "leaf.on.get(event.name, ())"),
        ("if row.test is None or row.test(context, event, facts):", "if row.test is None:"),
        (
            "if row.test is None or row.test(context, event, facts):",
            "if row.test is not None and row.test(context, event, facts):",
        ),
        ("for row in rows:", "for row in reversed(rows):"),
        ("changed = plan.leaf != state or bool(plan.remembers)", "changed = plan.leaf != state"),
        ("changed = plan.leaf != state or bool(plan.remembers)", "changed = bool(plan.remembers)"),
        ("changed = plan.leaf != state or bool(plan.remembers)", "changed = True"),
        ("context, changed = result, True", "context = result"),
        ("{**history, **plan.remembers} if plan.remembers else history", "history"),
        ("{**history, **plan.remembers} if plan.remembers else history", "dict(plan.remembers)"),
        ("ask_always = ask_always or changed", "ask_always = True"),
        ("ask_always = ask_always or changed", "ask_always = changed"),
        ("if ask_always else None", "if False else None"),
        ("event = raised.popleft()", "event = raised.pop()"),
        ("row = chosen(leaf, event, context, facts)", "row = None"),
        ("effects.append(result)", "effects.insert(0, result)"),
        ("raised.append(result)", "raised.appendleft(result)"),
    ),
]
