// A form is sent once: a second press while the first is on its way does nothing, and after a second the button says so.
const PATIENCE_MS = 1000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  setTimeout(() => {
    if (!form.dataset.sent || !button) return;
    button.setAttribute("aria-busy", "true");
    document.getElementById("told")?.replaceChildren(document.body.dataset.busy);
  }, PATIENCE_MS);
});

// A page that comes back from the browser's memory is a page to be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});
