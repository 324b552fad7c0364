// Reports, delivery trackers, and what this simulator knows but does not offer.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ALGORITHMS, idempotency, refusal, startSimulator } from "./lib/simulator.mjs";

let simulator;
before(async () => (simulator = await startSimulator()));
after(() => simulator.stop());

const AUTHORIZATION = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_AUTHORIZATION_DATA_";
const REFUND = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_";

for (const algorithm of ALGORITHMS) {
  test(`${algorithm}: reports are made, listed with a query, and read`, async () => {
    const shop = await simulator.shop(algorithm, { merchant: `REPORTS-${algorithm}` });
    const { chargeId } = await shop.buy();
    const made = await shop.sdk.createReport({ reportType: AUTHORIZATION }, idempotency());
    assert.equal(made.status, 201);
    await shop.sdk.createReport({ reportType: REFUND }, idempotency());
    const list = async (reportTypes) => {
      const query = { reportTypes, processingStatuses: "COMPLETED", pageSize: 10 };
      return (await shop.sdk.getReports(query)).data.reports.map((report) => report.reportType);
    };
    assert.deepEqual(await list(`${AUTHORIZATION},${REFUND}`), [REFUND, AUTHORIZATION]);
    assert.deepEqual(await list(REFUND), [REFUND]);
    assert.equal((await shop.sdk.getReports()).data.reports.length, 2);
    const report = (await shop.sdk.getReportById(made.data.reportId)).data;
    const document = (await shop.sdk.getReportDocument(report.reportDocumentId)).data;
    const text = await (await fetch(document.url)).text();
    assert.ok(text.includes(chargeId));
    const wrong = shop.sdk.createReport({ reportType: "EVERYTHING" }, idempotency());
    assert.deepEqual(await refusal(wrong), [400, "InvalidParameterValue"]);
    assert.deepEqual(await refusal(shop.sdk.getReportById("A1")), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: report schedules are made, listed, read and canceled`, async () => {
    const shop = await simulator.shop(algorithm, { merchant: `SCHEDULES-${algorithm}` });
    const schedule = { reportType: AUTHORIZATION, scheduleFrequency: "P1D", deleteExistingSchedule: true };
    const made = await shop.sdk.createReportSchedule(schedule, idempotency());
    assert.equal(made.status, 201);
    const id = made.data.reportScheduleId;
    assert.equal((await shop.sdk.getReportScheduleById(id)).data.scheduleFrequency, "P1D");
    assert.equal((await shop.sdk.getReportSchedules(AUTHORIZATION)).data.reportSchedules.length, 1);
    assert.equal((await shop.sdk.cancelReportSchedule(id)).status, 200);
    assert.deepEqual(await refusal(shop.sdk.getReportScheduleById(id)), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: delivery trackers and authorization tokens are answered`, async () => {
    const shop = await simulator.shop(algorithm);
    const tracker = { chargePermissionId: "S03-1", deliveryDetails: [{ trackingNumber: "1", carrierCode: "YAMATO" }] };
    assert.deepEqual((await shop.sdk.deliveryTrackers(tracker)).data, tracker);
    assert.equal((await shop.sdk.getAuthorizationToken("token", "A1")).data.authorizationToken, "token");
  });

  test(`${algorithm}: operations for payment and solution providers are refused by name`, async () => {
    const { sdk, inStore } = await simulator.shop(algorithm);
    const key = idempotency;
    const calls = {
      createDispute: () => sdk.createDispute({}, key()),
      getDispute: () => sdk.getDispute("D1"),
      updateDispute: () => sdk.updateDispute("D1", {}, key()),
      contestDispute: () => sdk.contestDispute("D1", {}, key()),
      uploadFile: () => sdk.uploadFile({}, key()),
      createMerchantAccount: () => sdk.createMerchantAccount({}, key()),
      updateMerchantAccount: () => sdk.updateMerchantAccount("M1", {}, {}),
      merchantAccountClaim: () => sdk.merchantAccountClaim("M1", {}, key()),
      registerAmazonPayAccount: () => sdk.registerAmazonPayAccount({}, key()),
      updateAmazonPayAccount: () => sdk.updateAmazonPayAccount("M1", {}),
      deleteAmazonPayAccount: () => sdk.deleteAmazonPayAccount("M1"),
      merchantScan: () => inStore.merchantScan({}, key()),
      charge: () => inStore.charge({}, key()),
      refund: () => inStore.refund({}, key()),
    };
    for (const [name, call] of Object.entries(calls)) {
      assert.deepEqual(await refusal(call()), [405, "UnsupportedOperation"], name);
    }
  });
}
