// The simulator's control API, for tests: what a merchant sees at Amazon, and failures on order.
import { askJson } from "./http.mjs";

export class Simulator {
  #origin;

  constructor(origin) {
    this.#origin = origin;
  }

  async #ask(method, path, body) {
    const answer = await askJson(this.#origin + path, { method, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Where a merchant sees what Amazon holds. */
  get merchantPage() {
    return `${this.#origin}/merchant`;
  }

  /** Charges in the order they came about; yen as numbers. */
  async charges() {
    const yen = (price) => (price ? Number(price.amount) : null);
    return (await this.#ask("GET", "/control/charges")).map((charge) => ({
      id: charge.chargeId,
      agreement: charge.chargePermissionId,
      state: charge.statusDetails.state,
      reason: charge.statusDetails.reasonCode,
      chargeAmount: yen(charge.chargeAmount),
      captureAmount: yen(charge.captureAmount),
    }));
  }

  /** Agreements, as Amazon holds them. */
  permissions() {
    return this.#ask("GET", "/control/permissions");
  }

  /** An agreement is ended at Amazon: by its buyer, or as `reason` says. */
  endPermission(id, reason = "BuyerClosed") {
    return this.#ask("POST", `/control/permissions/${id}/state`, { state: "Closed", reason });
  }

  /** The buyer of an agreement changes the card there, by its last digits. */
  changeCard(id, card) {
    return this.#ask("POST", `/control/permissions/${id}/card`, { card });
  }

  sessions() {
    return this.#ask("GET", "/control/sessions");
  }

  /** The next `times` calls of `operation` (all operations if null) meet a failure: `hangUpAfter`, `holdAfter`, `status` … */
  fault(operation, kind, more = {}) {
    return this.#ask("POST", "/control/faults", { ...(operation ? { operation } : {}), kind, ...more });
  }

  /** Nothing fails any more, and held calls go on. */
  clearFaults() {
    return this.#ask("DELETE", "/control/faults");
  }

  /** Held calls go on. */
  release() {
    return this.#ask("POST", "/control/faults/release");
  }

  /** How many calls are being held. */
  async held() {
    return (await this.#ask("GET", "/control/faults")).held;
  }

  /** A buyer signs in without a browser; the address that would lead back to the shop. */
  async signIn(id, buyer) {
    return (await this.#ask("POST", `/control/sign-in/${id}`, { buyer })).redirectUrl;
  }

  set(settings) {
    return this.#ask("POST", "/control/settings", settings);
  }
}
