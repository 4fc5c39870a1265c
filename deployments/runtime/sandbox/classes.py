"""Classes of an agent's file, rewritten for an interpreter without inheritance, method decorators and nested classes.

What a class is made of is told to the sandbox after it was made: `_class(...)` there copies what it inherits and puts
objects that can be called in the place of static methods and class methods.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from deployments.resources.python_parsing import quietly
from deployments.runtime.sandbox import known
from deployments.runtime.sandbox.modules import Module, Modules
from deployments.runtime.sandbox.writing import assigned, call, last_name, name, same_place, strings

_MODELS = frozenset({"BaseModel", "RootModel"})


@dataclass
class Made:
    """A class while it is rewritten: its bases that matter, what it holds, and its methods by how they are called."""

    name: str
    bases: list[ast.expr]
    names: list[str] = field(default_factory=list)
    static: list[str] = field(default_factory=list)
    of_class: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    # What its objects hold: declared fields, and what its methods assign to themselves.
    fields: list[str] = field(default_factory=list)
    after: list[ast.stmt] = field(default_factory=list)


class Classes(ast.NodeTransformer):
    """The part of `Rewriting` that visits classes and what is said of a base."""

    module: Module
    modules: Modules
    # The class around the current node.
    inside: Made | None

    def note(self, node: ast.AST, message: str) -> None:
        raise NotImplementedError

    def visit_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        bases = [last_name(base) for base in node.bases]
        if any(_is_exception(base) for base in bases):
            return self._exception(node, next(base for base in node.bases if _is_exception(last_name(base))))
        if "TypedDict" in bases:
            return [same_place(assigned(node.name, name("dict")), node)]
        if known.ENUMS.intersection(bases):
            return self._enumeration(node, str_like=bool({"StrEnum", "IntEnum"}.intersection(bases) or "str" in bases))
        return self._plain(node, bases)

    # Exceptions and enumerations are no classes in the sandbox

    def _exception(self, node: ast.ClassDef, base: ast.expr) -> list[ast.stmt]:
        said = f"{node.name} is a plain {last_name(base)} here: an except clause for the one catches the other"
        own = [one for one in node.body if isinstance(one, ast.FunctionDef)]
        self.note(node, f"{said}, and it has no fields of its own." if own else f"{said}.")
        visited = self.visit(base)
        assert isinstance(visited, ast.expr)
        return [same_place(assigned(node.name, visited), node)]

    def _enumeration(self, node: ast.ClassDef, *, str_like: bool) -> list[ast.stmt]:
        members = [
            (target.id, statement.value)
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        ]
        methods: list[ast.stmt] = [one for one in node.body if isinstance(one, ast.FunctionDef)]
        if any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in methods):
            self.note(node, f"Members of {node.name} are made without what __init__ is given: it fails.")
        if str_like:
            self.note(node, f"Members of {node.name} are not themselves text or numbers: compare their value.")
        holder = ast.ClassDef(node.name, [], [], methods or [ast.Pass()], [])
        made = self._plain(same_place(holder, node), [])
        values = ast.List([self._expression(value) for _, value in members], ast.Load())
        told = call(
            name("_enum"), ast.Constant(node.name), name(node.name), strings([one for one, _ in members]), values
        )
        return [*made, same_place(assigned(node.name, told), node)]

    # Everything else

    def _plain(self, node: ast.ClassDef, bases: list[str]) -> list[ast.stmt]:
        is_model = bool(_MODELS.intersection(bases))
        tuple_like = "NamedTuple" in bases
        if tuple_like:
            self.note(node, f"{node.name} is no tuple here: its fields are read by name only.")
        own = [base for base in node.bases if last_name(base) not in known.EMPTY_BASES | _MODELS | {"NamedTuple"}]
        decorators = [last_name(_called(one)) for one in node.decorator_list]
        is_data = tuple_like or "dataclass" in decorators
        if any(_is_ordered(one) for one in node.decorator_list):
            self.note(node, f"Objects of {node.name} cannot be ordered here.")
        for base in () if is_data else own:
            self.unknown_base(node, last_name(base))
        self._note_decorators(node, node.name, decorators)
        made = Made(node.name, own)
        before: list[ast.stmt] = []
        body: list[ast.stmt] = []
        if is_data:
            body += self._fields_of_bases(own, node)
        outer, self.inside = self.inside, made
        for statement in node.body:
            match statement:
                case ast.ClassDef():
                    hoisted = f"_{node.name}_{statement.name}"
                    made.after.append(
                        same_place(
                            ast.Assign([ast.Attribute(name(node.name), statement.name, ast.Store())], name(hoisted)),
                            statement,
                        )
                    )
                    statement.name = hoisted
                    before += self.visit_ClassDef(statement)
                case ast.FunctionDef():
                    body.append(self._method(statement, made))
                case ast.AnnAssign(target=ast.Name(id=declared), annotation=annotation, value=ast.expr() as value) if (
                    last_name(annotation) == "ClassVar"
                ):
                    made.names.append(declared)
                    body.append(same_place(assigned(declared, self._expression(value)), statement))
                case ast.AnnAssign(target=ast.Name(id=declared)):
                    made.fields.append(declared)
                    if statement.value is not None and not is_data:
                        made.names.append(declared)
                    body += self._field(statement, annotated=is_data)
                case ast.Assign(targets=targets) if all(isinstance(target, ast.Name) for target in targets):
                    made.names += [target.id for target in statement.targets if isinstance(target, ast.Name)]
                    statement.value = self._expression(statement.value)
                    body.append(statement)
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    self.note(statement, f"The class {node.name} holds what the sandbox does not run.")
        self.inside = outer
        wanted = {"dataclass"} if is_data else set()
        node.decorator_list = [
            self._expression(one) for one in node.decorator_list if last_name(_called(one)) in wanted
        ]
        if tuple_like:
            node.decorator_list = [call(name("_supplied"), ast.Constant("dataclasses"), ast.Constant("dataclass"))]
        node.bases, node.keywords, node.body = [], [], body or [ast.Pass()]
        return [*before, node, same_place(self._told(made, is_model=is_model), node), *made.after]

    def _method(self, method: ast.FunctionDef, made: Made) -> ast.stmt:
        decorators = [last_name(_called(one)) for one in method.decorator_list]
        if method.name in known.NOT_CALLED:
            self.note(method, f"{made.name}.{method.name} {known.NOT_CALLED[method.name]}.")
        if "setter" in decorators or "deleter" in decorators:
            self.note(method, f"{made.name}.{method.name} is set without its setter.")
            method.name = f"_{decorators[-1]}_{method.name}"
        elif "staticmethod" in decorators:
            made.static.append(method.name)
        elif "classmethod" in decorators:
            made.of_class.append(method.name)
        elif "property" in decorators or "cached_property" in decorators:
            made.properties.append(method.name)
        self._note_decorators(method, f"{made.name}.{method.name}", decorators)
        made.names.append(method.name)
        made.fields += [one for one in _assigned_to_itself(method) if one not in made.fields]
        method.decorator_list = []
        visited = self.visit(method)
        assert isinstance(visited, ast.FunctionDef)
        return visited

    def _field(self, statement: ast.AnnAssign, *, annotated: bool) -> list[ast.stmt]:
        value = self._expression(statement.value) if statement.value else None
        if annotated:
            # The annotation is never evaluated, but it is what makes it a field.
            return [same_place(ast.AnnAssign(statement.target, name("object"), value, 1), statement)]
        if value is None:
            return []
        return [same_place(ast.Assign([statement.target], value), statement)]

    def _note_decorators(self, node: ast.AST, of: str, decorators: list[str]) -> None:
        for decorator in decorators:
            if decorator not in known.DECORATORS_OF_CLASSES:
                self.note(node, f"{of} is made without its @{decorator}.")

    def unknown_base(self, node: ast.ClassDef, base: str) -> None:
        self.note(node, f"What {node.name} inherits from {base} is not known here.")

    def _fields_of_bases(self, bases: list[ast.expr], node: ast.ClassDef) -> list[ast.stmt]:
        """A data class has the fields of its bases first; the interpreter does not know of bases."""
        fields: list[ast.stmt] = []
        for base in bases:
            found = self.modules.class_named(last_name(base), self.module)
            if found is None:
                self.unknown_base(node, last_name(base))
                continue
            fields += self._fields_of_bases(found.bases, found)
            for statement in found.body:
                if isinstance(statement, ast.AnnAssign):
                    with quietly():
                        again = ast.parse(ast.unparse(statement)).body[0]
                    assert isinstance(again, ast.AnnAssign)
                    fields += self._field(same_place(again, node), annotated=True)
        return fields

    def _told(self, made: Made, *, is_model: bool) -> ast.stmt:
        words = ("names", "static", "of_class", "properties", "fields")
        told = ast.Call(
            name("_class"),
            [ast.Constant(made.name), name(made.name), ast.List(made.bases, ast.Load())],
            [
                *(ast.keyword(word, strings(getattr(made, word))) for word in words),
                ast.keyword("module", ast.Constant(self.module.name)),
                ast.keyword("is_model", ast.Constant(is_model)),
            ],
        )
        return assigned(made.name, told)

    def _expression(self, expression: ast.expr) -> ast.expr:
        visited = self.visit(expression)
        assert isinstance(visited, ast.expr)
        return visited

    # What is said of a base, and of exceptions

    def inherited_call(self, node: ast.Call) -> ast.Call | None:
        """`super().method(...)` as a call of the base's method with the object itself."""
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=method):
                bases: list[ast.expr] = self.inside.bases if self.inside else []
                found = call(name("_inherited"), ast.List(bases, ast.Load()), ast.Constant(method))
                arguments = [name(self.first_argument()), *(self._expression(one) for one in node.args)]
                keywords = [ast.keyword(one.arg, self._expression(one.value)) for one in node.keywords]
                return same_place(ast.Call(found, arguments, keywords), node)
        return None

    def first_argument(self) -> str:
        raise NotImplementedError

    def raised(self, node: ast.Call) -> ast.Call:
        """An exception takes one text here: several arguments become one."""
        if isinstance(node.func, ast.Name) and _is_exception(node.func.id) and (len(node.args) > 1 or node.keywords):
            arguments = [*node.args, *(one.value for one in node.keywords)]
            return same_place(ast.Call(node.func, [call(name("_joined"), *arguments)], []), node)
        return node


def properties_of(modules: Modules) -> frozenset[str]:
    """The names that some class of the version reads by a method."""
    return frozenset(
        node.name
        for module in modules
        if module.tree is not None
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        and any(last_name(_called(one)) in ("property", "cached_property") for one in node.decorator_list)
    )


def _assigned_to_itself(method: ast.FunctionDef) -> list[str]:
    if not method.args.args:
        return []
    itself = method.args.args[0].arg
    return [
        node.attr
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == itself
    ]


def _called(expression: ast.expr) -> ast.expr:
    return expression.func if isinstance(expression, ast.Call) else expression


def _is_ordered(decorator: ast.expr) -> bool:
    """`@dataclass(order=True)`"""
    options = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(one.arg == "order" and getattr(one.value, "value", None) is True for one in options)


def _is_exception(identifier: str) -> bool:
    return identifier in known.EXCEPTIONS or identifier.endswith(("Error", "Exception"))
