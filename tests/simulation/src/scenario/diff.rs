//! Two texts, line by line, for a person: what is gone and what is new, with a little around it.

/// Lines of context.
const AROUND: usize = 2;

/// `-` before what is gone, `+` before what is new.
pub fn lines(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let common = common(&old, &new);
    let (mut all, mut a, mut b) = (Vec::new(), 0, 0);
    for (in_old, in_new) in common.into_iter().chain([(old.len(), new.len())]) {
        all.extend(old[a..in_old].iter().map(|line| ('-', *line)));
        all.extend(new[b..in_new].iter().map(|line| ('+', *line)));
        if in_old < old.len() {
            all.push((' ', old[in_old]));
        }
        (a, b) = (in_old + 1, in_new + 1);
    }
    let near = |at: usize| {
        let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(all.len());
        all[around].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut text = String::new();
    let mut gap = false;
    for (at, (mark, line)) in all.iter().enumerate() {
        if near(at) {
            text.push_str(&format!("{mark} {line}\n"));
            gap = false;
        } else if !gap {
            text.push_str("  ...\n");
            gap = true;
        }
    }
    text
}

/// The pairs of equal lines of a longest common part.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0u32; new.len() + 1]; old.len() + 1];
    for (a, line) in old.iter().enumerate().rev() {
        for (b, other) in new.iter().enumerate().rev() {
            longest[a][b] = if line == other { longest[a + 1][b + 1] + 1 } else { longest[a + 1][b].max(longest[a][b + 1]) };
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < old.len() && b < new.len() {
        if old[a] == new[b] {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_difference_shows_what_is_gone_and_what_is_new() {
        assert_eq!(super::lines("a\nb\nc\nd\ne\nf", "a\nx\nc\nd\ne\nf"), "  a\n- b\n+ x\n  c\n  d\n  ...\n");
        assert_eq!(super::lines("", "a"), "+ a\n");
    }
}
