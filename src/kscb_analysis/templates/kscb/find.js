// Adds a field above the list of areas that leaves only those whose name holds what is typed.
// Accents, capitals and hyphens do not matter. Without script the list stands whole.
"use strict";
(() => {
  const list = document.querySelector("ul.areas");
  const items = [...list.children];
  const plain = (text) =>
    text.normalize("NFD").replace(/[\p{M}'’.]/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").toLowerCase();
  const names = items.map((item) => plain(item.dataset.name));

  const label = document.createElement("label");
  label.className = "find";
  label.textContent = "Find an area by part of its name";
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  field.spellcheck = false;
  label.append(field);

  const said = document.createElement("p");
  said.className = "note";
  said.setAttribute("role", "status");

  const find = () => {
    const wanted = plain(field.value).trim();
    let shown = 0;
    items.forEach((item, at) => {
      item.hidden = !names[at].includes(wanted);
      shown += item.hidden ? 0 : 1;
    });
    const counted = shown ? `${shown} of ${items.length} areas` : "No area has that in its name";
    said.textContent = wanted ? counted : `${items.length} areas`;
  };
  field.addEventListener("input", find);
  list.before(label, said);
  find();
})();
