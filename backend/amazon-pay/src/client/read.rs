//! Reads: the answer as an object at once, since a read that fails changes nothing.

use super::Client;
use crate::wire::request::ListReports;
use crate::wire::{
    Charge, ChargePermission, CheckoutSession, Refund, Report, ReportDocument, ReportList, ReportSchedule,
    ReportScheduleList, SignedInBuyer,
};
use crate::{Error, PreparedRequest, prepare};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use shared::id::{ChargeId, ChargePermissionId, CheckoutSessionId, RefundId};

/// Errors of all of them are those of [`Client::send`] and [`crate::Answer::decode`].
#[expect(clippy::missing_errors_doc, reason = "stated once above")]
impl Client {
    /// Reads a checkout session.
    pub async fn checkout_session(
        &self,
        id: &CheckoutSessionId,
        now: Timestamp,
    ) -> Result<CheckoutSession, Error> {
        self.read(&prepare::get_checkout_session(id), now).await
    }

    /// Reads who signed in; `buyer_token` comes from the sign-in's return address.
    pub async fn buyer(&self, buyer_token: &str, now: Timestamp) -> Result<SignedInBuyer, Error> {
        self.read(&prepare::get_buyer(buyer_token), now).await
    }

    /// Reads a charge permission.
    pub async fn charge_permission(
        &self,
        id: &ChargePermissionId,
        now: Timestamp,
    ) -> Result<ChargePermission, Error> {
        self.read(&prepare::get_charge_permission(id), now).await
    }

    /// Reads a charge.
    pub async fn charge(&self, id: &ChargeId, now: Timestamp) -> Result<Charge, Error> {
        self.read(&prepare::get_charge(id), now).await
    }

    /// Reads a refund.
    pub async fn refund(&self, id: &RefundId, now: Timestamp) -> Result<Refund, Error> {
        self.read(&prepare::get_refund(id), now).await
    }

    /// Lists reports that fit `filter`, one page.
    pub async fn reports(&self, filter: &ListReports, now: Timestamp) -> Result<ReportList, Error> {
        self.read(&prepare::list_reports(filter), now).await
    }

    /// Reads a report's state.
    pub async fn report(&self, report_id: &str, now: Timestamp) -> Result<Report, Error> {
        self.read(&prepare::get_report(report_id), now).await
    }

    /// Reads where a finished report lies.
    pub async fn report_document(&self, id: &str, now: Timestamp) -> Result<ReportDocument, Error> {
        self.read(&prepare::get_report_document(id), now).await
    }

    /// Lists the schedules of these kinds of report; of all kinds when none is named.
    pub async fn report_schedules(
        &self,
        kinds: &[String],
        now: Timestamp,
    ) -> Result<ReportScheduleList, Error> {
        self.read(&prepare::list_report_schedules(kinds), now).await
    }

    /// Reads a schedule.
    pub async fn report_schedule(&self, id: &str, now: Timestamp) -> Result<ReportSchedule, Error> {
        self.read(&prepare::get_report_schedule(id), now).await
    }

    async fn read<T: DeserializeOwned>(&self, request: &PreparedRequest, now: Timestamp) -> Result<T, Error> {
        self.send(request, now).await?.decode()
    }
}
