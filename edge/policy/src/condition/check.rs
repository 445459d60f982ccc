//! The type checker: walks the syntax tree, gives every part a type, and finds the facts that are read.

use super::{MAX_DEPTH, Problem};
use crate::facts::{self, FACTS, Fact, GROUPS, Type};
use crate::names;
use cel::common::ast::operators as op;
use cel::common::ast::{CallExpr, Expr, LiteralValue, SelectExpr};
use cel::{IdedExpr, Program};

const TEXT_TESTS: [&str; 3] = ["contains", "startsWith", "endsWith"];
const FUNCTIONS: [&str; 4] = ["contains", "endsWith", "size", "startsWith"];

/// The facts that the program reads, in the order of the table.
pub fn check(source: &str, program: &Program) -> Result<Vec<&'static Fact>, Vec<Problem>> {
    let mut checker = Checker { source, program, reads: Vec::new(), problems: Vec::new() };
    let root = program.expression();
    let kind = checker.expr(root, 0);
    if !kind.may_be(Type::Bool) {
        let message = format!("a condition is true or false, and this is a {}", kind.name());
        checker.problem(root, message);
    }
    if !checker.problems.is_empty() {
        return Err(checker.problems);
    }
    let mut reads = checker.reads;
    reads.sort_by_key(|fact| FACTS.iter().position(|known| std::ptr::eq(known, *fact)));
    reads.dedup_by(|a, b| std::ptr::eq(*a, *b));
    Ok(reads)
}

/// The type of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    One(Type),
    List(Option<Type>),
    /// Its problem has been said: it raises no further ones.
    Wrong,
}

impl Kind {
    pub(super) fn may_be(&self, kind: Type) -> bool {
        matches!(self, Self::Wrong) || *self == Self::One(kind)
    }

    pub(super) fn is_numeric(&self) -> bool {
        self.may_be(Type::Int) || self.may_be(Type::Number)
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::One(kind) => kind.name(),
            Self::List(_) => "list",
            Self::Wrong => "mistake",
        }
    }
}

pub(super) const BOOL: Kind = Kind::One(Type::Bool);

pub(super) struct Checker<'a> {
    source: &'a str,
    program: &'a Program,
    reads: Vec<&'static Fact>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    pub(super) fn expr(&mut self, expr: &IdedExpr, depth: usize) -> Kind {
        if depth > MAX_DEPTH {
            return self.problem(expr, format!("operators nest at most {MAX_DEPTH} deep"));
        }
        match &expr.expr {
            Expr::Literal(literal) => self.literal(expr, literal),
            Expr::Ident(name) => self.bare_name(expr, name),
            Expr::Select(select) => self.fact(expr, select),
            Expr::Call(call) => self.call(expr, call, depth + 1),
            Expr::List(list) => self.list(&list.elements, depth + 1),
            _ => self.problem(
                expr,
                "only facts, texts, numbers, lists and operators are possible here".to_owned(),
            ),
        }
    }

    fn literal(&mut self, expr: &IdedExpr, literal: &LiteralValue) -> Kind {
        match literal {
            LiteralValue::Boolean(_) => BOOL,
            LiteralValue::Int(_) => Kind::One(Type::Int),
            LiteralValue::Double(_) => Kind::One(Type::Number),
            LiteralValue::String(_) => Kind::One(Type::Text),
            LiteralValue::UInt(_) => self.problem(expr, "write the number without `u`".to_owned()),
            LiteralValue::Null => {
                self.problem(expr, "no fact is ever null: what is not known is empty, 0 or false".to_owned())
            }
            LiteralValue::Bytes(_) => self.problem(expr, "write the text without `b`".to_owned()),
        }
    }

    fn bare_name(&mut self, expr: &IdedExpr, name: &str) -> Kind {
        if let Some(group) = GROUPS.iter().find(|group| group.name == name) {
            let message = format!("`{name}` is a group of facts: name one of {}", fields(group.name));
            return self.problem(expr, message);
        }
        let fact = FACTS.iter().find(|fact| fact.field == name).map(Fact::name);
        let meant =
            fact.or_else(|| names::closest(name, GROUPS.iter().map(|group| group.name)).map(str::to_owned));
        self.problem_meant(expr, format!("there is no fact `{name}`; put a text in quotes"), meant)
    }

    fn fact(&mut self, expr: &IdedExpr, select: &SelectExpr) -> Kind {
        let Expr::Ident(group) = &select.operand.expr else {
            return self.problem(expr, "a fact is a group and a name, e.g. `customer.tier`".to_owned());
        };
        if select.test {
            return self
                .problem(expr, "every fact has a value: compare it instead of asking for it".to_owned());
        }
        if let Some(fact) = facts::find(group, &select.field) {
            self.reads.push(fact);
            return Kind::One(fact.kind);
        }
        let known = GROUPS.iter().any(|known| known.name == group);
        let listed = if known { format!("; `{group}` has {}", fields(group)) } else { String::new() };
        let message = format!("unknown fact `{group}.{}`{listed}", select.field);
        let group = if known {
            group.as_str()
        } else {
            names::closest(group, GROUPS.iter().map(|g| g.name)).unwrap_or(group)
        };
        let meant = facts::find(group, &select.field).map(Fact::name);
        self.problem_meant(expr, message, meant.or_else(|| facts::closest(group, &select.field)))
    }

    fn list(&mut self, elements: &[IdedExpr], depth: usize) -> Kind {
        let mut first: Option<Type> = None;
        for element in elements {
            match (self.expr(element, depth), first) {
                (Kind::One(kind), None) => first = Some(kind),
                (Kind::One(kind), Some(first)) if kind != first => {
                    let message =
                        format!("a list holds one type: {} stands beside {}", kind.name(), first.name());
                    return self.problem(element, message);
                }
                (Kind::List(_), _) => return self.problem(element, "a list holds no list".to_owned()),
                (Kind::Wrong, _) => return Kind::Wrong,
                (Kind::One(_), Some(_)) => {}
            }
        }
        Kind::List(first)
    }

    fn call(&mut self, expr: &IdedExpr, call: &CallExpr, depth: usize) -> Kind {
        let name = call.func_name.as_str();
        match (name, call.target.as_deref(), call.args.as_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR, None, args) => self.all_bool(args, name, depth),
            (op::LOGICAL_NOT, None, args) => self.all_bool(args, "!", depth),
            (op::CONDITIONAL, None, [when, then, other]) => self.choice(expr, [when, then, other], depth),
            (op::EQUALS | op::NOT_EQUALS, None, [a, b]) => self.equal(expr, a, b, depth),
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, None, [a, b]) => {
                self.order(expr, a, b, depth)
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, None, [a, b]) => {
                self.arithmetic(expr, name, a, b, depth)
            }
            (op::NEGATE, None, [a]) => self.negated(a, depth),
            (op::IN, None, [a, b]) => self.within(expr, a, b, depth),
            ("size", None, [text]) | ("size", Some(text), []) => self.size(text, depth),
            (test, Some(text), [part]) if TEXT_TESTS.contains(&test) => self.text_test(text, part, depth),
            _ => self.unknown_call(expr, call),
        }
    }

    fn unknown_call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Kind {
        let name = &call.func_name;
        let message = match name.as_str() {
            "has" => "every fact has a value: compare it instead of asking for it".to_owned(),
            op::INDEX | op::OPT_INDEX | op::OPT_SELECT => "facts and lists are not indexed".to_owned(),
            _ if FUNCTIONS.contains(&name.as_str()) => {
                format!("write `fact.{name}(…)` with as many values as FACTS.md shows")
            }
            _ => format!("there is no `{name}` here; there are {}", FUNCTIONS.join(", ")),
        };
        let meant = names::closest(name, FUNCTIONS).filter(|meant| *meant != name).map(str::to_owned);
        self.problem_meant(expr, message, meant)
    }

    pub(super) fn problem(&mut self, expr: &IdedExpr, message: String) -> Kind {
        self.problem_meant(expr, message, None)
    }

    fn problem_meant(&mut self, expr: &IdedExpr, message: String, suggestion: Option<String>) -> Kind {
        let offset = self.start(expr);
        self.problems.push(Problem { offset, message, suggestion });
        Kind::Wrong
    }

    /// Where a part begins, in bytes: a fact at its group, an operator at its sign.
    fn start(&self, expr: &IdedExpr) -> usize {
        let id = match &expr.expr {
            Expr::Select(select) => select.operand.id,
            _ => expr.id,
        };
        let start = self.program.source_info().offset_for(id).map_or(0, |(start, _)| start as usize);
        (0..=start.min(self.source.len())).rev().find(|at| self.source.is_char_boundary(*at)).unwrap_or(0)
    }
}

fn fields(group: &str) -> String {
    let fields: Vec<&str> = FACTS.iter().filter(|fact| fact.group == group).map(|fact| fact.field).collect();
    fields.join(", ")
}
