//! What runs beside the requests: durable jobs, and the sweeper of checkouts.
//!
//! Neither sleeps until a business moment: both wake every few hundred real milliseconds, or at a commit, and
//! ask what is due. A job whose worker died is taken over when its lease ends.

mod jobs;
mod sweeper;

use crate::app::App;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Kinds of jobs.
pub mod kind {
    /// An object of Amazon's changed: find its order and follow it. Subject: the object's type, a point,
    /// its id.
    pub const FOLLOW_OBJECT: &str = "follow_object";
    /// Ask Amazon how an order's payment stands. Subject: the order's id.
    pub const FOLLOW_ORDER: &str = "follow_order";
    /// Write the words an order is found by. Subject: the order's id.
    pub const INDEX_ORDER: &str = crate::service::index_order::KIND;
    /// Close an order's charge permission. Subject: the order's id.
    pub const CLOSE_PERMISSION: &str = "close_permission";
    /// Close an ended subscription's charge permission. Subject: the subscription's id.
    pub const CLOSE_SUBSCRIPTION: &str = "close_subscription";
    /// An authorization should have ended: ask. Subject: the order's id, a point, the moment.
    pub const EXPIRE: &str = "expire";
    /// An authorization has expired: make it anew, where the shop has set it so. Subject: the order's id.
    pub const REAUTHORIZE: &str = "reauthorize";
    /// Hand a mail of the outbox to the shop's mail server. Subject: the mail's id.
    pub const SEND_MAIL: &str = "send_mail";
    /// Begin an order's subscription whose buyer was not known. Subject: the order's id.
    pub const BEGIN_SUBSCRIPTION: &str = "begin_subscription";
    /// A bulk run of captures alone, as a program from before the other steps put it in. Subject: the run's id.
    pub const BULK_CAPTURE: &str = "bulk_capture";
    /// A bulk run; of a kind of its own, so that a program from before its other steps leaves it alone. Subject: the
    /// run's id.
    pub const BULK_STEPS: &str = "bulk_steps";
}

/// Real time between two looks when nothing wakes a worker.
const TICK: Duration = Duration::from_millis(300);

/// What runs beside the requests, until stopped.
#[derive(Debug)]
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts everything that runs beside the requests.
pub fn start(app: App) -> Workers {
    let (stop, stopping) = watch::channel(false);
    let tasks = vec![
        tokio::spawn(jobs::run(app.clone(), stopping.clone())),
        tokio::spawn(sweeper::run(app, stopping)),
    ];
    Workers { stop, tasks }
}

impl Workers {
    /// Finishes the jobs under way and ends.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a worker did not end well");
            }
        }
    }
}

/// Waits for a commit, a nudge or the tick; `false` once it is time to stop.
async fn next_look(app: &App, stopping: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = app.work.notified() => {}
        () = tokio::time::sleep(TICK) => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
    !*stopping.borrow()
}
