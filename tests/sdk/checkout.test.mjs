// Sessions and buyers through the SDK.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ALGORITHMS, STORE, idempotency, refusal, startSimulator, yen } from "./lib/simulator.mjs";

let simulator;
before(async () => (simulator = await startSimulator()));
after(() => simulator.stop());

for (const algorithm of ALGORITHMS) {
  test(`R85 ${algorithm}: create, get, update and complete a checkout session`, async () => {
    const shop = await simulator.shop(algorithm);
    const id = await shop.paid();
    const open = (await shop.sdk.getCheckoutSession(id)).data;
    assert.equal(open.buyer.name, "試験 花子");
    assert.equal(open.shippingAddress.city, null);
    assert.deepEqual(open.paymentPreferences, [{ paymentDescriptor: "Visa ****1111 (Amazon Pay)" }]);
    assert.deepEqual(await refusal(shop.complete(id, 3979)), [409, "AmountMismatch"]);
    const done = await shop.complete(id);
    assert.equal(done.status, 200);
    assert.equal(done.data.statusDetails.state, "Completed");
    assert.equal(done.data.buyer, null);
    assert.match(done.data.chargePermissionId, /^S03-\d{7}-\d{7}$/);
    assert.deepEqual(await refusal(shop.complete(id)), [422, "InvalidCheckoutSessionStatus"]);
    assert.deepEqual(await refusal(shop.sdk.updateCheckoutSession(id, {})), [422, "InvalidCheckoutSessionStatus"]);
  });

  test(`${algorithm}: the answer of Complete is given again under its key`, async () => {
    const shop = await simulator.shop(algorithm);
    const id = await shop.paid();
    const key = idempotency();
    const first = await shop.complete(id, 3980, key);
    assert.deepEqual((await shop.complete(id, 3980, key)).data, first.data);
  });

  test(`${algorithm}: a session before its buyer has paid cannot be completed`, async () => {
    const shop = await simulator.shop(algorithm);
    const created = await shop.sdk.createCheckoutSession(shop.payload(), idempotency());
    const ids = created.data.constraints.map((constraint) => constraint.constraintId);
    assert.ok(ids.includes("BuyerNotAssociated") && ids.includes("ChargeAmountNotSet"));
    const id = created.data.checkoutSessionId;
    assert.deepEqual(await refusal(shop.complete(id)), [422, "InvalidCheckoutSessionStatus"]);
    assert.deepEqual(await refusal(shop.sdk.getCheckoutSession("unknown")), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: the declining cards cancel the session`, async () => {
    const shop = await simulator.shop(algorithm);
    for (const [card, reason] of [["3434", "Declined"], ["3064", "BuyerCanceled"]]) {
      const id = await shop.paid({ card });
      assert.deepEqual(await refusal(shop.complete(id)), [422, "CheckoutSessionCanceled"]);
      assert.equal((await shop.sdk.getCheckoutSession(id)).data.statusDetails.reasonCode, reason);
    }
  });

  test(`${algorithm}: a pending authorization answers 202 and is decided later`, async () => {
    const shop = await simulator.shop(algorithm);
    for (const [card, state] of [["0701", "Authorized"], ["4354", "Declined"]]) {
      const { status, chargeId } = await shop.buy({ card, pending: true });
      assert.equal(status, 202);
      assert.equal((await shop.sdk.getCharge(chargeId)).data.statusDetails.state, "AuthorizationInitiated");
      await simulator.seconds(30);
      assert.equal((await shop.sdk.getCharge(chargeId)).data.statusDetails.state, state);
    }
  });

  test(`${algorithm}: simulation codes end a session`, async () => {
    const shop = await simulator.shop(algorithm);
    for (const code of ["BuyerCanceled", "AmazonCanceled", "Declined"]) {
      const id = await shop.paid();
      const headers = { ...idempotency(), "x-amz-pay-simulation-code": code };
      assert.deepEqual(await refusal(shop.complete(id, 3980, headers)), [422, "CheckoutSessionCanceled"]);
      assert.equal((await shop.sdk.getCheckoutSession(id)).data.statusDetails.reasonCode, code);
    }
  });

  test(`R62 ${algorithm}: unknown fields, ¥0, decimals and other currencies are refused`, async () => {
    const shop = await simulator.shop(algorithm);
    const amount = (chargeAmount) => ({ paymentDetails: { chargeAmount } });
    for (const [more, reason] of [
      [{ colour: "red" }, "UnrecognizedField"],
      [amount(yen(0)), "InvalidParameterValue"],
      [amount({ amount: "10.5", currencyCode: "JPY" }), "InvalidParameterValue"],
      [amount({ amount: "10", currencyCode: "USD" }), "CurrencyMismatch"],
      [{ storeId: "amzn1.application-oa2-client.foreign" }, "InvalidParameterValue"],
    ]) {
      const call = shop.sdk.createCheckoutSession(shop.payload(more), idempotency());
      assert.deepEqual(await refusal(call), [400, reason], JSON.stringify(more));
    }
    const list = shop.sdk.createCheckoutSession("[]", idempotency());
    assert.deepEqual(await refusal(list), [400, "InvalidRequestFormat"]);
  });

  test(`${algorithm}: the signed-in buyer is read by token`, async () => {
    const shop = await simulator.shop(algorithm);
    const payload = {
      signInReturnUrl: "https://shop.example.jp/signed-in",
      storeId: STORE,
      signInScopes: ["name", "email", "shippingAddress"],
    };
    const { signInId } = await simulator.control("checkout/initiate", shop.posted(payload, "SignIn"));
    const { redirectUrl } = await simulator.control(`sign-in/${signInId}`, { buyer: "taro" });
    const token = new URL(redirectUrl).searchParams.get("buyerToken");
    const { data } = await shop.sdk.getBuyer(token);
    assert.deepEqual([data.name, data.email, data.phoneNumber], ["見本太郎", "taro@example.jp", null]);
    assert.match(data.buyerId, /^amzn1\.account\.[A-Z0-9]+$/);
    assert.deepEqual(await refusal(shop.sdk.getBuyer("unknown")), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: finalize belongs to another product`, async () => {
    const shop = await simulator.shop(algorithm);
    const call = shop.sdk.finalizeCheckoutSession(await shop.paid(), { chargeAmount: yen(3980) });
    assert.deepEqual(await refusal(call), [405, "UnsupportedOperation"]);
  });
}
