//! The world in a file, so that a demo goes on where it ended. Keys are not kept: they come with the flags.

use crate::api::{Answers, Kept, Reports};
use crate::app::App;
use crate::world::{
    Charge, Due, Mail, Merchant, Notification, Permission, Refund, Session, Settings, SignIn, World,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Snapshot {
    settings: Settings,
    merchants: BTreeMap<String, Merchant>,
    sessions: Vec<Session>,
    permissions: Vec<Permission>,
    charges: Vec<Charge>,
    refunds: Vec<Refund>,
    sign_ins: Vec<(String, SignIn)>,
    schedule: Vec<(Timestamp, Due)>,
    mails: Vec<Mail>,
    outbox: Vec<Notification>,
    notifications: VecDeque<Notification>,
    answers: Vec<Kept>,
    reports: Reports,
}

/// Writes the world if it has changed since it was last written. A failure is told and tried again.
pub(crate) fn store(app: &App) {
    let Some(path) = &app.data else { return };
    let text = app.world(|world, _| {
        std::mem::replace(&mut world.touched, false).then(|| serde_json::to_string(&snapshot(world)))
    });
    let written = match text {
        None => return,
        Some(Ok(text)) => replace(path, &text),
        Some(Err(error)) => Err(error.into()),
    };
    if let Err(error) = written {
        tracing::error!(error = %error, "the simulator's data could not be written");
        app.world(|world, _| world.touched = true);
    }
}

/// A reader sees the old file or the new one, never half of one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text)?;
    std::fs::rename(&fresh, path)
}

/// Fills `world` from `path`; a missing file leaves it empty.
///
/// # Errors
/// When the file cannot be read or is not one of ours.
pub(crate) fn load(world: &mut World, path: &Path) -> std::io::Result<()> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    restore(world, serde_json::from_str(&text)?);
    Ok(())
}

fn snapshot(world: &World) -> Snapshot {
    Snapshot {
        settings: world.settings.clone(),
        merchants: world.merchants.clone(),
        sessions: world.sessions.values().cloned().collect(),
        permissions: world.permissions.values().cloned().collect(),
        charges: world.charges.values().cloned().collect(),
        refunds: world.refunds.values().cloned().collect(),
        sign_ins: world.sign_ins.iter().map(|(token, sign_in)| (token.clone(), sign_in.clone())).collect(),
        schedule: world.schedule.iter().map(|((at, _), due)| (*at, due.clone())).collect(),
        mails: world.mails.clone(),
        outbox: world.outbox.clone(),
        notifications: world.notifications.clone(),
        answers: world.answers.kept(),
        reports: world.reports.clone(),
    }
}

fn restore(world: &mut World, mut kept: Snapshot) {
    world.settings = kept.settings;
    for (id, merchant) in kept.merchants {
        let known = world.merchants.entry(id).or_default();
        known.notification_url = known.notification_url.take().or(merchant.notification_url);
    }
    world.sessions = kept.sessions.into_iter().map(|session| (session.id.clone(), session)).collect();
    world.permissions = kept.permissions.into_iter().map(|p| (p.id.clone(), p)).collect();
    kept.charges.sort_by_key(|charge| charge.created);
    for charge in kept.charges {
        world.charges_of.entry(charge.permission_id.clone()).or_default().push(charge.id.clone());
        world.charges.insert(charge.id.clone(), charge);
    }
    kept.refunds.sort_by_key(|refund| refund.created);
    for refund in kept.refunds {
        world.refunds_of.entry(refund.charge_id.clone()).or_default().push(refund.id.clone());
        world.refunds.insert(refund.id.clone(), refund);
    }
    world.sign_ins = kept.sign_ins.into_iter().collect();
    for (at, due) in kept.schedule {
        world.schedule(at, due);
    }
    world.mails = kept.mails;
    world.outbox = kept.outbox;
    world.notifications = kept.notifications;
    world.answers = Answers::restored(kept.answers);
    world.reports = kept.reports;
}
