//! Counts of tests, read from what the runners print. Start at [`Counts::read`].

use std::fmt;

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    /// Adds what a line of output says, if it is one of a runner's closing lines (Cargo's, or Node's in either style).
    pub fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            return;
        }
        let Some(node) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else { return };
        let mut words = node.split_whitespace();
        let (Some(name), Some(Ok(count)), None) =
            (words.next(), words.next().map(str::parse::<u64>), words.next())
        else {
            return;
        };
        match name {
            "pass" => self.passed += count,
            // A suite that was cancelled or skipped kept no promise.
            "fail" | "cancelled" | "skipped" | "todo" => self.failed += count,
            _ => {}
        }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn number_before(text: &str, mark: &str) -> u64 {
    text.find(mark).and_then(|end| text[..end].rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Counts {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        counts
    }

    #[test]
    fn closing_lines_of_cargo_and_node_are_added_up() {
        let output = "running 3 tests\n\
            test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n\
            ℹ tests 5\nℹ suites 0\nℹ pass 4\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 12.5\n\
            # pass 7\n# fail 0\n";
        assert_eq!(counted(output), Counts { passed: 26, failed: 3 });
    }

    #[test]
    fn a_skipped_node_test_counts_as_failed() {
        assert_eq!(counted("ℹ pass 1\nℹ skipped 2"), Counts { passed: 1, failed: 2 });
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            counted("# Subtest: pass 3 of 4\n12 passed; 1 failed\n# pass the salt\n"),
            Counts::default()
        );
    }
}
