/** The script of the HTML report: it sorts, filters, and opens changed skills for the printer. It adds no markup. */

export const PAGE_SCRIPT = `
"use strict";
const table = document.getElementById("skills");
if (table) {
  const tools = document.getElementById("tools");
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const body = table.tBodies[0];
  const fold = (text) => text.normalize("NFD").replace(/\\p{M}/gu, "").toLowerCase();
  const rows = Array.from(body.rows, (row, place) => ({ row, place, text: fold(row.cells[0].textContent) }));
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const filter = () => {
    const words = fold(find.value).split(/\\s+/).filter(Boolean);
    let number = 0;
    for (const { row, text } of rows) {
      const fits = words.every((word) => text.includes(word)) && (show.value === "" || row.classList.contains(show.value));
      row.hidden = !fits;
      if (fits) number++;
    }
    nothing.hidden = number > 0;
    shown.textContent = number + " of " + rows.length + (rows.length === 1 ? " skill" : " skills");
  };

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.querySelector(".name").textContent : Number(cell.dataset.value);
  };

  const sortBy = (head) => {
    const column = head.cellIndex;
    const first = head.dataset.first || "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    for (const one of head.parentElement.cells) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const keyed = rows.map((entry) => ({ entry, key: valueOf(entry.row, column) }));
    keyed.sort((a, b) =>
      sign * (typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key)) || a.entry.place - b.entry.place);
    body.append(...keyed.map(({ entry }) => entry.row));
  };

  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => sortBy(button.closest("th")));
  }
  find.addEventListener("input", filter);
  show.addEventListener("change", filter);
  tools.hidden = false;
  filter();
}

let opened = [];
addEventListener("beforeprint", () => {
  opened = Array.from(document.querySelectorAll(".touched details:not([open])"));
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});
`;
