//! Fresh names in Amazon's forms. The only place of this crate that draws random numbers.

use crate::world::{Environment, PermissionKind};

#[expect(clippy::disallowed_methods, reason = "this is the simulator's one source of chance")]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random numbers never fail once started");
    bytes
}

/// `count` random decimal digits, the first not zero.
pub(crate) fn digits(count: usize) -> String {
    let bytes = random::<32>();
    (0..count)
        .map(|at| {
            let byte = bytes[at % bytes.len()];
            char::from(if at == 0 { b'1' + byte % 9 } else { b'0' + byte % 10 })
        })
        .collect()
}

/// A random UUID (version 4).
pub(crate) fn uuid() -> String {
    let mut bytes = random::<16>();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A token that cannot be guessed, 48 hexadecimal digits.
pub(crate) fn token() -> String {
    random::<24>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `S03-1234567-1234567`, or with P, C or B by environment and kind.
pub(crate) fn permission(environment: Environment, kind: PermissionKind) -> String {
    let letter = match (environment, kind) {
        (Environment::Sandbox, PermissionKind::OneTime) => 'S',
        (Environment::Sandbox, _) => 'C',
        (Environment::Live, PermissionKind::OneTime) => 'P',
        (Environment::Live, _) => 'B',
    };
    format!("{letter}03-{}-{}", digits(7), digits(7))
}

/// A charge's id. Under a one-time permission it begins with the permission's; otherwise its base is another
/// number, as in real answers.
pub(crate) fn charge(environment: Environment, permission_id: &str, kind: PermissionKind) -> String {
    let base = match kind {
        PermissionKind::OneTime => permission_id.to_owned(),
        _ => permission(environment, PermissionKind::OneTime),
    };
    format!("{base}-C{}", digits(6))
}

/// A refund's id: the charge's base with an R number.
pub(crate) fn refund(charge_id: &str) -> String {
    let base = charge_id.rsplit_once("-C").map_or(charge_id, |(base, _)| base);
    format!("{base}-R{}", digits(6))
}
