// Payloads, clicks and keys.

// A text that was cut grows in place, unless it is so long that a page of its
// own serves it better.
const longestInPlace = 2_000_000;
async function showMore(link) {
  const answer = await fetch(`${link.href}&shown=1`);
  const text = await answer.text();
  if (!answer.ok || text.length > longestInPlace) {
    location.href = link.href;
    return;
  }
  link.previousElementSibling.textContent = text;
  link.remove();
}

function theme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" ||
    (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  document.cookie = `staso_theme=${dark ? "light" : "dark"}; path=/; max-age=31536000; samesite=strict`;
}

const actions = {
  theme,
  help: () => $("#help").showModal(),
  "copy-link": () => copy(location.href, "Link"),
  "copy-code": () => copy($(".code code").textContent, "Code"),
  close: closeDetails,
};

function reveal(from = document) {
  for (const element of $$("[data-action][hidden], [data-copy][hidden]", from)) element.hidden = false;
}

document.addEventListener("click", async (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const found = (selector) => event.target.closest?.(selector);
  let element;
  if ((element = found("[data-action]"))) {
    event.preventDefault();
    actions[element.dataset.action]();
  } else if ((element = found("button.fold"))) {
    const row = element.closest(".row");
    fold(row, row.getAttribute("aria-expanded") === "true");
  } else if ((element = found("a[data-span]"))) {
    event.preventDefault();
    select(element.dataset.span);
  } else if ((element = found("a[data-tree]"))) {
    event.preventDefault();
    toggleTree();
  } else if ((element = found("a[data-more]"))) {
    event.preventDefault();
    showMore(element);
  } else if ((element = found("[data-copy]"))) {
    copy(await (await fetch(element.dataset.copy)).text(), "Text");
  } else if (!found("#filter")) {
    $("#filter")?.removeAttribute("open");
  }
});

function toggleTree() {
  const id = $("#details-body article")?.dataset.spanId;
  if (id) select(id, { push: false, focus: false, tree: !treeWanted() });
}

function escape() {
  const filter = $("#filter[open]");
  if (filter) filter.removeAttribute("open");
  else if (onTrace() && !$("#details").hidden && (!narrow.matches || $("#details").classList.contains("chosen"))) closeDetails();
  else if (onTrace()) location.href = listAddress();
}

function openFilter() {
  const filter = $("#filter");
  if (!filter) return;
  filter.open = !filter.open;
  $("select, input", filter)?.focus();
}

function search() {
  const box = $(".search input");
  if (box) box.select();
  else location.href = "/traces";
}

const everywhere = {
  "/": search,
  f: openFilter,
  c: actions["copy-link"],
  "?": actions.help,
  Escape: escape,
};
const inList = {
  j: () => moveCursor(1),
  k: () => moveCursor(-1),
  Enter: () => $(".traces tr.cursor a.open")?.click(),
};
const inTrace = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowLeft: () => left(),
  ArrowRight: () => fold(selectedRow(), false),
  Enter: () => selectedRow() && select(selectedRow().dataset.id),
  e: nextError,
  t: toggleTree,
  "[": () => otherTrace(-1),
  "]": () => otherTrace(1),
};
const pages = { t: "/traces", c: "/conversations", a: "/agents", u: "/users", d: "/decisions", p: "/policies", i: "/approvals" };

// left folds a row, or goes to its parent where it is folded already.
function left() {
  const row = selectedRow();
  if (row?.getAttribute("aria-expanded") === "true") fold(row, true);
  else if (row && parentOf(row)) select(parentOf(row).dataset.id, { push: false });
}

let going = false;
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || $("dialog[open]")) return;
  const typing = event.target.closest?.("input, select, textarea");
  if (typing) {
    if (event.key === "Escape") typing.blur();
    return;
  }
  if (going) {
    going = false;
    if (pages[event.key]) location.href = pages[event.key];
    return;
  }
  if (event.key === "g") {
    going = true;
    setTimeout(() => (going = false), 1200);
    return;
  }
  if (event.key === "Enter" && event.target.closest?.("a, button, summary") && !event.target.closest("#rows")) return;
  if (event.key.startsWith("Arrow") && !event.target.closest?.("#rows, body:focus") && event.target !== document.body) return;
  const action = (onTrace() ? inTrace : inList)[event.key] ?? everywhere[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

addEventListener("popstate", () => {
  if (!onTrace()) return;
  const id = new URLSearchParams(location.search).get("span");
  if (id && id !== "none" && rowOf(id)) select(id, { push: false });
  else location.reload();
});

reveal();
refreshTimes();
setInterval(refreshTimes, 30000);
if (onTrace()) {
  prepareRows();
  prepareGrip();
  selectedRow()?.scrollIntoView({ block: "nearest" });
  const back = $(".headline .back");
  if (back) back.href = listAddress();
  if (main().hasAttribute("data-running")) liveTrace();
} else {
  rememberOrder();
  prepareHistogram();
  liveList();
  liveInbox();
}
