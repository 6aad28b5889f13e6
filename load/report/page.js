// What is drawn of the documents in #data. A document may lack anything: a chart without a point is left out.
const runs = JSON.parse(document.getElementById("data").textContent);
const host = document.getElementById("charts");

const finite = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
const listOf = (value) => (Array.isArray(value) ? value : []);

/** The style of a line says its run where there are two, else its part in the chart. */
const styleOf = (run, part) => (runs.length > 1 ? `${"ab"[run]} ${part}` : part);
const labelOf = (run, part) => (runs.length > 1 ? `${runs[run].label} ${part}`.trim() : part);

/** Points over time of one series; empty where it says nothing. */
function timeline(run, name) {
  const series = runs[run].document?.series;
  const values = listOf(series?.[name]);
  const points = listOf(series?.t_s).map((t, i) => [finite(t), finite(values[i])]).filter(([t]) => t !== null);
  return points.some(([, value]) => value !== null) ? points.sort(([a], [b]) => a - b) : [];
}

function chartOf(chart, lines) {
  const drawn = lines.filter((line) => line.points.length > 0);
  if (drawn.length > 0) drawChart(host, { ...chart, lines: drawn });
}

/** A chart over time: parts is [[series, label, style, hidden beside another run], …]. */
function timeChart(title, y, parts, more = {}) {
  const lines = runs.flatMap((_, run) => parts.map(([series, name, style, hidden]) => ({
    label: labelOf(run, parts.length > 1 || runs.length === 1 ? name : ""),
    style: styleOf(run, style),
    points: timeline(run, series),
    hidden: runs.length > 1 && hidden,
  })));
  chartOf({ title, x: kinds.seconds, y, link: "time", ...more }, lines);
}

/** A logarithmic axis to begin with, where a linear one would lay most of the lines on its floor. */
function wide(values) {
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b);
  return positive.length > 0 && positive.at(-1) > 50 * positive[Math.floor(positive.length / 2)];
}

/** Latency over shares; a quantile of 1, infinitely many nines away, is left to the figures. */
function quantileChart(title, family) {
  const lines = runs.map((run, i) => ({
    label: labelOf(i, runs.length > 1 ? "" : family),
    style: styleOf(i, "main"),
    points: listOf(run.document?.quantiles?.[family])
      .filter((pair) => Array.isArray(pair) && finite(pair[1]) !== null && pair[0] >= 0 && pair[0] < 1)
      .map(([share, value]) => [-Math.log10(1 - share), value])
      .sort(([a], [b]) => a - b),
  }));
  const values = lines.flatMap((line) => line.points.map(([, value]) => value));
  chartOf({ title, x: kinds.nines, y: kinds.milliseconds, logarithmic: wide(values) }, lines);
}

const latency = [
  ["p50_ms", "p50", "p50"],
  ["p90_ms", "p90", "p90", true],
  ["p95_ms", "p95", "p95", true],
  ["p99_ms", "p99", "p99"],
  ["max_ms", "max", "max", true],
];
const latencies = runs.flatMap((_, run) => latency.flatMap(([name]) => timeline(run, name).map(([, value]) => value)));
timeChart("Latency over time", kinds.milliseconds, latency, { logarithmic: wide(latencies) });
quantileChart("Latency by quantile", "latency");
timeChart("Deliveries a second", kinds.counts, [["delivered_per_s", "delivered", "main"]]);
timeChart("Messages sent a second", kinds.counts, [
  ["sent_per_s", "sent", "main"],
  ["intended_per_s", "intended", "intended", true],
]);
timeChart("Connections", kinds.counts, [["connections", "connections", "main"]]);
timeChart("Errors and lost connections so far", kinds.counts, [["errors", "errors", "fault"]]);
timeChart("CPU (100 % is one core)", kinds.percent, [
  ["server_cpu_percent", "server", "server"],
  ["client_cpu_percent", "client", "client"],
]);
timeChart("Memory of the server", kinds.bytes, [["server_rss_bytes", "resident", "main"]]);

const families = new Set(runs.flatMap((run) => Object.keys(run.document?.quantiles ?? {})));
families.delete("latency");
for (const family of families) quantileChart(`Quantiles of ${family}`, family);
