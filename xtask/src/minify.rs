//! Makes a script smaller without changing what it means: comments and superfluous white space go, names stay.
//!
//! A line break stays wherever it might end a statement, so scripts need not be written for it. It refuses nothing: what
//! it does not understand it copies. Regular expressions are told from division by the token before the slash, which
//! fails only after `)` and `}`: write `x = /…/` there. Start at [`minify`].

/// The same script, smaller.
pub fn minify(script: &str) -> String {
    let mut writer = Writer { out: String::with_capacity(script.len()), gap: Gap::None };
    let source: Vec<char> = script.chars().collect();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let taken = match rest {
            ['/', '/', ..] => line_end(rest),
            ['/', '*', ..] => {
                let end = block_comment_end(rest);
                let broken = rest[..end].contains(&'\n');
                writer.space(if broken { Gap::Line } else { Gap::Space });
                end
            }
            [quote @ ('"' | '\''), ..] => writer.token(&rest[..string_end(rest, *quote)]),
            ['`', ..] => writer.token(&rest[..template_end(rest)]),
            ['/', ..] if writer.expects_expression() => writer.token(&rest[..regex_end(rest)]),
            [space, ..] if space.is_whitespace() => {
                writer.space(if *space == '\n' { Gap::Line } else { Gap::Space });
                1
            }
            [first, ..] if is_word(*first) => {
                let end = rest.iter().position(|next| !is_word(*next)).unwrap_or(rest.len());
                writer.token(&rest[..end])
            }
            [sign, ..] => writer.token(&[*sign]),
            [] => 1,
        };
        at += taken;
    }
    writer.out.push('\n');
    writer.out
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

struct Writer {
    out: String,
    gap: Gap,
}

impl Writer {
    fn space(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Writes a token after as little white space as may stand before it; returns its length.
    fn token(&mut self, token: &[char]) -> usize {
        if let (Some(before), Some(after)) = (self.out.chars().next_back(), token.first().copied()) {
            match self.gap {
                Gap::Line if !break_is_superfluous(before, after) => self.out.push('\n'),
                Gap::Line | Gap::Space if must_be_apart(before, after) => self.out.push(' '),
                _ => {}
            }
        }
        self.gap = Gap::None;
        self.out.extend(token);
        token.len()
    }

    /// Whether a slash here begins a regular expression: after an operator or a word that wants a value.
    fn expects_expression(&self) -> bool {
        let Some(last) = self.out.chars().next_back() else { return true };
        if !is_word(last) {
            return "(,=:[!&|?{;~+-*%<>^".contains(last);
        }
        let word = self.out.rsplit(|sign: char| !is_word(sign)).next().unwrap_or_default();
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"]
            .contains(&word)
    }
}

/// No statement ends after `before`, or none begins with `after`.
fn break_is_superfluous(before: char, after: char) -> bool {
    "{;,([=&|?:".contains(before) || "})],;.:?=&|".contains(after)
}

fn must_be_apart(before: char, after: char) -> bool {
    (is_word(before) && is_word(after))
        || (before == after && "+-/".contains(after))
        || (before == '/' && after == '*')
        || (before.is_ascii_digit() && after == '.')
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || "_$#\u{200c}\u{200d}".contains(sign)
}

fn line_end(rest: &[char]) -> usize {
    rest.iter().position(|sign| *sign == '\n').unwrap_or(rest.len())
}

fn block_comment_end(rest: &[char]) -> usize {
    let close = rest[2..].windows(2).position(|pair| pair == ['*', '/']);
    close.map_or(rest.len(), |at| at + 4)
}

fn string_end(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            sign if sign == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

fn regex_end(rest: &[char]) -> usize {
    let (mut at, mut in_class) = (1, false);
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// End of a template literal, with the expressions in it and the literals in those.
fn template_end(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at..] {
            ['\\', ..] => at += 2,
            ['`', ..] => return at + 1,
            ['$', '{', ..] => at += 2 + expression_end(&rest[at + 2..]),
            _ => at += 1,
        }
    }
    rest.len()
}

/// Just past the brace that closes an expression inside a template.
fn expression_end(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match rest[at] {
            '}' if depth == 0 => return at + 1,
            '}' => depth -= 1,
            '{' => depth += 1,
            '`' => at += template_end(&rest[at..]) - 1,
            quote @ ('"' | '\'') => at += string_end(&rest[at..], quote) - 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(
            minify("// why\nfunction f( a, b ) {\n    /* how */ return a + b; // c\n}\n"),
            "function f(a,b){return a+b;}\n"
        );
    }

    #[test]
    fn a_line_break_that_may_end_a_statement_stays() {
        assert_eq!(minify("let a = 1\nlet b = a\n++b\n(0)"), "let a=1\nlet b=a\n++b\n(0)\n");
        assert_eq!(minify("x = () => {}\ny()"), "x=()=>{}\ny()\n");
        assert_eq!(minify("return /* a\n b */ x"), "return\nx\n");
    }

    #[test]
    fn strings_templates_and_regular_expressions_stay_as_they_are() {
        for kept in [
            "a=\"http://x  // y\"",
            "a='it\\'s  /* b */'",
            "a=`x  ${ {b: `}  ${ c }`} }  // z`",
            "a=/[/]  \\/ \"/g.test(b)",
            "return/  '/",
        ] {
            assert_eq!(minify(kept), format!("{kept}\n"));
        }
        assert_eq!(minify("a = b / c / 'd  e'"), "a=b/c/'d  e'\n");
    }

    #[test]
    fn tokens_that_would_join_stay_apart() {
        assert_eq!(
            minify("a + +b - -c; typeof x; 1 .toFixed(); new  Y"),
            "a+ +b- -c;typeof x;1 .toFixed();new Y\n"
        );
    }
}
