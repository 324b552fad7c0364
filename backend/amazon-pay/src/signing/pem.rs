//! The envelope of text around keys and certificates (RFC 7468), no more of it than Amazon uses.

use base64::prelude::{BASE64_STANDARD, Engine as _};

/// Bytes of the first block labelled `label`, or nothing where there is none or it is damaged.
///
/// Line ends of every system and lines of any length pass, because keys are pasted through many windows.
pub(crate) fn decode(text: &str, label: &str) -> Option<Vec<u8>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let (_, rest) = text.split_once(&begin)?;
    let (body, _) = rest.split_once(&end)?;
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(body).ok()
}

/// A block labelled `label`, lines of 64 characters, with a final line feed.
pub(crate) fn encode(der: &[u8], label: &str) -> String {
    let body = BASE64_STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_block_is_read_whatever_its_line_ends() {
        let der: Vec<u8> = (0..=255).collect();
        let text = encode(&der, "PUBLIC KEY");
        assert!(text.lines().all(|line| line.len() <= 64));
        assert_eq!(decode(&text, "PUBLIC KEY"), Some(der.clone()));
        assert_eq!(decode(&text.replace('\n', "\r\n  "), "PUBLIC KEY"), Some(der.clone()));
        assert_eq!(decode(&format!("about this key\n{text}\nmore"), "PUBLIC KEY"), Some(der));
        assert_eq!(decode(&text, "PRIVATE KEY"), None);
        assert_eq!(decode(&text[..100], "PUBLIC KEY"), None);
    }
}
