// Starts the simulator's program and gives shops with the official SDK, pointed at it over TLS.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const { WebStoreClient, InStoreClient } = createRequire(import.meta.url)("@amazonpay/amazon-pay-api-sdk-nodejs");

export const ALGORITHMS = ["AMZN-PAY-RSASSA-PSS", "AMZN-PAY-RSASSA-PSS-V2"];
export const STORE = "amzn1.application-oa2-client.sdk";
export const MERCHANT = "A1SDK";

export const newKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

// The SDK switches certificate checks off for the whole process, and Node warns once; both are expected here.
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (!warning.message.includes("NODE_TLS_REJECT_UNAUTHORIZED")) console.warn(warning);
});

export const yen = (amount) => ({ amount: String(amount), currencyCode: "JPY" });
export const idempotency = (key = randomBytes(16).toString("hex")) => ({ "x-amz-pay-idempotency-key": key });

/** The refusal of a call that must be refused: `[status, reasonCode]`. */
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    if (!error.response) throw error;
    assert.ok(error.response.headers["x-amz-pay-request-id"], "every answer has a request id");
    return [error.response.status, error.response.data.reasonCode];
  }
  assert.fail("the call was not refused");
}

export async function startSimulator() {
  const program = process.env.SIMULATOR_BIN;
  assert.ok(program, "SIMULATOR_BIN must name the simulator's program");
  const folder = mkdtempSync(join(tmpdir(), "noren-sdk-"));
  const flags = ["--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--clock", join(folder, "clock")];
  const child = spawn(program, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const addresses = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^listening: (https?):\/\/(.*)$/.exec(line);
    if (found) addresses[found[1]] = found[2];
    if (addresses.https) break;
  }
  assert.ok(addresses.https, "the simulator has told its addresses");
  return new Simulator(child, folder, addresses);
}

class Simulator {
  constructor(child, folder, addresses) {
    Object.assign(this, { child, folder, addresses });
  }

  async control(path, body) {
    const answer = await fetch(`http://${this.addresses.http}/control/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const result = await answer.json();
    assert.ok(answer.ok, `${path}: ${JSON.stringify(result)}`);
    return result;
  }

  seconds(count) {
    return this.control("clock/advance", { milliseconds: count * 1000 });
  }

  /** A shop whose key is registered. */
  async shop(algorithm, { publicKeyId = `SANDBOX-${randomBytes(8).toString("hex")}`, sandbox, merchant = MERCHANT } = {}) {
    const { publicKey, privateKey } = newKey();
    await this.control("keys", { publicKeyId, publicKeyPem: publicKey, merchantId: merchant, storeId: STORE });
    return new Shop(this, { publicKeyId, privateKey, algorithm, sandbox });
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    assert.equal(await ended, 0, "the simulator ends cleanly");
    rmSync(this.folder, { recursive: true });
  }
}

export class Shop {
  constructor(simulator, { publicKeyId, privateKey, algorithm, sandbox }) {
    this.simulator = simulator;
    this.config = { publicKeyId, privateKey, algorithm, sandbox, region: "jp", overrideServiceUrl: simulator.addresses.https };
    this.sdk = new WebStoreClient(this.config);
    this.inStore = new InStoreClient(this.config);
  }

  payload(more = {}) {
    return { webCheckoutDetails: { checkoutReviewReturnUrl: "https://shop.example.jp/review" }, storeId: STORE, ...more };
  }

  /** What checkout.js would post for this payload. */
  posted(payload, productType = "PayAndShip") {
    const payloadJSON = JSON.stringify(payload);
    return {
      payloadJSON,
      signature: this.sdk.generateButtonSignature(payloadJSON),
      algorithm: this.config.algorithm,
      publicKeyId: this.config.publicKeyId,
      productType,
    };
  }

  /** A session that the buyer has paid, ready for Complete. */
  async paid({ more, card = "1111", amount = 3980, intent = "Authorize", pending = false } = {}) {
    const { checkoutSessionId: id } = await this.simulator.control("checkout/initiate", this.posted(this.payload(more)));
    await this.simulator.control(`sessions/${id}/buyer`, { buyer: "hanako", address: 0, card });
    const updated = await this.sdk.updateCheckoutSession(id, {
      webCheckoutDetails: { checkoutResultReturnUrl: "https://shop.example.jp/result" },
      paymentDetails: { paymentIntent: intent, chargeAmount: yen(amount), canHandlePendingAuthorization: pending },
    });
    assert.deepEqual(updated.data.constraints, []);
    await this.simulator.control(`sessions/${id}/pay`, {});
    return id;
  }

  complete(id, amount = 3980, headers = idempotency()) {
    return this.sdk.completeCheckoutSession(id, { chargeAmount: yen(amount) }, headers);
  }

  /** A purchase: ids of permission and charge. */
  async buy(options = {}) {
    const id = await this.paid(options);
    const { data, status } = await this.complete(id, options.amount ?? 3980);
    return { status, id, chargePermissionId: data.chargePermissionId, chargeId: data.chargeId };
  }

  /** A recurring permission, nothing charged yet. */
  async subscribe() {
    const more = {
      chargePermissionType: "Recurring",
      recurringMetadata: { frequency: { unit: "Month", value: "1" }, amount: null },
    };
    const { chargePermissionId } = await this.buy({ more, intent: "Confirm" });
    return chargePermissionId;
  }

  charge(chargePermissionId, amount, more = {}, headers = idempotency()) {
    return this.sdk.createCharge({ chargePermissionId, chargeAmount: yen(amount), ...more }, headers);
  }

  capture(chargeId, amount, headers = idempotency()) {
    return this.sdk.captureCharge(chargeId, { captureAmount: yen(amount) }, headers);
  }

  refund(chargeId, amount, headers = idempotency()) {
    return this.sdk.createRefund({ chargeId, refundAmount: yen(amount) }, headers);
  }
}
