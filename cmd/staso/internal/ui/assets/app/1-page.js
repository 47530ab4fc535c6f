// What the pages do beyond being read: keys, live arrivals, a span's details
// without a new page, folding, copying. Every page works without this module,
// and all state that matters is in the address. The files of this folder are
// served as one module, in the order of their names.

const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const main = () => $("#main");
const onTrace = () => main().classList.contains("trace");
const narrow = matchMedia("(max-width: 760px)");

let toastTimer;
function toast(text) {
  const box = $("#toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 1600);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast("The browser does not let this page copy");
  }
}

// fetchPage returns a page and its tag; no page where it is the one with that
// tag still.
async function fetchPage(address, { headers = {}, known = "" } = {}) {
  const answer = await fetch(address, { headers, cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const tag = answer.headers.get("ETag");
  if (known && tag === known) return { tag };
  return { tag, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

// Relative times grow old; this is figure.Ago of the server.
function ago(then, now = Date.now()) {
  const minutes = Math.floor((now - then) / 60000);
  if (minutes < -1) return null;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes}m ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ago`;
  if (minutes < 60 * 24 * 60) return `${Math.floor(minutes / 1440)}d ago`;
  return null;
}

function refreshTimes() {
  for (const time of $$("time[title]")) {
    if (!("zone" in time.dataset)) {
      time.dataset.zone = "";
      const here = new Date(time.dateTime);
      if (here.getTimezoneOffset()) time.title += ` (${here.toLocaleString()} here)`;
    }
    const text = ago(Date.parse(time.dateTime));
    if (text && time.textContent !== text) time.textContent = text;
  }
}

// every calls work each so many milliseconds while somebody looks, and less
// often while it fails. work returns false to end it.
function every(milliseconds, work) {
  let wait = milliseconds;
  const again = async () => {
    if (!document.hidden) {
      try {
        if ((await work()) === false) return;
        wait = milliseconds;
      } catch {
        wait = Math.min(wait * 2, 60000);
      }
    }
    setTimeout(again, wait);
  };
  setTimeout(again, wait);
}
