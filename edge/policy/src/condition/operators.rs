//! What the operators and the few functions take, and what they give.

use super::check::{BOOL, Checker, Kind};
use crate::facts::Type;
use cel::IdedExpr;
use cel::common::ast::operators as op;

impl Checker<'_> {
    pub(super) fn all_bool(&mut self, args: &[IdedExpr], operator: &str, depth: usize) -> Kind {
        for arg in args {
            let kind = self.expr(arg, depth);
            if !kind.may_be(Type::Bool) {
                let operator = operator.trim_matches('_');
                let message = format!("`{operator}` joins true or false, and this is a {}", kind.name());
                self.problem(arg, message);
            }
        }
        BOOL
    }

    pub(super) fn choice(
        &mut self,
        expr: &IdedExpr,
        [when, then, other]: [&IdedExpr; 3],
        depth: usize,
    ) -> Kind {
        self.all_bool(std::slice::from_ref(when), "?", depth);
        match (self.expr(then, depth), self.expr(other, depth)) {
            (Kind::Wrong, _) | (_, Kind::Wrong) => Kind::Wrong,
            (a, b) if a == b => a,
            (a, b) => {
                self.problem(expr, format!("both outcomes have one type, not {} and {}", a.name(), b.name()))
            }
        }
    }

    pub(super) fn equal(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, depth: usize) -> Kind {
        let kinds = (self.expr(a, depth), self.expr(b, depth));
        match &kinds {
            (Kind::Wrong, _) | (_, Kind::Wrong) => BOOL,
            (a, b) if a.is_numeric() && b.is_numeric() => BOOL,
            (Kind::One(a), Kind::One(b)) if a == b => BOOL,
            (a, b) => self.problem(expr, format!("a {} cannot equal a {}", a.name(), b.name())),
        }
    }

    pub(super) fn order(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, depth: usize) -> Kind {
        let (a, b) = (self.expr(a, depth), self.expr(b, depth));
        if a == Kind::Wrong || b == Kind::Wrong || (a.is_numeric() && b.is_numeric()) {
            return BOOL;
        }
        let message =
            format!("only numbers are larger or smaller: this compares a {} with a {}", a.name(), b.name());
        self.problem(expr, message)
    }

    pub(super) fn arithmetic(
        &mut self,
        expr: &IdedExpr,
        name: &str,
        a: &IdedExpr,
        b: &IdedExpr,
        depth: usize,
    ) -> Kind {
        let sign = name.trim_matches('_');
        match (self.expr(a, depth), self.expr(b, depth)) {
            (Kind::Wrong, _) | (_, Kind::Wrong) => Kind::Wrong,
            (Kind::One(Type::Int), Kind::One(Type::Int)) => Kind::One(Type::Int),
            (Kind::One(Type::Number), Kind::One(Type::Number)) if name != op::MODULO => {
                Kind::One(Type::Number)
            }
            (a, b) if a.is_numeric() && b.is_numeric() && name != op::MODULO => {
                let message =
                    format!("`{sign}` needs two whole numbers or two numbers: write 2.0 instead of 2");
                self.problem(expr, message)
            }
            (a, b) => {
                self.problem(expr, format!("`{sign}` does not work on a {} and a {}", a.name(), b.name()))
            }
        }
    }

    pub(super) fn negated(&mut self, expr: &IdedExpr, depth: usize) -> Kind {
        match self.expr(expr, depth) {
            kind if kind.is_numeric() => kind,
            kind => self.problem(expr, format!("`-` works on numbers, and this is a {}", kind.name())),
        }
    }

    pub(super) fn within(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, depth: usize) -> Kind {
        match (self.expr(a, depth), self.expr(b, depth)) {
            (Kind::Wrong, _) | (_, Kind::Wrong) | (_, Kind::List(None)) => BOOL,
            (Kind::One(a), Kind::List(Some(b))) if a == b => BOOL,
            (a, Kind::List(Some(b))) => {
                self.problem(expr, format!("a {} cannot be in a list of {}", a.name(), b.name()))
            }
            (_, b) => {
                let message =
                    format!("`in` looks into a list, e.g. [\"a\", \"b\"], and this is a {}", b.name());
                self.problem(expr, message)
            }
        }
    }

    pub(super) fn size(&mut self, text: &IdedExpr, depth: usize) -> Kind {
        let kind = self.expr(text, depth);
        if kind.may_be(Type::Text) {
            return Kind::One(Type::Int);
        }
        self.problem(text, format!("`size` counts the characters of a text, and this is a {}", kind.name()))
    }

    pub(super) fn text_test(&mut self, text: &IdedExpr, part: &IdedExpr, depth: usize) -> Kind {
        for side in [text, part] {
            let kind = self.expr(side, depth);
            if !kind.may_be(Type::Text) {
                self.problem(side, format!("a text is expected, and this is a {}", kind.name()));
            }
        }
        BOOL
    }
}
