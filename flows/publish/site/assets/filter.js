// Narrows the list of measures while typing; without it, the list and its pages work as they are.
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const list = document.querySelector("[data-filter-list]");
  if (!form || !list) return;
  const rows = [...list.querySelectorAll("[data-id]")];
  const count = form.querySelector("output");
  // Without case, accents and the ways to write an umlaut: "Uebung" finds "Übung".
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/([aou])e/g, "$1").replace(/ß/g, "ss");
  const texts = rows.map((row) => plain(`${row.dataset.id} ${row.textContent}`));
  const narrow = () => {
    const words = plain(form.elements.q.value).split(/\s+/).filter(Boolean);
    const chosen = ["status", "field", "department"].map((name) => [name, form.elements[name].value]);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = words.every((word) => texts[index].includes(word))
        && chosen.every(([name, value]) => !value || (row.dataset[name] || "").split(" ").includes(value));
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = count.dataset.words.replace("{shown}", shown).replace("{all}", rows.length);
  };
  form.hidden = false;
  form.addEventListener("input", narrow);
  form.addEventListener("reset", () => setTimeout(narrow));
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
})();
