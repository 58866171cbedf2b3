// Lets the page's own requests carry the token that an embedding page handed over (see embedded.js). It stands before
// every other script, so that nothing is asked without it; where the page stands by itself it changes nothing.
(() => {
  "use strict";
  if (window.parent === window) return;
  const LONGEST_WAIT = 10000; // milliseconds for the embedding page to hand over a token
  const plain = window.fetch.bind(window);
  let token = "";
  let connect;
  const connected = new Promise((resolve) => {
    connect = resolve;
  });

  const isOwn = (request) => request.url.startsWith(`${location.origin}/`);

  function carrying(request) {
    if (!token || !isOwn(request) || request.headers.has("Authorization")) return request;
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${token}`);
    return new Request(request, { headers });
  }

  async function renewed(used) {
    if (token !== used) return true; // another request has had it renewed meanwhile
    const late = new Promise((resolve) => {
      setTimeout(resolve, LONGEST_WAIT);
    });
    await Promise.race([connected.then((renew) => renew()), late]);
    return token !== used;
  }

  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!isOwn(request)) return plain(request);
    const again = request.clone();
    const used = token;
    const response = await plain(carrying(request));
    return response.status === 401 && (await renewed(used)) ? plain(carrying(again)) : response;
  };

  window.qaToken = () => token;
  window.qaBearer = Object.freeze({
    hold(value) {
      token = value;
    },
    /** Takes the function that asks the embedding page for a token and resolves when it has answered. */
    renewBy(renew) {
      connect(renew);
    },
  });
})();
