// Lines as SVG, over time or over quantiles, with a legend that hides lines and a crosshair that reads them.
//
// A chart: {title, lines, x, y, logarithmic?, link?}. A line: {label, style, points, hidden?}; its points are [x, y] in
// the order of x, a y of null is a gap. x and y are kinds of axes, from below. Charts of one `link` share the crosshair.
"use strict";

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// -- kinds of axes ---

/** The smallest of 1, 2, 2.5, 5, 10 times a power of ten that is not below `rough`. */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999999) * power;
}

/** Values in units: [[what one is, its suffix], …], the smallest first. No step of an axis is below `finest`. */
function measured(units, finest = 0) {
  const unitOf = (value) => units.filter(([size]) => Math.abs(value) >= size).at(-1) ?? units[0];
  return {
    text(value) {
      if (value === 0) return `0${units[0][1]}`;
      const [size, suffix] = unitOf(value);
      return (value / size).toLocaleString("en", { maximumSignificantDigits: 4 }) + suffix;
    },
    step(top, count) {
      const [size] = unitOf(top);
      return Math.max(finest, roundStep(top / size / count) * size);
    },
  };
}

function clock(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const kinds = {
  counts: measured([[1, ""], [1e3, "k"], [1e6, "M"], [1e9, "G"]], 1),
  milliseconds: measured([[1, " ms"], [1e3, " s"]]),
  percent: measured([[1, " %"]]),
  bytes: measured([[1, " B"], [1024, " KiB"], [1024 ** 2, " MiB"], [1024 ** 3, " GiB"]]),
  seconds: {
    origin: 0,
    text: (value) => (value < 120 ? `${Number(value.toFixed(2))} s` : clock(value)),
    ticks(low, high, count) {
      const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];
      const step = steps.find((one) => (high - low) / one <= count) ?? roundStep((high - low) / count);
      const first = Math.ceil(low / step);
      return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
    },
  },
  /** x counts nines: -log10 of the share that is slower. */
  nines: {
    text: (x) => `${Number((100 * (1 - 10 ** -x)).toPrecision(Math.max(3, Math.floor(x) + 2)))} %`,
    ticks(low, high) {
      const whole = Array.from({ length: Math.floor(high + 0.001) + 1 }, (_, i) => i).filter((x) => x >= low - 0.001);
      return low < 0.31 ? [Math.log10(2), ...whole.filter((x) => x > 0.31)] : whole;
    },
  },
};

// -- scales of y ---

/** From zero to a round value; {low, high, ticks, at}: `at` is 0…1. */
function linearScale(values, kind) {
  const top = values.reduce((most, value) => Math.max(most, value), 0) || 1;
  const step = kind.step(top, 4);
  const count = Math.max(1, Math.ceil(top / step - 0.000001));
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  return { ticks, at: (value) => value / (count * step) };
}

/** Null where nothing is above zero. */
function logarithmicScale(values) {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return null;
  const low = Math.floor(Math.log10(positive.reduce((least, value) => Math.min(least, value))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(positive.reduce((most, value) => Math.max(most, value)))));
  const factors = high - low > 2 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = low; power < high; ++power) ticks.push(...factors.map((factor) => factor * 10 ** power));
  ticks.push(10 ** high);
  return { ticks, at: (value) => (value > 0 ? (Math.log10(value) - low) / (high - low) : null) };
}

// -- the chart ---

/** A path with a piece for each row of points that have a value, and one of the points that stand alone. */
function pathsOf(points, x, y) {
  const pieces = [[]];
  for (const [px, py] of points) {
    const height = py === null ? null : y(py);
    if (height === null) pieces.push([]);
    else pieces.at(-1).push(`${x(px).toFixed(1)},${height.toFixed(1)}`);
  }
  return {
    rows: pieces.filter((piece) => piece.length > 1).map((piece) => `M${piece.join("L")}`).join(""),
    alone: pieces.filter((piece) => piece.length === 1).map(([place]) => `M${place}h0`).join(""),
  };
}

function nearest(points, x) {
  let best = null;
  for (const point of points) if (best === null || Math.abs(point[0] - x) < Math.abs(best[0] - x)) best = point;
  return best;
}

const linked = new Map(); // link → the function of each chart that moves its crosshair

function drawChart(host, chart) {
  const shown = new Set(chart.lines.filter((line) => !line.hidden));
  const all = chart.lines.flatMap((line) => line.points);
  const first = all.reduce((least, [x]) => Math.min(least, x), chart.x.origin ?? Infinity);
  const last = all.reduce((most, [x]) => Math.max(most, x), -Infinity);
  let logarithmic = chart.logarithmic;
  let current = null; // x of the crosshair
  let place = null; // of the last drawing: {x, y, xs, cross, left, right}

  const canvas = svg("svg", { role: "img", tabindex: "0", "aria-label": `${chart.title}: ${chart.lines.map((line) => line.label).join(", ")}` });
  const reading = element("div", { class: "reading", "aria-live": "polite" });
  const frame = element("div", { class: "frame" }, canvas, reading);
  const head = element("figcaption", {}, chart.title);
  host.append(element("figure", {}, head, frame));
  if (chart.lines.length > 1) frame.after(legend());
  if (logarithmic !== undefined) {
    const box = element("input", { type: "checkbox" });
    box.checked = logarithmic;
    box.addEventListener("change", () => { logarithmic = box.checked; draw(); });
    head.append(element("label", {}, box, "log scale"));
  }

  function legend() {
    const list = element("div", { class: "legend" });
    for (const line of chart.lines) {
      const key = svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, svg("path", { d: "M2,5h22", class: `line ${line.style}` }));
      const button = element("button", { type: "button", "aria-pressed": String(shown.has(line)) }, key, line.label);
      button.addEventListener("click", () => {
        if (!shown.delete(line)) shown.add(line);
        button.setAttribute("aria-pressed", String(shown.has(line)));
        draw();
      });
      list.append(button);
    }
    return list;
  }

  function draw() {
    const width = Math.max(260, frame.clientWidth);
    const height = Math.round(Math.min(280, Math.max(190, width * 0.42)));
    const lines = chart.lines.filter((line) => shown.has(line));
    const values = lines.flatMap((line) => line.points.map(([, y]) => y)).filter((y) => y !== null);
    const scale = (logarithmic && logarithmicScale(values)) || linearScale(values, chart.y);

    const labels = scale.ticks.map((tick) => chart.y.text(tick));
    // Wide enough for most labels, so that charts below each other are in line.
    const left = Math.max(54, 12 + 6.6 * Math.max(...labels.map((label) => label.length)));
    const [right, top, bottom] = [width - 16, 10, height - 24];
    const x = (value) => left + (right - left) * (last > first ? (value - first) / (last - first) : 0.5);
    const y = (value) => {
      const share = scale.at(value);
      return share === null ? null : bottom - share * (bottom - top);
    };

    const parts = scale.ticks.flatMap((tick, i) => [
      svg("path", { class: "grid", d: `M${left},${y(tick).toFixed(1)}H${right}` }),
      svg("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, labels[i])]);
    for (const tick of chart.x.ticks(first, last, Math.floor((right - left) / 56)))
      parts.push(svg("path", { class: "tick", d: `M${x(tick).toFixed(1)},${bottom}v4` }),
        svg("text", { x: x(tick), y: bottom + 17, "text-anchor": x(tick) > right - 20 ? "end" : "middle" }, chart.x.text(tick)));
    // The first line, of this run, lies above the others.
    for (const line of [...lines].reverse()) {
      const { rows, alone } = pathsOf(line.points, x, y);
      parts.push(svg("path", { class: `line ${line.style}`, d: rows }), svg("path", { class: `alone ${line.style}`, d: alone }));
    }
    const cross = svg("g", { class: "cross" });
    canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    canvas.replaceChildren(...parts, cross);
    const xs = [...new Set(lines.flatMap((line) => line.points.map(([at]) => at)))].sort((a, b) => a - b);
    place = { x, y, xs, lines, cross, left, right, top, bottom, width };
    point(null, false);
  }

  /** Puts the crosshair at the x of a point, or away; the reading is for the chart under the pointer only. */
  function point(at, read) {
    current = at;
    reading.classList.toggle("on", at !== null && read);
    place.cross.replaceChildren();
    if (at === null || at < first || at > last) return;
    const column = place.x(at);
    place.cross.append(svg("path", { d: `M${column},${place.top}V${place.bottom}` }));
    const rows = [];
    for (const line of place.lines) {
      const [, value] = nearest(line.points, at);
      const row = value === null ? null : place.y(value);
      if (row !== null) place.cross.append(svg("circle", { cx: column, cy: row, r: 3.5, class: `dot ${line.style}` }));
      rows.push(element("div", { class: "row" }, element("i", { class: `swatch ${line.style}` }),
        line.label, element("b", {}, value === null ? "–" : chart.y.text(value))));
    }
    if (!read) return;
    reading.replaceChildren(element("strong", {}, chart.x.text(at)), ...rows);
    const onLeft = column > place.width / 2;
    reading.style.left = onLeft ? "auto" : `${(column / place.width) * 100}%`;
    reading.style.right = onLeft ? `${100 - (column / place.width) * 100}%` : "auto";
  }

  function pointAll(at) {
    for (const other of linked.get(chart.link) ?? []) if (other !== point) other(at, false);
    point(at, true);
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (((event.clientX - box.left) / box.width) * place.width - place.left) / (place.right - place.left);
    const found = nearest(place.xs.map((at) => [at]), first + share * (last - first));
    if (found) pointAll(found[0]);
  });
  canvas.addEventListener("pointerleave", () => pointAll(null));
  canvas.addEventListener("blur", () => pointAll(null));
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way || place.xs.length === 0) return;
    event.preventDefault();
    const index = current === null ? (way > 0 ? -1 : place.xs.length) : place.xs.indexOf(current);
    pointAll(place.xs[Math.min(place.xs.length - 1, Math.max(0, index + way))]);
  });
  if (chart.link) linked.set(chart.link, [...(linked.get(chart.link) ?? []), point]);

  draw();
  let drawnAt = frame.clientWidth;
  new ResizeObserver(() => {
    if (frame.clientWidth === drawnAt || frame.clientWidth === 0) return;
    drawnAt = frame.clientWidth;
    draw();
  }).observe(frame);
}
