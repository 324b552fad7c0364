// Permissions, charges and refunds through the SDK.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ALGORITHMS, idempotency, refusal, startSimulator, yen } from "./lib/simulator.mjs";

let simulator;
before(async () => (simulator = await startSimulator()));
after(() => simulator.stop());

const state = ({ data }) => data.statusDetails.state;

for (const algorithm of ALGORITHMS) {
  test(`R85 ${algorithm}: capture, refund, and the permission closes by itself`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId, chargePermissionId } = await shop.buy();
    assert.deepEqual(await refusal(shop.capture(chargeId, 3981)), [400, "TransactionAmountExceeded"]);
    const captured = await shop.capture(chargeId, 3980);
    assert.deepEqual([captured.status, state(captured), captured.data.captureAmount], [200, "Captured", yen(3980)]);
    assert.deepEqual(await refusal(shop.capture(chargeId, 1)), [422, "InvalidChargeStatus"]);
    assert.deepEqual(await refusal(shop.sdk.cancelCharge(chargeId, null)), [422, "InvalidChargeStatus"]);
    const { data } = await shop.sdk.getChargePermission(chargePermissionId);
    assert.deepEqual(data.statusDetails.reasons.map((reason) => reason.reasonCode), ["AmazonClosed"]);
    const refund = await shop.refund(chargeId, 980);
    assert.deepEqual([refund.status, state(refund)], [201, "RefundInitiated"]);
    await simulator.seconds(30);
    assert.equal(state(await shop.sdk.getRefund(refund.data.refundId)), "Refunded");
    assert.deepEqual((await shop.sdk.getCharge(chargeId)).data.refundedAmount, yen(980));
    // 15 % of ¥3,980 may be added: ¥597.
    assert.deepEqual(await refusal(shop.refund(chargeId, 3980 + 597 - 980 + 1)), [400, "TransactionAmountExceeded"]);
  });

  test(`${algorithm}: a refund can fail`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId } = await shop.buy();
    assert.deepEqual(await refusal(shop.refund(chargeId, 1)), [422, "InvalidChargeStatus"]);
    await shop.capture(chargeId, 3980);
    for (const code of ["AmazonRejected", "ProcessingFailure"]) {
      const refund = await shop.refund(chargeId, 100, { ...idempotency(), "x-amz-pay-simulation-code": code });
      await simulator.seconds(30);
      const { data } = await shop.sdk.getRefund(refund.data.refundId);
      assert.deepEqual([data.statusDetails.state, data.statusDetails.reasonCode], ["Declined", code]);
    }
    assert.deepEqual(await refusal(shop.refund("S03-1", 1)), [404, "ResourceNotFound"]);
    assert.deepEqual(await refusal(shop.sdk.getRefund("S03-1")), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: a charge is canceled, with and without a reason, and created anew`, async () => {
    const shop = await simulator.shop(algorithm);
    for (const body of [{ cancellationReason: "変更" }, null]) {
      const { chargeId, chargePermissionId } = await shop.buy();
      assert.deepEqual(await refusal(shop.charge(chargePermissionId, 1)), [400, "TransactionAmountExceeded"]);
      const canceled = await shop.sdk.cancelCharge(chargeId, body);
      assert.deepEqual([state(canceled), canceled.data.statusDetails.reasonCode], ["Canceled", "MerchantCanceled"]);
      const again = await shop.charge(chargePermissionId, 3980, { captureNow: true });
      assert.deepEqual([again.status, state(again)], [201, "Captured"]);
    }
  });

  test(`${algorithm}: a permission is updated and closed with its charges`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId, chargePermissionId } = await shop.buy();
    const notes = { merchantMetadata: { merchantReferenceId: "order-1", noteToBuyer: "ありがとうございます" } };
    const updated = await shop.sdk.updateChargePermission(chargePermissionId, notes);
    assert.equal(updated.data.merchantMetadata.noteToBuyer, "ありがとうございます");
    const limit = shop.sdk.updateChargePermission(chargePermissionId, { limits: {} });
    assert.deepEqual(await refusal(limit), [400, "UnrecognizedField"]);
    const close = { closureReason: "解約", cancelPendingCharges: true };
    const closed = await shop.sdk.closeChargePermission(chargePermissionId, close);
    assert.equal(state(closed), "Closed");
    const { data } = await shop.sdk.getCharge(chargeId);
    assert.equal(data.statusDetails.reasonCode, "ChargePermissionCanceled");
    const again = shop.sdk.closeChargePermission(chargePermissionId, close);
    assert.deepEqual(await refusal(again), [422, "InvalidChargePermissionStatus"]);
    assert.deepEqual(await refusal(shop.charge(chargePermissionId, 1)), [422, "InvalidChargePermissionStatus"]);
  });

  test(`${algorithm}: a late capture is asynchronous`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId } = await shop.buy();
    await simulator.seconds(8 * 24 * 3600);
    assert.equal(state(await shop.capture(chargeId, 3980)), "CaptureInitiated");
    await simulator.seconds(30);
    assert.equal(state(await shop.sdk.getCharge(chargeId)), "Captured");
  });

  test(`${algorithm}: an authorization ends after thirty days`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId } = await shop.buy();
    await simulator.seconds(30 * 24 * 3600);
    assert.equal((await shop.sdk.getCharge(chargeId)).data.statusDetails.reasonCode, "ExpiredUnused");
  });

  test(`${algorithm}: a recurring permission is charged up to its monthly limit`, async () => {
    const shop = await simulator.shop(algorithm);
    const id = await shop.subscribe();
    assert.match(id, /^C03-/);
    const charge = await shop.charge(id, 60_000, { merchantMetadata: { merchantReferenceId: "2回目" } });
    assert.match(charge.data.chargeId, /^S03-/);
    assert.equal(charge.data.chargePermissionId, id);
    assert.deepEqual((await shop.sdk.getChargePermission(id)).data.limits.amountBalance, yen(40_000));
    assert.deepEqual(await refusal(shop.charge(id, 40_001)), [400, "PeriodicAmountExceeded"]);
    const metadata = { recurringMetadata: { frequency: { unit: "Week", value: "2" }, amount: yen(500) } };
    const updated = await shop.sdk.updateChargePermission(id, metadata);
    assert.deepEqual(updated.data.recurringMetadata, metadata.recurringMetadata);
  });

  test(`${algorithm}: declined charges name their reason and leave no charge`, async () => {
    const shop = await simulator.shop(algorithm);
    for (const [code, status, after] of [
      ["SoftDeclined", 422, "Chargeable"],
      ["TransactionTimedOut", 422, "Chargeable"],
      ["AmazonRejected", 422, "Chargeable"],
      ["HardDeclined", 422, "NonChargeable"],
    ]) {
      const id = await shop.subscribe();
      const headers = { ...idempotency(), "x-amz-pay-simulation-code": code };
      assert.deepEqual(await refusal(shop.charge(id, 10, {}, headers)), [status, code]);
      assert.equal(state(await shop.sdk.getChargePermission(id)), after, code);
    }
    const headers = { ...idempotency(), "x-amz-pay-simulation-code": "NoSuchCode" };
    const wrong = shop.charge(await shop.subscribe(), 10, {}, headers);
    assert.deepEqual(await refusal(wrong), [400, "InvalidSandboxSimulationSpecified"]);
  });

  test(`${algorithm}: a charge's notes can be updated, its fields are strict`, async () => {
    const shop = await simulator.shop(algorithm);
    const { chargeId, chargePermissionId } = await shop.buy();
    const provider = { providerMetadata: { providerReferenceId: "p1" } };
    const updated = await shop.sdk.updateCharge(chargeId, provider, {});
    assert.equal(updated.data.providerMetadata.providerReferenceId, "p1");
    assert.deepEqual(await refusal(shop.charge(chargePermissionId, 1, { tip: 1 })), [400, "UnrecognizedField"]);
    assert.deepEqual(await refusal(shop.charge(chargePermissionId, 10_000_001)), [400, "TransactionAmountExceeded"]);
    assert.deepEqual(await refusal(shop.sdk.createCharge({}, idempotency())), [400, "MissingParameterValue"]);
    assert.deepEqual(await refusal(shop.sdk.getChargePermission("S03-1")), [404, "ResourceNotFound"]);
  });

  test(`R55 ${algorithm}: the answer of a create call is given again under its key`, async () => {
    const shop = await simulator.shop(algorithm);
    const id = await shop.subscribe();
    const key = idempotency();
    const first = await shop.charge(id, 10, {}, key);
    assert.deepEqual((await shop.charge(id, 10, {}, key)).data, first.data);
    assert.deepEqual(await refusal(shop.charge(id, 11, {}, key)), [400, "DuplicateIdempotencyKey"]);
    const capture = shop.capture(first.data.chargeId, 10, key);
    assert.deepEqual(await refusal(capture), [400, "DuplicateIdempotencyKey"]);
  });
}

test("failures on order reach the SDK as they are", async () => {
  const shop = await simulator.shop(ALGORITHMS[1]);
  const { chargeId } = await shop.buy();
  for (const status of [429, 500, 503]) {
    await simulator.control("faults", { operation: "captureCharge", kind: "status", status });
    assert.equal((await refusal(shop.capture(chargeId, 3980)))[0], status);
  }
  await simulator.control("faults", { operation: "captureCharge", kind: "hangUpAfter" });
  const key = idempotency();
  await assert.rejects(shop.capture(chargeId, 3980, key), (error) => !error.response);
  assert.equal(state(await shop.capture(chargeId, 3980, key)), "Captured");
});
