// Draws the charts of a page from the data beside them. No request, no cookie, no storage.
"use strict";
(function () {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function themed(layout, width) {
    const axis = { gridcolor: css("--grid"), linecolor: css("--line"), tickcolor: css("--line"), automargin: true };
    const out = Object.assign({}, layout, {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true,
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: css("--soft") },
      hoverlabel: { bgcolor: css("--card"), bordercolor: css("--line"), font: { color: css("--text") } },
    });
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(key)) out[key] = Object.assign({}, axis, layout[key]);
    }
    if (width < 520) {
      out.margin = Object.assign({}, layout.margin, { l: 44, r: 8 });
      for (const key of Object.keys(out)) if (/^xaxis\d*$/.test(key)) out[key].nticks = 5;
    }
    return out;
  }

  function draw(box) {
    const source = document.getElementById(box.dataset.source);
    const spec = JSON.parse(source.textContent);
    const config = { responsive: true, displayModeBar: false, displaylogo: false, scrollZoom: false };
    window.Plotly.newPlot(box, spec.data, themed(spec.layout, box.clientWidth), config)
      .then(() => box.setAttribute("data-drawn", "yes"));
  }

  function start() {
    const boxes = Array.from(document.querySelectorAll(".chart"));
    if (!window.Plotly) {
      for (const box of boxes) { box.textContent = "The chart needs plotly.min.js beside this page; the table below holds the same numbers."; }
      return;
    }
    const waiting = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) { waiting.unobserve(entry.target); draw(entry.target); }
      }
    }, { rootMargin: "400px" });
    boxes.forEach((box) => waiting.observe(box));
    window.addEventListener("beforeprint", () => boxes.forEach((box) => { if (!box.dataset.drawn) draw(box); }));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      boxes.filter((box) => box.dataset.drawn).forEach(draw);
    });
  }

  function newest() {
    for (const calendar of document.querySelectorAll(".calendar")) {
      calendar.parentElement.scrollLeft = calendar.scrollWidth;
    }
  }

  function filter() {
    const field = document.getElementById("filter");
    if (!field) return;
    const rows = Array.from(document.querySelectorAll("table[data-filter] tbody tr"));
    const count = document.getElementById("filter-count");
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = shown + " of " + rows.length;
    });
  }

  document.addEventListener("DOMContentLoaded", () => { start(); filter(); newest(); });
})();
