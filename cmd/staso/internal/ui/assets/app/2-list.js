// The list of traces.

const listRows = () => $$(".traces tr.row");

function moveCursor(step) {
  const rows = listRows();
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("cursor"));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
  rows[at]?.classList.remove("cursor");
  next.classList.add("cursor");
  $("a.open", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function rememberOrder() {
  const ids = listRows().map((row) => row.dataset.id).filter(Boolean);
  if (ids.length) sessionStorage.setItem("staso_list", JSON.stringify({ ids, address: location.pathname + location.search }));
}

function liveList() {
  if (!main().hasAttribute("data-live") || new URLSearchParams(location.search).has("cursor")) return;
  let tag = "";
  every(3000, async () => {
    const found = await fetchPage(location.href, { known: tag });
    tag = found.tag;
    if (found.page) arrive(found.page);
  });
}

// arrive changes rows that are shown where they stand, and announces the others.
function arrive(page) {
  const fresh = $$(".traces tr.row", page);
  const shown = new Map(listRows().map((row) => [row.dataset.id, row]));
  if (!shown.size) {
    if (fresh.length) show(page);
    return;
  }
  for (const row of fresh) {
    const old = shown.get(row.dataset.id);
    if (old && old.dataset.rev !== row.dataset.rev && old.cells.length === row.cells.length) {
      if (old.classList.contains("cursor")) row.classList.add("cursor");
      old.replaceWith(document.adoptNode(row));
    }
  }
  const count = fresh.filter((row) => !shown.has(row.dataset.id)).length;
  const pill = $("#pill");
  pill.hidden = !count;
  pill.textContent = `${count === fresh.length && count > 1 ? `${count} or more` : count} new`;
  pill.onclick = (event) => {
    event.preventDefault();
    show(page);
    scrollTo({ top: 0 });
  };
}

function show(page) {
  const before = new Set(listRows().map((row) => row.dataset.id));
  main().replaceWith(document.adoptNode($("#main", page)));
  for (const row of listRows()) if (before.size && !before.has(row.dataset.id)) row.classList.add("fresh");
  rememberOrder();
  prepareHistogram();
}

// Dragging over the histogram narrows the time.
function prepareHistogram() {
  const figure = $("[data-histogram]");
  if (!figure) return;
  const bars = $$("a[data-from]", figure);
  let first = -1;
  const at = (event) => bars.indexOf(event.target.closest?.("a[data-from]"));
  figure.addEventListener("dragstart", (event) => event.preventDefault());
  figure.addEventListener("pointerdown", (event) => (first = at(event)));
  figure.addEventListener("pointermove", (event) => {
    const here = at(event);
    if (first < 0 || here < 0) return;
    bars.forEach((bar, i) => bar.classList.toggle("chosen", i >= Math.min(first, here) && i <= Math.max(first, here)));
  });
  addEventListener("pointerup", (event) => {
    const here = at(event);
    const from = first;
    first = -1;
    if (from < 0 || here < 0 || from === here) return;
    const address = new URL(location.href);
    for (const name of ["cursor", "back", "range"]) address.searchParams.delete(name);
    address.searchParams.set("from", bars[Math.min(from, here)].dataset.from);
    address.searchParams.set("to", bars[Math.max(from, here)].dataset.to);
    location.href = address;
  });
}
