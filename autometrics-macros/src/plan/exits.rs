//! Finds and changes the places where a body returns a value.

use syn::{
    Block, Expr, ExprAsync, ExprCall, ExprClosure, ExprMacro, ExprReturn, Item, Macro, Stmt,
    StmtMacro,
    visit_mut::{self, VisitMut},
};

/// Applies `change` to each value that the body returns: the value at its end
/// and that of each `return`. Values that macros and `?` return are not visible here.
pub(crate) fn for_each_value(body: &mut Block, change: impl FnMut(&mut Expr)) {
    let mut returns = EachReturn(change);
    returns.visit_block_mut(body);
    if let Some(end) = final_value(body) {
        (returns.0)(end);
    }
}

/// Returns the value that the body evaluates to; `None` if it ends with a statement, or certainly never reaches
/// its end.
pub(crate) fn final_value(body: &mut Block) -> Option<&mut Expr> {
    let last = body.stmts.last_mut()?;
    if let Stmt::Macro(StmtMacro {
        attrs,
        mac,
        semi_token: None,
    }) = last
    {
        let (attrs, mac) = (std::mem::take(attrs), mac.clone());
        *last = Stmt::Expr(Expr::Macro(ExprMacro { attrs, mac }), None);
    }
    match last {
        // The compiler would report code around an expression that never finishes as unreachable.
        Stmt::Expr(Expr::Return(_) | Expr::Loop(_) | Expr::Break(_), None) => None,
        Stmt::Expr(Expr::Macro(call), None) if diverges(&call.mac) => None,
        Stmt::Expr(value, None) => Some(value),
        _ => None,
    }
}

/// Returns `true` if the body ends with `Box::pin(async { … })`.
pub(crate) fn ends_with_boxed_block(body: &Block) -> bool {
    match body.stmts.last() {
        Some(Stmt::Expr(Expr::Call(call), None)) => {
            is_pin(call) && matches!(call.args.first(), Some(Expr::Async(_)))
        }
        _ => false,
    }
}

/// Returns the future within `Box::pin(…)`, or the value itself.
pub(crate) fn unboxed(value: &mut Expr) -> &mut Expr {
    if !is_box_pin(value) {
        return value;
    }
    match value {
        Expr::Call(call) => &mut call.args[0],
        other => other,
    }
}

/// Returns `true` if the value is `Box::pin(…)`.
pub(crate) fn is_box_pin(value: &Expr) -> bool {
    matches!(value, Expr::Call(call) if is_pin(call))
}

fn is_pin(call: &ExprCall) -> bool {
    let Expr::Path(function) = call.func.as_ref() else {
        return false;
    };
    let mut names = function.path.segments.iter().rev();
    call.args.len() == 1
        && names.next().is_some_and(|name| name.ident == "pin")
        && names.next().is_some_and(|name| name.ident == "Box")
}

fn diverges(call: &Macro) -> bool {
    const DIVERGING: &[&str] = &["panic", "todo", "unimplemented", "unreachable"];
    DIVERGING.iter().any(|name| call.path.is_ident(name))
}

struct EachReturn<F>(F);

impl<F: FnMut(&mut Expr)> VisitMut for EachReturn<F> {
    fn visit_expr_return_mut(&mut self, expression: &mut ExprReturn) {
        visit_mut::visit_expr_return_mut(self, expression);
        if let Some(value) = &mut expression.expr {
            (self.0)(value);
        }
    }

    // Closures, async blocks and items return on their own.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
