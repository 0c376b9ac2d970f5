// What goes on by itself is looked at again until it has come to its end, and its end is said aloud.
const LOOK_AGAIN_MS = 1500;

const lookAgain = async () => {
  const shown = document.querySelector("[data-moving]");
  if (!shown) return;
  // Who has something in hand there is not disturbed.
  if (shown.contains(document.activeElement) || document.hidden) return void setTimeout(lookAgain, LOOK_AGAIN_MS);
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.getElementById(shown.id);
      if (newer) {
        shown.replaceWith(newer);
        if (!newer.hasAttribute("data-moving")) {
          document.getElementById("told")?.replaceChildren(newer.querySelector(".tag")?.textContent ?? "");
          return;
        }
      }
    }
  } catch {
    // Without a network the page stays as it is, and is looked at again.
  }
  setTimeout(lookAgain, LOOK_AGAIN_MS);
};
setTimeout(lookAgain, LOOK_AGAIN_MS);
