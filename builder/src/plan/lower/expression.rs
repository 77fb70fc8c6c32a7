//! PowerShell's expressions as a tree.

use super::lex::{Spaced, Token, tokens};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// A literal text.
    Text(String),
    /// A text with variables and sub-expressions in it, as written.
    Expandable(String),
    /// A number.
    Number(i64),
    /// A variable: scope and name.
    Variable(String, String),
    /// `( ... )` or `$( ... )`: statements.
    Statements(String),
    /// `@( ... )`: statements whose output is a list.
    ListOf(String),
    /// `a, b`.
    List(Vec<Expression>),
    /// `@{ ... }`: entries, as written.
    Table(String),
    /// `{ ... }`, as written.
    Block(String),
    /// `[type]`.
    Type(String),
    /// `[type]value`.
    Cast(String, Box<Expression>),
    /// `-not x`, `!x`, `-x`.
    Unary(String, Box<Expression>),
    /// `a -eq b`.
    Binary(String, Box<Expression>, Box<Expression>),
    /// A member, or with arguments a call.
    Member { target: Box<Expression>, name: String, arguments: Option<Vec<Expression>>, is_static: bool },
    /// `a[b]`.
    Index(Box<Expression>, Box<Expression>),
}

/// How deep an expression may be.
const MAX_DEPTH: u32 = 60;

/// Reads an expression. None when it is none, or one that is not known here.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, depth: 0 };
    let expression = reader.binary(0)?;
    (reader.at == tokens.len()).then_some(expression)
}

/// Reads the operand that begins a text, members included, and says how much of the text follows it: for words such
/// as `$dir\file`.
pub(super) fn operand_prefix(text: &str) -> Option<(Expression, usize)> {
    // Only tokens that touch belong to the word.
    let mut best = None;
    let boundaries = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
    for end in boundaries {
        if let Some(tokens) = tokens(&text[..end]).filter(|tokens| tokens.iter().skip(1).all(|(_, spaced)| !spaced)) {
            let mut reader = Reader { tokens: &tokens, at: 0, depth: 0 };
            if let Some(expression) = reader.operand()
                && reader.at == tokens.len()
            {
                best = Some((expression, end));
            }
        }
    }
    best
}

struct Reader<'a> {
    tokens: &'a [Spaced],
    at: usize,
    depth: u32,
}

/// How strongly an operator binds; `-f` before the range, that before arithmetic, and so on.
fn strength(operator: &str) -> Option<u8> {
    Some(match operator {
        "-and" | "-or" | "-xor" => 1,
        "-band" | "-bor" | "-bxor" => 2,
        "-eq" | "-ne" | "-ceq" | "-cne" | "-ieq" | "-ine" | "-lt" | "-le" | "-gt" | "-ge" | "-like" | "-notlike"
        | "-match" | "-notmatch" | "-contains" | "-notcontains" | "-in" | "-notin" | "-replace" | "-creplace"
        | "-ireplace" | "-split" | "-join" | "-is" | "-isnot" | "-as" => 3,
        "+" | "-" => 4,
        "*" | "/" | "%" => 5,
        "-f" => 6,
        ".." => 7,
        _ => return None,
    })
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn touches(&self) -> bool {
        self.tokens.get(self.at).is_some_and(|(_, spaced)| !spaced)
    }

    fn operator(&self) -> Option<&str> {
        match self.peek() {
            Some(Token::Operator(operator)) => Some(operator),
            _ => None,
        }
    }

    fn binary(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut left = self.list()?;
        while let Some(operator) = self.operator().map(str::to_owned) {
            let Some(strength) = strength(&operator).filter(|strength| *strength > least) else { break };
            self.at += 1;
            let right = self.binary(strength)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Some(left)
    }

    /// Operands with commas between them: the comma binds before every binary operator.
    fn list(&mut self) -> Option<Expression> {
        if self.operator() == Some(",") {
            self.at += 1;
            return Some(Expression::List(vec![self.unary()?]));
        }
        let first = self.unary()?;
        if self.operator() != Some(",") {
            return Some(first);
        }
        let mut all = vec![first];
        while self.operator() == Some(",") {
            self.at += 1;
            all.push(self.unary()?);
        }
        Some(Expression::List(all))
    }

    fn unary(&mut self) -> Option<Expression> {
        let unary = ["-not", "!", "-", "+", "-join", "-split", "-bnot"];
        if let Some(operator) = self.operator().filter(|operator| unary.contains(operator)).map(str::to_owned) {
            self.at += 1;
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return None;
            }
            let operand = if matches!(operator.as_str(), "-join" | "-split") { self.list()? } else { self.unary()? };
            self.depth -= 1;
            return Some(Expression::Unary(operator, Box::new(operand)));
        }
        if let Some(Token::Group("[", name)) = self.peek().cloned()
            && !matches!(self.tokens.get(self.at + 1), None | Some((Token::Operator(_), _)))
        {
            self.at += 1;
            return Some(Expression::Cast(name, Box::new(self.unary()?)));
        }
        self.operand()
    }

    /// An operand with what hangs on it: members, calls, indexes.
    fn operand(&mut self) -> Option<Expression> {
        let mut left = match self.peek()?.clone() {
            Token::Text(text) => Expression::Text(text),
            Token::Expandable(text) => Expression::Expandable(text),
            Token::Number(number) => Expression::Number(number),
            Token::Variable(scope, name) => Expression::Variable(scope, name),
            Token::Group("(" | "$(", inner) => Expression::Statements(inner),
            Token::Group("@(", inner) => Expression::ListOf(inner),
            Token::Group("@{", inner) => Expression::Table(inner),
            Token::Group("{", inner) => Expression::Block(inner),
            Token::Group(_, inner) => Expression::Type(inner),
            Token::Operator(_) | Token::Name(_) => return None,
        };
        self.at += 1;
        loop {
            match self.peek() {
                Some(Token::Operator(dot)) if dot == "." && self.touches() => left = self.member(left, false)?,
                Some(Token::Operator(colons)) if colons == "::" => left = self.member(left, true)?,
                Some(Token::Group("[", index)) if self.touches() && !matches!(left, Expression::Type(_)) => {
                    let index = parse(index)?;
                    self.at += 1;
                    left = Expression::Index(Box::new(left), Box::new(index));
                }
                _ => return Some(left),
            }
        }
    }

    fn member(&mut self, target: Expression, is_static: bool) -> Option<Expression> {
        self.at += 1;
        let name = match self.peek()? {
            Token::Name(name) | Token::Text(name) => name.clone(),
            _ => return None,
        };
        self.at += 1;
        let mut arguments = None;
        if let Some(Token::Group("(", inner)) = self.peek()
            && self.touches()
        {
            arguments = Some(match inner.trim() {
                "" => Vec::new(),
                inner => arguments_of(inner)?,
            });
            self.at += 1;
        }
        Some(Expression::Member { target: Box::new(target), name, arguments, is_static })
    }
}

/// The arguments of a call: what commas part.
fn arguments_of(text: &str) -> Option<Vec<Expression>> {
    let tokens = tokens(text)?;
    let commas = |token: &Spaced| matches!(&token.0, Token::Operator(operator) if operator == ",");
    let parts = tokens.split(commas);
    parts
        .map(|part| {
            let mut reader = Reader { tokens: part, at: 0, depth: 0 };
            let expression = reader.binary(0)?;
            (reader.at == part.len()).then_some(expression)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(expression: &Expression) -> String {
        match expression {
            Expression::Text(text) => format!("'{text}'"),
            Expression::Expandable(text) => format!("\"{text}\""),
            Expression::Number(number) => number.to_string(),
            Expression::Variable(scope, name) if scope.is_empty() => format!("${name}"),
            Expression::Variable(scope, name) => format!("${scope}:{name}"),
            Expression::Statements(text) => format!("({text})"),
            Expression::ListOf(text) => format!("@({text})"),
            Expression::List(all) => format!("[{}]", all.iter().map(sketch).collect::<Vec<_>>().join(" ")),
            Expression::Table(text) => format!("@{{{text}}}"),
            Expression::Block(text) => format!("{{{text}}}"),
            Expression::Type(name) => format!("<{name}>"),
            Expression::Cast(name, inner) => format!("<{name}>{}", sketch(inner)),
            Expression::Unary(operator, inner) => format!("({operator} {})", sketch(inner)),
            Expression::Binary(operator, left, right) => format!("({operator} {} {})", sketch(left), sketch(right)),
            Expression::Member { target, name, arguments, is_static } => {
                let sign = if *is_static { "::" } else { "." };
                let arguments = arguments.as_ref().map(|all| all.iter().map(sketch).collect::<Vec<_>>().join(" "));
                let arguments = arguments.map(|all| format!("({all})")).unwrap_or_default();
                format!("{}{sign}{name}{arguments}", sketch(target))
            }
            Expression::Index(target, index) => format!("{}[{}]", sketch(target), sketch(index)),
        }
    }

    #[test]
    fn operators_bind_as_in_powershell() {
        for (text, tree) in [
            ("'a' + 'b' -eq $c", "(-eq (+ 'a' 'b') $c)"),
            ("'{0}-{1}' -f $a, 'b'", "(-f '{0}-{1}' [$a 'b'])"),
            ("-not (Test-Path x) -and $true", "(-and (-not (Test-Path x)) $true)"),
            ("(Get-FileHash x).Hash -ne $env:H", "(-ne (Get-FileHash x).Hash $env:H)"),
            (
                "[Environment]::GetEnvironmentVariable('a', 'b') + ';c'",
                "(+ <Environment>::GetEnvironmentVariable('a' 'b') ';c')",
            ),
            (
                "(New-Object Net.WebClient).DownloadFile($u, \"a$b\")",
                "(New-Object Net.WebClient).DownloadFile($u \"a$b\")",
            ),
            ("[Net.X]::A -bor [Net.X]::B", "(-bor <Net.X>::A <Net.X>::B)"),
            ("[string]$x", "<string>$x"),
            ("$a[0].b", "$a[0].b"),
            ("1 + 2 * 3", "(+ 1 (* 2 3))"),
            ("1..3", "(.. 1 3)"),
            ("@('a')", "@('a')"),
            ("!$x", "(! $x)"),
        ] {
            assert_eq!(parse(text).map(|tree| sketch(&tree)).as_deref(), Some(tree), "{text}");
        }
        for text in ["", "$a =", "foo", "$a b", "'a' +"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_may_go_on_after_its_operand() {
        for (text, tree, rest) in [
            (r"$env:TEMP\x.zip", "$env:TEMP", r"\x.zip"),
            ("$a.b.c", "$a.b.c", ""),
            ("$(f 'x')-y", "(f 'x')", "-y"),
            ("'a'", "'a'", ""),
        ] {
            let (expression, end) = operand_prefix(text).unwrap();
            assert_eq!((sketch(&expression).as_str(), &text[end..]), (tree, rest));
        }
    }
}
