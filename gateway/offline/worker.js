// Where there is no network, the pages by which goods are received still open, and every other says that there is none.
// What stands above this line, SHELL and MARK, is put there by `static.py`.

const SHELL_CACHE = `shell-${MARK}`;
const KEPT_CACHE = "kept";
const KEPT_MAX = 12;
const KEPT_MS_MAX = 3 * 24 * 3600 * 1000;
const PAGE_BYTES_MAX = 400_000;
const PATIENCE_MS = 8000;
const RECEIVING = /^\/orders\/[0-9a-f-]{36}\/acceptance$/;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL_CACHE);
    // Without cookies: what everybody may see, and nothing of whoever is signed in.
    await Promise.all(SHELL.map(async (url) => cache.put(url, await fetch(url, { credentials: "omit" }))));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELL_CACHE && name !== KEPT_CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(navigated(event.request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(shell(event.request));
});

// A page tells whose it is and which pages to have at hand; what was another's, or is nobody's now, is forgotten.
// What is still on its way for who was here before is not kept: `newest` is whose page spoke last.
let newest = "";
self.addEventListener("message", (event) => {
  const { who, keep = [], forget = "" } = event.data ?? {};
  newest = who;
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT_CACHE);
    for (const request of await cache.keys()) {
      const page = await cache.match(request);
      if (page.headers.get("x-who") !== who || isOld(page)) await cache.delete(request);
    }
    if (forget) await cache.delete(forget);
    if (!who) return;
    for (const path of keep.slice(0, KEPT_MAX)) {
      if (newest !== who) return;
      if (!RECEIVING.test(path)) continue;
      try {
        await put(path, await fetch(path, { credentials: "same-origin" }), who);
      } catch {
        return; // There is no network now; the page is kept when it is next opened with one.
      }
    }
  })());
});

async function shell(request) {
  const cache = await caches.open(SHELL_CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

async function navigated(request, url) {
  try {
    const response = await inTime(fetch(request), RECEIVING.test(url.pathname));
    if (RECEIVING.test(url.pathname)) await put(url.pathname, response.clone());
    return response;
  } catch {
    const kept = RECEIVING.test(url.pathname) ? await (await caches.open(KEPT_CACHE)).match(url.pathname) : undefined;
    if (kept && !isOld(kept)) return kept;
    return (await caches.open(SHELL_CACHE)).match(SHELL[0]);
  }
}

function inTime(answer, isReceiving) {
  if (!isReceiving) return answer;
  return Promise.race([answer, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE_MS))]);
}

function isOld(page) {
  return Date.now() - Date.parse(page.headers.get("x-kept-at")) > KEPT_MS_MAX;
}

// The newest pages are kept, each with whose it is and since when.
async function put(path, response, expected = null) {
  const who = response.headers.get("x-who");
  if (!response.ok || response.redirected || !who || (expected !== null && who !== expected)) return;
  const body = await response.blob();
  if (body.size > PAGE_BYTES_MAX) return;
  const headers = new Headers(response.headers);
  headers.set("x-kept-at", new Date().toISOString());
  const cache = await caches.open(KEPT_CACHE);
  await cache.delete(path);
  await cache.put(path, new Response(body, { status: 200, headers }));
  if (expected !== null && expected !== newest) await cache.delete(path);
  const keys = await cache.keys();
  for (const request of keys.slice(0, Math.max(0, keys.length - KEPT_MAX))) await cache.delete(request);
}
