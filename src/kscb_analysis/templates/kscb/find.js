// Adds a field above the list of areas that leaves only those whose name holds what is typed.
// Without script the list stands whole.
"use strict";
(() => {
  const list = document.querySelector("ul.areas");
  const items = [...list.children];
  const plain = (text) => text.normalize("NFD").replace(/[^\p{L}\p{N} ]/gu, "").toLowerCase();
  const names = items.map((item) => plain(item.dataset.name));

  const label = document.createElement("label");
  label.textContent = "Find an area ";
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  label.append(field);

  const said = document.createElement("p");
  said.className = "note";
  said.setAttribute("role", "status");

  field.addEventListener("input", () => {
    const wanted = plain(field.value).trim();
    let shown = 0;
    items.forEach((item, at) => {
      item.hidden = !names[at].includes(wanted);
      shown += item.hidden ? 0 : 1;
    });
    said.textContent = wanted ? `${shown} of ${items.length} areas` : "";
  });
  list.before(label, said);
})();
