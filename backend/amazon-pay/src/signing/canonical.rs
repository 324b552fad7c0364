//! The canonical request: the one text that both sides make of a request before it is hashed and signed.

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;

/// SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The text whose hash is signed for a request.
///
/// `path` begins with `/` and is taken as it is. `raw_query` is what follows `?` (empty when there is none); its
/// pairs are sorted by key and otherwise left alone. `signed_headers` is the list as the authorization header
/// carries it, in its own spelling and order; a header that it names and `headers` lacks counts as empty. `body`
/// is exactly what is sent.
pub fn canonical_request(
    method: &str,
    path: &str,
    raw_query: &str,
    headers: &HeaderMap,
    signed_headers: &str,
    body: &[u8],
) -> String {
    let mut names: Vec<String> =
        signed_headers.split(';').filter(|name| !name.is_empty()).map(str::to_ascii_lowercase).collect();
    names.sort();
    let mut text = format!("{method}\n{path}\n{}\n", canonical_query(raw_query));
    for name in names {
        text.push_str(&name);
        text.push(':');
        for (position, value) in headers.get_all(&name).iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            text.push_str(&String::from_utf8_lossy(value.as_bytes()));
        }
        text.push('\n');
    }
    text.push('\n');
    text.push_str(signed_headers);
    text.push('\n');
    text.push_str(&sha256_hex(body));
    text
}

/// The pairs of `raw_query` sorted by key, their encoding untouched.
pub fn canonical_query(raw_query: &str) -> String {
    let mut pairs: Vec<&str> = raw_query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_by_key(|pair| pair.split_once('=').map_or(*pair, |(key, _)| key));
    pairs.join("&")
}

/// `raw_query` encoded anew after RFC 3986: what the official SDKs disagree about at the edges.
///
/// For checking only: where a signature does not fit the query as received, it may fit this one.
pub fn reencode_query(raw_query: &str) -> String {
    let again = |part: &str| encode_component(&decode_component(part));
    raw_query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) => format!("{}={}", again(key), again(value)),
            None => format!("{}=", again(pair)),
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// Encodes every byte but `A-Z a-z 0-9 - _ . ~` as `%XX`.
pub(crate) fn encode_component(text: &[u8]) -> String {
    use std::fmt::Write as _;
    text.iter().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(*byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn decode_component(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_sorted_by_key_and_kept_as_it_was_encoded() {
        assert_eq!(canonical_query(""), "");
        assert_eq!(canonical_query("b=2&a=%2c&c"), "a=%2c&b=2&c");
    }

    #[test]
    fn a_query_encoded_another_way_comes_out_after_rfc_3986() {
        assert_eq!(reencode_query("a='x'&b=1+2&c=%e6%9d%b1"), "a=%27x%27&b=1%202&c=%E6%9D%B1");
        assert_eq!(reencode_query("a=100%"), "a=100%25");
    }
}
