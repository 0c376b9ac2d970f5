// What is weighed where there is no network is kept on the phone, survives a reload, and is sent by itself later.
// The server takes the same acceptance sent again and again as one, so what was sent and not answered is sent again.
const QUEUED_MAX = 40;
const PHOTO_PIXELS_MAX = 1600;
const SEND_MS_MAX = 60_000;
const DRAFT_MS_MAX = 7 * 24 * 3600 * 1000;

const DRAFTS_MAX = 20;

const part = (id) => document.getElementById(id);
const queuedForm = () => document.querySelector("form[data-queue]");
const who = document.body.dataset.who ?? (part("queued") ? remembered() : "");
if (!part("queued")) remember(who);

// The page without a network is everybody's, so whose turn it is stands beside it until somebody else comes.
function remembered() {
  try {
    return localStorage.getItem("who") ?? "";
  } catch {
    return "";
  }
}
function remember(mark) {
  try {
    if (mark) localStorage.setItem("who", mark);
    else localStorage.removeItem("who");
  } catch {
    // Where nothing can be kept, nothing waits either.
  }
}

// ── the queue ──
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("zhucai", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
async function inQueue(mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = base.transaction("queue", mode);
      const request = act(change.objectStore("queue"));
      change.oncomplete = () => resolve(request.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally {
    base.close();
  }
}
const put = (entry) => inQueue("readwrite", (store) => store.put(entry));
const drop = (id) => inQueue("readwrite", (store) => store.delete(id));
async function own() {
  const all = await inQueue("readonly", (store) => store.getAll());
  return all.filter((one) => one.who === who).sort((a, b) => a.at - b.at);
}
const unsent = async () => (await own()).filter((one) => one.state !== "draft");

// ── sending ──
const inTurn = (act) => (navigator.locks ? navigator.locks.request("zhucai-queue", act) : act());

async function posted(entry, csrf) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, name === "csrf" ? csrf : value);
  for (const [name, blob] of entry.photos) body.append(name, blob, "scale.jpg");
  return fetch(entry.url, { method: "POST", body, signal: AbortSignal.timeout?.(SEND_MS_MAX) });
}
async function freshToken(url) {
  const page = await fetch(url, { signal: AbortSignal.timeout?.(SEND_MS_MAX) });
  if (!page.ok || new URL(page.url).pathname !== url) return "";
  return new DOMParser().parseFromString(await page.text(), "text/html").querySelector("input[name=csrf]")?.value ?? "";
}
// Gives where it led ("sent"), the page that says what is wrong ("wrong"), or that it waits on ("waits").
async function sent(entry) {
  try {
    let answer = await posted(entry, document.querySelector("input[name=csrf]")?.value ?? "");
    if (answer.status === 403) {
      const csrf = await freshToken(entry.url); // The session may be a newer one than this page's.
      if (!csrf) return { outcome: "waits" };
      answer = await posted(entry, csrf);
    }
    if (answer.redirected && answer.ok && entry.url.startsWith(`${new URL(answer.url).pathname}/`)) {
      await drop(entry.id);
      return { outcome: "sent", url: answer.url };
    }
    const later = answer.ok || answer.status === 401 || answer.status === 429 || answer.status >= 500;
    if (later) return { outcome: "waits" };
    await put({ ...entry, state: "wrong" });
    return { outcome: "wrong", page: await answer.text() };
  } catch {
    return { outcome: "waits" };
  }
}
async function drain() {
  if (!who) return;
  await inTurn(async () => {
    for (const entry of await unsent()) {
      if (entry.state !== "waiting") continue;
      const { outcome, url } = await sent(entry);
      if (outcome === "sent") {
        await tellWorker({ forget: entry.url });
        if (location.pathname === entry.url) location.assign(url);
      }
      if (outcome === "waits") break;
    }
  });
  await show();
}

// ── what is shown ──
async function show() {
  const left = await unsent();
  const drafts = (await own()).filter((one) => one.state === "draft").reverse();
  for (const [place, one] of drafts.entries()) {
    if (place >= DRAFTS_MAX || Date.now() - one.at > DRAFT_MS_MAX) await drop(one.id);
  }
  const waiting = part("waiting");
  if (waiting) {
    waiting.hidden = left.length === 0;
    waiting.querySelector("b").textContent = String(left.length);
  }
  const list = part("queued");
  if (!list) return;
  list.replaceChildren(...left.map((entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.url;
    link.className = "whole";
    link.textContent = entry.name;
    const says = document.createElement("p");
    const when = new Date(entry.at).toLocaleString(document.documentElement.lang);
    says.textContent = `${when} · ${list.dataset[entry.state]}`;
    item.append(link, says);
    if (entry.state === "wrong") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button stop";
      button.textContent = list.dataset.drop;
      button.addEventListener("click", async () => { await drop(entry.id); await show(); });
      item.append(button);
    }
    return item;
  }));
  part("queue-empty").hidden = left.length > 0;
}

// ── the form ──
async function smaller(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const by = Math.min(1, PHOTO_PIXELS_MAX / Math.max(image.width, image.height));
    if (by === 1 && file.size < 600_000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * by);
    canvas.height = Math.round(image.height * by);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
    return made && made.size < file.size ? made : file;
  } catch {
    return file; // What is no picture the server refuses, with a sentence.
  }
}
async function entryOf(form, state) {
  const fields = [];
  const photos = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.push([name, value]);
    else if (value.size > 0 && state !== "draft") photos.push([name, await smaller(value)]);
  }
  const url = new URL(form.action).pathname;
  const id = state === "draft" ? `draft ${url}` : form.elements.act_id.value;
  return { id, who, url, name: form.dataset.queue, at: Date.now(), state, fields, photos };
}
function fill(form, entry) {
  for (const [name, value] of entry.fields) {
    const field = form.elements[name];
    if (field && name !== "csrf" && field.type !== "file") field.value = value;
  }
  returnPhotos(form, entry);
  for (const fold of form.querySelectorAll("details")) {
    fold.open ||= [...fold.querySelectorAll("input")].some((input) => input.value);
  }
}
function returnPhotos(form, entry) {
  for (const [name, blob] of entry.photos) {
    const input = form.elements[name];
    if (!input || input.files.length) continue;
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "scale.jpg", { type: blob.type }));
    input.files = transfer.files;
  }
}
async function begin(form) {
  const shown = form.elements.day;
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
  // The page may have been kept since yesterday.
  if (shown && shown.value === shown.defaultValue && shown.value < today) shown.value = today;
  if (document.body.hasAttribute("data-wrong")) return;
  const url = new URL(form.action).pathname;
  const mine = (await own()).filter((one) => one.url === url);
  const entry = mine.find((one) => one.state !== "draft") ?? mine.find((one) => Date.now() - one.at < DRAFT_MS_MAX);
  if (entry) {
    fill(form, entry);
    part("restored").hidden = false;
  }
}
async function submitted(form, button) {
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  button?.setAttribute("aria-busy", "true");
  try {
    if ((await unsent()).length >= QUEUED_MAX) throw new Error("full");
    const entry = await entryOf(form, "waiting");
    await put(entry);
    await drop(`draft ${entry.url}`);
    const { outcome, url, page } = await inTurn(() => sent(entry));
    if (outcome === "sent") {
      tellWorker({ forget: entry.url });
      location.assign(url);
    } else if (outcome === "wrong") {
      showAnswer(page, entry);
    } else {
      form.hidden = true;
      part("restored").hidden = true;
      part("kept").hidden = false;
      part("kept").focus();
      await show();
    }
  } catch {
    form.submit(); // Nothing can be kept here, as in a private window: it is sent as any form is.
  } finally {
    delete form.dataset.sent;
    button?.removeAttribute("aria-busy");
  }
}
// What the server says is wrong is shown in this page's place, with the photos that were taken.
function showAnswer(text, entry) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  part("main").replaceWith(document.adoptNode(page.getElementById("main")));
  const form = queuedForm();
  if (form) returnPhotos(form, entry);
  document.querySelector(".summary")?.focus();
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (who && form.matches("form[data-queue]")) {
    event.preventDefault();
    submitted(form, event.submitter);
  } else if (form.matches('form[action="/sign-out"]') && !form.dataset.asked) {
    event.preventDefault();
    leave(form);
  }
});
let drafting = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!form || !who) return;
  const gross = event.target.closest("details")?.querySelector('[name^="gross-"]');
  if (gross) net(form, gross.name.slice("gross-".length));
  clearTimeout(drafting);
  drafting = setTimeout(async () => {
    if (!form.hidden && !form.dataset.sent && form.isConnected) await put(await entryOf(form, "draft"));
  }, 400);
});
// The weight is worked out as one types, for the eye alone: the server works it out anew, in whole grams.
function net(form, place) {
  const [gross, tare] = ["gross", "tare"].map((name) => Number(form.elements[`${name}-${place}`].value || 0));
  if (!(gross > 0 && tare >= 0 && tare <= gross)) return;
  form.elements[`amount-${place}`].value = String(Number((gross - tare).toFixed(3)));
}

// ── the worker, and leaving ──
async function tellWorker(message) {
  const found = await navigator.serviceWorker?.getRegistration();
  found?.active?.postMessage({ who, ...message });
}
async function keep() {
  const worker = navigator.serviceWorker;
  if (!worker || (!who && !(await worker.getRegistration()))) return;
  const paths = [...document.querySelectorAll("a[data-keep]")].map((link) => new URL(link.href).pathname);
  if (who && (paths.length || queuedForm())) {
    await worker.register(`/sw.js?lang=${document.documentElement.lang.slice(0, 2)}`, { scope: "/" });
    await worker.ready;
  }
  await tellWorker({ keep: paths });
}
// Who signs out leaves nothing on the phone; what was not sent yet is asked about first.
async function leave(form) {
  try {
    if ((await unsent()).length && part("leaving")?.hidden) {
      part("leaving").hidden = false;
      part("leaving").focus();
      return;
    }
    indexedDB.deleteDatabase("zhucai");
    if (self.caches) for (const name of await caches.keys()) if (name === "kept") await caches.delete(name);
  } catch {
    // Where nothing can be kept, nothing is left.
  }
  form.dataset.asked = "yes";
  form.submit();
}

if (self.indexedDB) {
  const form = queuedForm();
  if (form && who) begin(form).catch(() => {});
  keep().catch(() => {});
  show().catch(() => {});
  drain().catch(() => {});
  window.addEventListener("online", () => drain().catch(() => {}));
  part("send-now")?.addEventListener("click", () => drain().catch(() => {}));
}
