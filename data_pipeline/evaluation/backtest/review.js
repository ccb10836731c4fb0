"use strict";
(() => {
  const byId = (name) => document.getElementById(name);
  const labels = JSON.parse(byId("labels").textContent);
  const rows = [...document.querySelectorAll(".row")];
  const judged = rows.filter((row) => row.dataset.judged === "yes");
  const place = "kbgate-backtest";
  let marks = new Map();
  let at = -1;

  const kept = () => JSON.parse(localStorage.getItem(place) || "{}");

  const load = () => {
    try {
      marks = new Map(Object.entries(kept()));
    } catch {
      byId("volatile").hidden = false;
    }
  };

  // Another page may have been marked since this one was opened: only the new mark is added.
  const keep = (key, value) => {
    try {
      localStorage.setItem(place, JSON.stringify({ ...kept(), [key]: value }));
    } catch {
      byId("volatile").hidden = false;
    }
  };

  const paint = (row) => {
    const mark = marks.get(row.dataset.key);
    row.dataset.mark = mark || "";
    for (const choice of row.querySelectorAll("input[type=radio]")) {
      choice.checked = choice.value === mark;
    }
  };

  const count = () => {
    const of = (mark) => judged.filter((row) => marks.get(row.dataset.key) === mark).length;
    const [right, wrong, skipped] = ["right", "wrong", "skip"].map(of);
    const done = right + wrong + skipped;
    byId("count").textContent =
      `${done} of ${judged.length} marked: ${right} right, ${wrong} wrong, ${skipped} skipped`;
    byId("done").max = Math.max(1, judged.length);
    byId("done").value = done;
  };

  const filter = () => {
    const show = byId("show").value;
    for (const row of rows) {
      const fits = show === "all" || row.dataset.shown === show;
      const open = row.dataset.judged === "yes" && !marks.has(row.dataset.key);
      row.hidden = !fits || (byId("open").checked && !open);
    }
    for (const title of document.querySelectorAll("h2")) {
      let next = title.nextElementSibling;
      while (next && next.classList.contains("row") && next.hidden) next = next.nextElementSibling;
      title.hidden = !(next && next.classList.contains("row"));
    }
  };

  const mark = (row, value) => {
    if (!row || row.dataset.judged !== "yes") return;
    marks.set(row.dataset.key, value);
    paint(row);
    keep(row.dataset.key, value);
    count();
  };

  const go = (step) => {
    let next = at + step;
    while (rows[next] && rows[next].hidden) next += step;
    if (!rows[next]) return;
    at = next;
    rows[at].focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "start" });
  };

  const save = (name, text, kind) => {
    const link = document.createElement("a");
    const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };

  const cell = (text) => {
    const guarded = /^[\s\u200b\ufeff\u0000]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text);
    return `"${(guarded ? "'" : "") + text.replaceAll('"', '""')}"`;
  };

  const asCsv = () => {
    const lines = judged
      .filter((row) => marks.has(row.dataset.key))
      .map((row) => [row.dataset.key, row.dataset.id, marks.get(row.dataset.key)].map(cell));
    return "\ufeff" + [["row", "id", "right"], ...lines].map((l) => l.join(",") + "\r\n").join("");
  };

  const asLabels = () =>
    judged
      .map((row) => [labels[row.dataset.key], marks.get(row.dataset.key)])
      .filter(([, value]) => value === "right" || value === "wrong")
      .map(([label, value]) => JSON.stringify({ ...label, right: value === "right" }) + "\n")
      .join("");

  const keys = { j: () => go(1), k: () => go(-1) };
  for (const [key, value] of [["r", "right"], ["w", "wrong"], ["s", "skip"]]) {
    keys[key] = () => mark(rows[at], value);
  }

  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT";
    if (busy || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".row");
    if (row) at = rows.indexOf(row);
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "radio") mark(event.target.closest(".row"), event.target.value);
  });
  byId("show").addEventListener("change", filter);
  byId("open").addEventListener("change", filter);
  byId("csv").addEventListener("click", () => save("marks.csv", asCsv(), "text/csv"));
  byId("jsonl").addEventListener("click", () =>
    save("labels.jsonl", asLabels(), "application/jsonl"),
  );

  load();
  rows.forEach(paint);
  count();
})();
