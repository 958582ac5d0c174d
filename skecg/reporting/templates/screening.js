"use strict";
(() => {
  const list = document.getElementById("list");
  const rows = Array.from(list.children, (element) => ({
    element,
    rank: Number(element.dataset.rank),
    confidence: element.dataset.confidence === "" ? null : Number(element.dataset.confidence),
    name: element.dataset.name,
    kind: element.dataset.kind,
    text: element.querySelector(".what").textContent.toLowerCase(),
  }));
  const [text, kind, order, count] = ["text", "kind", "order", "count"].map(
    (id) => document.getElementById(id),
  );
  const names = new Intl.Collator(undefined, { numeric: true });
  // What has no confidence comes last, whichever end comes first.
  const bySure = (sign) => (a, b) =>
    (a.confidence === null) - (b.confidence === null) ||
    sign * (a.confidence - b.confidence) ||
    a.rank - b.rank;
  const orders = {
    rank: (a, b) => a.rank - b.rank,
    unsure: bySure(1),
    sure: bySure(-1),
    name: (a, b) => names.compare(a.name, b.name) || a.rank - b.rank,
  };
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        (kind.value === "" || row.kind === kind.value) &&
        words.every((word) => row.text.includes(word));
      row.element.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} files`;
  };
  const sort = () => {
    rows.sort(orders[order.value]);
    list.append(...rows.map((row) => row.element));
  };
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, rows.length > 1000 ? 150 : 0);
  });
  kind.addEventListener("change", filter);
  order.addEventListener("change", sort);
  const controls = document.getElementById("controls");
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  sort(); // browsers keep what was chosen before a page was loaded again
  filter();
})();
