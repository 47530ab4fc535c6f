// A trace: rows, details, folding, growing while it runs.

const spanRows = () => $$("#rows .row");
const visibleRows = () => spanRows().filter((row) => !row.hidden);
const rowOf = (id) => document.getElementById("rows")?.querySelector(`.row[data-id="${CSS.escape(id)}"]`);
const selectedRow = () => $("#rows .row.selected");

function mark(row) {
  const old = selectedRow();
  old?.classList.remove("selected");
  old?.setAttribute("aria-selected", "false");
  if (old) $("a[data-span]", old).tabIndex = -1;
  row.classList.add("selected");
  row.setAttribute("aria-selected", "true");
  const link = $("a[data-span]", row);
  link.tabIndex = 0;
  row.scrollIntoView({ block: "nearest" });
  return link;
}

let wanted = 0;
async function select(id, { push = true, focus = true, tree = treeWanted() } = {}) {
  const row = rowOf(id);
  const address = `/traces/${main().dataset.trace}?span=${id}${tree ? "&view=tree" : ""}`;
  if (!row) {
    location.href = address;
    return;
  }
  for (let parent = row; parent.hidden; ) {
    parent = parentOf(parent);
    if (!parent) break;
    fold(parent, false);
  }
  const link = mark(row);
  if (focus && !narrow.matches) link.focus({ preventScroll: true });
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  const mine = ++wanted;
  try {
    const { page } = await fetchPage(`/traces/${main().dataset.trace}/spans/${id}${tree ? "?view=tree" : ""}`, { headers: { "X-Fragment": "details" } });
    if (mine === wanted) showDetails($("article.span", page));
  } catch {
    if (mine === wanted) toast("The span could not be read");
  }
}

const treeWanted = () => new URLSearchParams(location.search).get("view") === "tree";

function showDetails(article) {
  const pane = $("#details");
  pane.hidden = false;
  pane.classList.add("chosen");
  $("#split").classList.remove("alone");
  $("#details-body").replaceChildren(document.adoptNode(article));
  $("#details-body").scrollTop = 0;
  reveal(pane);
}

function closeDetails() {
  wanted++; // an answer that is still on its way does not open it again
  const pane = $("#details");
  pane.classList.remove("chosen");
  pane.hidden = true;
  $("#split").classList.add("alone");
  history.pushState(null, "", `/traces/${main().dataset.trace}?span=none`);
}

function step(by) {
  const rows = visibleRows();
  const at = rows.indexOf(selectedRow());
  const next = rows[at < 0 ? 0 : at + by];
  if (!next || next === selectedRow()) return;
  if ($("#details").hidden) mark(next).focus({ preventScroll: true });
  else select(next.dataset.id, { push: false });
}

function nextError() {
  const ids = $("#rows").dataset.errors.split(" ").filter(Boolean);
  if (!ids.length) {
    toast("No span failed");
    return;
  }
  select(ids[(ids.indexOf(selectedRow()?.dataset.id) + 1) % ids.length]);
}

const level = (row) => Number(row.getAttribute("aria-level"));

function parentOf(row) {
  for (let at = row.previousElementSibling; at; at = at.previousElementSibling) {
    if (at.getAttribute("role") === "row" && level(at) < level(row)) return at;
  }
  return null;
}

// fold hides what is below a row, or shows it but for what is folded inside.
function fold(row, folded) {
  if (!row?.hasAttribute("aria-expanded")) return;
  row.setAttribute("aria-expanded", String(!folded));
  let hiddenBelow = folded ? level(row) : Infinity;
  for (let at = row.nextElementSibling; at && level(at) > level(row); at = at.nextElementSibling) {
    if (level(at) <= hiddenBelow) hiddenBelow = Infinity;
    at.hidden = folded || level(at) > hiddenBelow;
    if (!at.hidden && at.getAttribute("aria-expanded") === "false") hiddenBelow = level(at);
  }
}

async function otherTrace(by) {
  let order = JSON.parse(sessionStorage.getItem("staso_list") || "null");
  if (!order?.ids.includes(main().dataset.trace)) {
    const { page } = await fetchPage("/traces");
    order = { ids: $$(".traces tr.row", page).map((row) => row.dataset.id), address: "/traces" };
    sessionStorage.setItem("staso_list", JSON.stringify(order));
  }
  const next = order.ids[order.ids.indexOf(main().dataset.trace) + by];
  if (next) location.href = `/traces/${next}`;
  else toast(by < 0 ? "This is the first of the list" : "This is the last of the list");
}

const listAddress = () => JSON.parse(sessionStorage.getItem("staso_list") || "null")?.address ?? "/traces";

function liveTrace() {
  let tag = "";
  every(2000, async () => {
    if (!main().hasAttribute("data-running")) return false;
    const found = await fetchPage(location.href, { known: tag });
    tag = found.tag;
    if (found.page) grow(found.page);
  });
}

// grow takes over what a running trace has become, and leaves the reader where
// they were.
function grow(page) {
  const folded = new Set($$('#rows .row[aria-expanded="false"]').map((row) => row.dataset.id));
  const chosen = selectedRow()?.dataset.id;
  const focused = document.activeElement?.dataset.span;
  for (const id of ["glance", "rows"]) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  $(".axis").replaceWith(document.adoptNode($(".axis", page)));
  main().toggleAttribute("data-running", $("#main", page).hasAttribute("data-running"));
  for (const id of folded) fold(rowOf(id), true);
  const row = chosen && rowOf(chosen);
  if (row) {
    const link = mark(row);
    if (focused) link.focus({ preventScroll: true });
  }
  const before = $("#details-body article");
  const after = $("#details-body article", page);
  if (before && after && before.dataset.spanId === after.dataset.spanId && before.textContent !== after.textContent) {
    const top = $("#details-body").scrollTop;
    before.replaceWith(document.adoptNode(after));
    $("#details-body").scrollTop = top;
  }
  prepareRows();
  reveal();
}

function prepareRows() {
  for (const link of $$("#rows a[data-span]")) link.tabIndex = link.closest(".row").classList.contains("selected") ? 0 : -1;
  if (!selectedRow()) $("#rows a[data-span]")?.setAttribute("tabindex", "0");
}

function prepareGrip() {
  const grip = $("[data-grip]");
  const set = (width) => {
    const bounded = Math.round(Math.max(320, Math.min(innerWidth - 420, width)));
    document.documentElement.style.setProperty("--pane", `${bounded}px`);
    localStorage.setItem("staso_pane", bounded);
    grip.setAttribute("aria-valuenow", bounded);
  };
  const kept = Number(localStorage.getItem("staso_pane"));
  if (kept && innerWidth > 1000) set(kept);
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    grip.classList.add("held");
  });
  grip.addEventListener("pointermove", (event) => grip.classList.contains("held") && set(innerWidth - event.clientX));
  grip.addEventListener("pointerup", () => grip.classList.remove("held"));
  grip.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (!by) return;
    event.stopPropagation();
    set($("#details").offsetWidth + by);
  });
}
