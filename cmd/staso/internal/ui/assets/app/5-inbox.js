// What waits for a person, as it comes. Nothing is exchanged under the hands of
// somebody who writes or is about to press a button.

function liveInbox() {
  if (!main().hasAttribute("data-inbox")) return;
  let tag = "";
  every(2000, async () => {
    const found = await fetchPage(location.href, { known: tag });
    tag = found.tag;
    if (!found.page) return;
    const busy = main().contains(document.activeElement) || $$(".comment").some((field) => field.value) || main().matches(":has(form:hover)");
    if (busy) {
      const pill = $("#pill");
      pill.hidden = false;
      pill.textContent = "Something changed";
      return;
    }
    document.title = found.page.title;
    main().replaceWith(document.adoptNode($("#main", found.page)));
    refreshTimes();
  });
}
