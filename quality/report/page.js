"use strict";
// The report works without this; with it, tables sort, items are searched, and
// errors are stepped through and heard.
(() => {
  const $ = id => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- tables ----
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  };
  const sort = header => {
    const table = header.closest("table"), body = table.tBodies[0];
    const numeric = header.classList.contains("n");
    // Numbers begin with the largest, words with the first.
    const was = header.getAttribute("aria-sort");
    const descending = was === "none" ? numeric : was === "ascending";
    for (const other of all("th", table)) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const column = header.cellIndex;
    const rows = [...body.rows].map(row => [value(row, column), row]);
    rows.sort(([a], [b]) => (descending ? -1 : 1) * (numeric ? a - b : a.localeCompare(b, undefined, { numeric: true })));
    body.append(...rows.map(([, row]) => row));
  };
  for (const header of all("th[aria-sort]")) {
    header.querySelector("button").addEventListener("click", () => sort(header));
  }

  // ---- items ----
  const items = all(".item");
  const home = new Map(items.map((item, k) => [item, k]));
  const search = $("search"), kind = $("kind"), order = $("order"), place = $("place");
  let texts = null; // of the items, once somebody searches
  let errors = null; // those that are shown, once somebody steps
  let here = null;

  const shownErrors = () => {
    const wanted = kind.value && kind.value !== "e" ? ".e." + kind.value : ".e";
    errors ??= items.filter(item => !item.hidden).flatMap(item => all(wanted, item));
    return errors;
  };
  const say = () => {
    const list = here ? shownErrors() : [];
    const at = list.indexOf(here);
    place.textContent = at < 0
      ? place.dataset.shown.replace("{n}", items.filter(item => !item.hidden).length).replace("{total}", items.length)
      : place.dataset.place.replace("{n}", at + 1).replace("{total}", list.length);
  };
  const filter = () => {
    const sought = search.value.trim().toLowerCase();
    if (sought) texts ??= new Map(items.map(item => [item, item.textContent.toLowerCase()]));
    for (const item of items) {
      const fits = !kind.value || item.querySelector(kind.value === "e" ? ".e" : ".e." + kind.value);
      item.hidden = !fits || sought !== "" && !texts.get(item).includes(sought);
    }
    errors = null;
    say();
  };
  const arrange = () => {
    const key = order.value;
    const rank = item => key === "k" ? 0 : -Number(item.dataset[key]);
    for (const section of new Set(items.map(item => item.parentNode))) {
      const own = items.filter(item => item.parentNode === section);
      own.sort((a, b) => rank(a) - rank(b) || home.get(a) - home.get(b));
      section.append(...own);
    }
    items.splice(0, items.length, ...all(".item"));
    errors = null;
    say();
  };

  // ---- sound ----
  const single = $("audio");
  let sound = single, end = Infinity;
  const watch = () => {
    if (sound.currentTime < end) {
      if (!sound.paused) setTimeout(watch, 15); // frames stop in a hidden tab, timers do not
      return;
    }
    end = Infinity;
    sound.pause();
  };
  const play = target => {
    if (!target?.dataset.t) return;
    const own = target.closest(".item").dataset.a;
    if (own && sound?.dataset.a !== own) {
      sound?.pause();
      sound = new Audio(own);
      sound.dataset.a = own;
    }
    if (!sound) return;
    const [from, to] = target.dataset.t.split(",").map(Number);
    end = to || Infinity;
    const go = () => {
      sound.currentTime = from;
      sound.play().then(watch, () => {});
    };
    if (sound.readyState > 0) go();
    else sound.addEventListener("loadedmetadata", go, { once: true });
    sound.preload = "auto";
  };

  // ---- from error to error ----
  const visit = error => {
    here?.classList.remove("here");
    here = error;
    error.classList.add("here");
    error.focus({ preventScroll: true });
    error.scrollIntoView({ block: "center" });
    say();
  };
  const step = by => {
    const list = shownErrors();
    if (!list.length) return;
    let at = list.indexOf(here);
    if (at < 0) at = by > 0 ? -1 : 0;
    visit(list[(at + by + list.length) % list.length]);
    play(here);
  };

  document.addEventListener("click", event => {
    const error = event.target.closest(".e"), button = event.target.closest(".play");
    if (error) visit(error);
    if (error || button) play(error ?? button);
  });
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    switch (event.key) {
      case "n": case "j": step(1); break;
      case "p": case "k": step(-1); break;
      case "/": search.focus(); search.select(); break;
      case "Escape": end = Infinity; sound?.pause(); break;
      case "Enter": if (event.target.closest(".e")) { play(here); break; } return;
      default: return;
    }
    event.preventDefault();
  });
  search.addEventListener("input", filter);
  kind.addEventListener("change", filter);
  order.addEventListener("change", arrange);
  $("next").addEventListener("click", () => step(1));
  $("previous").addEventListener("click", () => step(-1));
  $("bar").hidden = false;
  $("keys").hidden = false;
  say();
})();
