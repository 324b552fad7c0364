// checkout.js of the simulator: the same calls as Amazon Pay's script, none of its code or artwork.
// It needs no inline style, no eval and no network of its own: clicks submit forms to this script's host.
(function () {
  "use strict";
  var base = new URL(document.currentScript.src).origin;

  function field(form, name, value) {
    if (value === undefined || value === null) return;
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = typeof value === "object" ? JSON.stringify(value) : String(value);
    form.appendChild(input);
  }

  function post(path, fields) {
    var form = document.createElement("form");
    form.method = "POST";
    form.action = base + path;
    form.acceptCharset = "UTF-8";
    form.hidden = true;
    Object.keys(fields).forEach(function (name) {
      field(form, name, fields[name]);
    });
    document.body.appendChild(form);
    form.submit();
  }

  function start(options, config) {
    if (!config || !config.payloadJSON || !config.signature) {
      throw new Error("amazon.Pay (simulator): createCheckoutSessionConfig needs payloadJSON and signature");
    }
    var payload = config.payloadJSON;
    post("/checkout/initiate", {
      payloadJSON: typeof payload === "string" ? payload : JSON.stringify(payload),
      signature: config.signature,
      // Without a name Amazon's front end and its SDKs disagree; the documentation's default is V2.
      algorithm: config.algorithm || "AMZN-PAY-RSASSA-PSS-V2",
      publicKeyId: config.publicKeyId || options.publicKeyId,
      merchantId: options.merchantId,
      ledgerCurrency: options.ledgerCurrency,
      checkoutLanguage: options.checkoutLanguage,
      productType: options.productType || "PayAndShip",
      placement: options.placement,
      sandbox: options.sandbox,
      estimatedOrderAmount: options.estimatedOrderAmount,
    });
  }

  function find(selector) {
    var element = typeof selector === "string" ? document.querySelector(selector) : selector;
    if (!element) throw new Error("amazon.Pay (simulator): nothing matches " + selector);
    return element;
  }

  function check(options) {
    ["merchantId", "ledgerCurrency", "placement"].forEach(function (name) {
      if (!options || !options[name]) throw new Error("amazon.Pay (simulator): " + name + " is required");
    });
  }

  // Colours and sizes are set by script, which a page's style policy allows.
  function drawButton(options) {
    var button = document.createElement("button");
    var english = options.checkoutLanguage === "en_US" || options.checkoutLanguage === "en_GB";
    button.type = "button";
    button.className = "simulator-pay-button";
    button.setAttribute("data-test", "amazon-pay-button");
    button.lang = english ? "en" : "ja";
    button.textContent = english ? "Amazon Pay (simulator)" : "Amazon Pay(シミュレーター)";
    var dark = options.buttonColor === "DarkGray";
    var look = {
      display: "block",
      boxSizing: "border-box",
      width: "100%",
      height: "100%",
      minHeight: "48px",
      margin: "0",
      padding: "0 16px",
      border: "2px dashed " + (dark ? "#d0d0d0" : "#555555"),
      borderRadius: "6px",
      background: dark ? "#4a4a4a" : "#e2e2e2",
      color: dark ? "#ffffff" : "#222222",
      font: "600 16px/1.4 system-ui, sans-serif",
      cursor: "pointer",
    };
    Object.keys(look).forEach(function (name) {
      button.style[name] = look[name];
    });
    return button;
  }

  function renderButton(selector, options) {
    check(options);
    var element = find(selector);
    var amount = options.estimatedOrderAmount;
    var clicked = null;
    var button = drawButton(options);

    function begin(given) {
      var config =
        (given && (given.createCheckoutSessionConfig || given.signInConfig)) ||
        options.createCheckoutSessionConfig ||
        options.signInConfig;
      start(Object.assign({}, options, { estimatedOrderAmount: amount }), config);
    }

    button.addEventListener("click", function (event) {
      if (clicked) clicked(event);
      else begin();
    });
    element.replaceChildren(button);
    return {
      onClick: function (fn) {
        clicked = fn;
      },
      initCheckout: begin,
      updateButtonInfo: function (info) {
        amount = info;
      },
    };
  }

  function initCheckout(options) {
    check(options);
    start(options, options.createCheckoutSessionConfig || options.signInConfig);
  }

  function bindChangeAction(selector, options) {
    var pages = { changeAddress: "change-address", changePayment: "change-payment" };
    var page = pages[options.changeAction];
    if (!page) throw new Error("amazon.Pay (simulator): unknown changeAction " + options.changeAction);
    var id = encodeURIComponent(options.amazonCheckoutSessionId);
    find(selector).addEventListener("click", function (event) {
      event.preventDefault();
      window.location.assign(base + "/checkout/" + id + "/" + page);
    });
  }

  function bindUpgradeAction(selector, options) {
    find(selector).addEventListener("click", function (event) {
      event.preventDefault();
      var config = options.upgradeConfig || options.createCheckoutSessionConfig || options;
      post("/checkout/upgrade", {
        payloadJSON: config.payloadJSON,
        signature: config.signature,
        algorithm: config.algorithm || "AMZN-PAY-RSASSA-PSS-V2",
        publicKeyId: config.publicKeyId || options.publicKeyId,
        chargePermissionId: options.chargePermissionId,
      });
    });
  }

  window.amazon = window.amazon || {};
  window.amazon.Pay = {
    renderButton: renderButton,
    initCheckout: initCheckout,
    bindChangeAction: bindChangeAction,
    bindUpgradeAction: bindUpgradeAction,
    // The simulator keeps nobody signed in, so there is nothing to forget.
    signout: function () {},
  };
})();
