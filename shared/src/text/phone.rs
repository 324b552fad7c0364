//! Phone numbers as people in Japan write them.

/// Digits in groups: `090-1234-5678`, `03-1234-5678`. Where the area code cannot be told from the number alone (most
/// places outside the large cities), and for whatever is no number of Japan, the text as it is.
pub fn phone(number: &str) -> String {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let starts = |area: &str| number.starts_with(area);
    let (area, exchange) = match number.len() {
        11 if starts("0800") => (4, 3),
        11 if ["020", "050", "060", "070", "080", "090"].into_iter().any(starts) => (3, 4),
        10 if starts("0120") => (4, 3),
        10 if starts("03") || starts("06") => (2, 4),
        // Area codes of three digits that begin no longer one: Sapporo, Sendai, Nagoya, Kyoto, Kobe.
        10 if ["011", "022", "052", "075", "078"].into_iter().any(starts) => (3, 3),
        _ => return number.to_owned(),
    };
    // Digit by digit: cutting a text brings the words of its errors into every page.
    let mut grouped = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at == area || at == area + exchange {
            grouped.push('-');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_where_the_groups_are_certain() {
        for (number, shown) in [
            ("09012345678", "090-1234-5678"),
            ("05012345678", "050-1234-5678"),
            ("0120123456", "0120-123-456"),
            ("08001234567", "0800-123-4567"),
            ("0312345678", "03-1234-5678"),
            ("0612345678", "06-1234-5678"),
            ("0521234567", "052-123-4567"),
            ("0466123456", "0466123456"),
            ("+81 90 1234", "+81 90 1234"),
            ("０９０", "０９０"),
            ("", ""),
        ] {
            assert_eq!(phone(number), shown);
        }
    }
}
