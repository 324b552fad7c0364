// Keys, environments and signatures, as the SDK makes them and as it must not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ALGORITHMS, Shop, idempotency, newKey, refusal, startSimulator, yen } from "./lib/simulator.mjs";

let simulator;
before(async () => (simulator = await startSimulator()));
after(() => simulator.stop());

for (const algorithm of ALGORITHMS) {
  test(`R85 ${algorithm}: a signed call is answered, a button's signature is believed`, async () => {
    const shop = await simulator.shop(algorithm);
    const { status, headers } = await shop.sdk.createCheckoutSession(shop.payload(), idempotency());
    assert.equal(status, 201);
    assert.ok(headers["x-amz-pay-request-id"]);
    const started = await simulator.control("checkout/initiate", shop.posted(shop.payload()));
    assert.equal((await shop.sdk.getCheckoutSession(started.checkoutSessionId)).data.statusDetails.state, "Open");
  });

  test(`${algorithm}: another private key, an unknown key id and the other algorithm's name are refused`, async () => {
    const shop = await simulator.shop(algorithm);
    const config = { ...shop.config };
    const stranger = new Shop(simulator, { ...config, privateKey: newKey().privateKey });
    assert.deepEqual(await refusal(stranger.sdk.getCharge("S03-1")), [403, "InvalidRequestSignature"]);
    const unknown = new Shop(simulator, { ...config, publicKeyId: "SANDBOX-NOBODY" });
    assert.deepEqual(await refusal(unknown.sdk.getCharge("S03-1")), [403, "InvalidAuthentication"]);
    const other = ALGORITHMS.find((name) => name !== algorithm);
    const posted = { ...shop.posted(shop.payload()), algorithm: other };
    await assert.rejects(simulator.control("checkout/initiate", posted), /InvalidRequestSignature/);
  });

  test(`${algorithm}: a payload changed after signing is refused`, async () => {
    const shop = await simulator.shop(algorithm);
    const posted = shop.posted(shop.payload());
    posted.payloadJSON = posted.payloadJSON.replace("review", "elsewhere");
    await assert.rejects(simulator.control("checkout/initiate", posted), /InvalidRequestSignature/);
  });

  test(`${algorithm}: older keys name their environment in the path`, async () => {
    const sandbox = await simulator.shop(algorithm, { publicKeyId: `AE1${algorithm.length}`, sandbox: true });
    assert.equal((await sandbox.sdk.createCheckoutSession(sandbox.payload(), idempotency())).status, 201);
    const live = new Shop(simulator, { ...sandbox.config, sandbox: false });
    const created = await live.sdk.createCheckoutSession(live.payload(), idempotency());
    assert.equal(created.data.releaseEnvironment, "Live");
    const id = created.data.checkoutSessionId;
    assert.deepEqual(await refusal(sandbox.sdk.getCheckoutSession(id)), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: caller's headers in mixed case are signed as they are written`, async () => {
    const shop = await simulator.shop(algorithm);
    const headers = { "X-Amz-Pay-Idempotency-Key": "mixed", "x-amz-pay-platform-version": "1.2" };
    assert.equal((await shop.sdk.createCheckoutSession(shop.payload(), headers)).status, 201);
  });

  test(`${algorithm}: another merchant sees nothing`, async () => {
    const shop = await simulator.shop(algorithm);
    const other = await simulator.shop(algorithm, { merchant: "A2SDK" });
    const { chargeId, chargePermissionId } = await shop.buy();
    assert.deepEqual(await refusal(other.sdk.getCharge(chargeId)), [404, "ResourceNotFound"]);
    assert.deepEqual(await refusal(other.charge(chargePermissionId, 1)), [404, "ResourceNotFound"]);
  });

  test(`${algorithm}: idempotency keys are needed, short, and good for one thing`, async () => {
    const shop = await simulator.shop(algorithm);
    const create = (amount, headers) =>
      shop.sdk.createCheckoutSession(shop.payload({ paymentDetails: { chargeAmount: yen(amount) } }), headers);
    assert.deepEqual(await refusal(create(1, {})), [400, "MissingHeader"]);
    assert.deepEqual(await refusal(create(1, idempotency("x".repeat(33)))), [400, "InvalidHeaderValue"]);
    const key = idempotency();
    const first = await create(1, key);
    assert.deepEqual((await create(1, key)).data, first.data);
    assert.deepEqual(await refusal(create(2, key)), [400, "DuplicateIdempotencyKey"]);
  });
}
