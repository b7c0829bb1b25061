// Draws the charts of a report. Each <script class="chart"> holds one chart as JSON; its canvas is
// in the same figure. Colours come from the style sheet, so that they follow light and dark.
(() => {
  "use strict";
  const root = document.documentElement;
  const charts = [];
  let colours;

  function readColours() {
    const style = getComputedStyle(root);
    const get = name => style.getPropertyValue(name).trim();
    colours = {
      text: get("--text"),
      soft: get("--soft"),
      grid: get("--grid"),
      neutral: get("--neutral"),
      page: get("--page"),
      series: [0, 1, 2, 3, 4, 5, 6, 7].map(i => get("--series-" + i)),
    };
  }

  const colour = i => (i < 0 ? colours.neutral : colours.series[i % colours.series.length]);
  const number = value =>
    value === 0 ? "0" : String(Number(Number(value).toPrecision(4))).replace("-", "−");

  function points(spec, series, values) {
    const usable = (v, axis) => v !== null && !(axis.log && v <= 0);
    return series.x.map((x, i) => ({
      x: usable(x, spec.x) ? x : NaN,
      y: usable(values[i], spec.y) ? values[i] : NaN,
    }));
  }

  function line(spec, series) {
    const data = points(spec, series, series.y);
    const noise = series.colour < 0 && !series.faint && data.length > 100;
    return {
      label: series.name,
      data,
      borderColor: colour(series.colour) + (noise ? "90" : ""),
      backgroundColor: colour(series.colour),
      borderWidth: noise ? 0.8 : series.faint ? 1.25 : 1.75,
      borderDash: series.faint || series.colour >= colours.series.length ? [5, 4] : [],
      pointRadius: data.length <= 30 && !series.faint ? 2 : 0,
      pointHitRadius: 6,
      hidesTip: series.name === "",
    };
  }

  function dots(spec, series) {
    const few = series.x.length < 4;
    return {
      label: series.name,
      data: points(spec, series, series.y),
      showLine: false,
      borderColor: colour(series.colour),
      backgroundColor: series.faint ? "transparent" : colour(series.colour) + (few ? "" : "99"),
      borderWidth: series.faint ? 1 : 0,
      pointRadius: few ? 5 : series.faint ? 2.75 : 2,
      pointHitRadius: 3,
      isDots: true,
    };
  }

  // Two lines with the area between them filled; only the upper one is named.
  function band(spec, series) {
    const edge = values => ({
      data: points(spec, series, values),
      borderColor: colour(series.colour),
      borderWidth: 0.75,
      pointRadius: 0,
      hidesTip: true,
    });
    return [
      { ...edge(series.low), label: "" },
      {
        ...edge(series.high),
        label: series.name,
        fill: "-1",
        backgroundColor: colour(series.colour) + "40",
      },
    ];
  }

  function bars(series) {
    return {
      label: series.name,
      data: series.y,
      backgroundColor: colour(series.colour) + "cc",
      maxBarThickness: 22,
      low: series.low,
      high: series.high,
    };
  }

  function datasets(spec) {
    const sets = spec.series.flatMap(series => {
      switch (series.kind) {
        case "line":
          return [line(spec, series)];
        case "points":
          return [dots(spec, series)];
        case "band":
          return band(spec, series);
        default:
          return [bars(series)];
      }
    });
    // Chart.js draws the lowest order last: what comes later shall lie on top. Bars lie side by side
    // in that order, which shall be the legend's.
    sets.forEach((set, i) => (set.order = spec.categories ? i : sets.length - i));
    return sets;
  }

  // Chart.js has no whiskers: lines from low to high over the bars.
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const scale = chart.scales.x;
      chart.data.datasets.forEach((set, i) => {
        if (!set.low || !chart.isDatasetVisible(i)) return;
        const ctx = chart.ctx;
        ctx.save();
        ctx.strokeStyle = colours.text;
        ctx.lineWidth = 1.5;
        chart.getDatasetMeta(i).data.forEach((bar, k) => {
          if (set.low[k] === null || set.high[k] === null) return;
          const a = scale.getPixelForValue(set.low[k]);
          const b = scale.getPixelForValue(set.high[k]);
          ctx.beginPath();
          ctx.moveTo(a, bar.y);
          ctx.lineTo(b, bar.y);
          for (const end of [a, b]) {
            ctx.moveTo(end, bar.y - 4);
            ctx.lineTo(end, bar.y + 4);
          }
          ctx.stroke();
        });
        ctx.restore();
      });
    },
  };

  function scale(axis) {
    return {
      type: axis.log ? "logarithmic" : "linear",
      min: axis.min,
      max: axis.max,
      title: { display: Boolean(axis.label), text: axis.label, color: colours.text },
      grid: { color: colours.grid, tickColor: colours.grid },
      border: { color: colours.neutral },
      ticks: {
        color: colours.soft,
        maxTicksLimit: 7,
        maxRotation: 0,
        includeBounds: false,
        precision: axis.whole ? 0 : undefined,
        autoSkipPadding: 12,
        callback(value) {
          if (!axis.log) return number(value);
          const exponent = Math.round(Math.log10(value));
          const power = Math.abs(value / 10 ** exponent - 1) < 1e-6;
          return power ? (Math.abs(exponent) > 3 ? value.toExponential(0) : number(value)) : "";
        },
      },
    };
  }

  function tooltip(spec) {
    return {
      displayColors: false,
      filter: item => !item.dataset.hidesTip,
      callbacks: {
        title: () => "",
        label(item) {
          const name = item.dataset.label ? item.dataset.label + ": " : "";
          if (!spec.categories) {
            return name + number(item.parsed.x) + ", " + number(item.parsed.y);
          }
          const set = item.dataset;
          const value = number(set.data[item.dataIndex]);
          const spread = set.low
            ? " (" + number(set.low[item.dataIndex]) + " to " + number(set.high[item.dataIndex]) + ")"
            : "";
          return name + value + spread;
        },
      },
    };
  }

  // Dots are named by a dot, everything else by a line or bar of its colour.
  function generateLabels(chart) {
    const items = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    for (const item of items) {
      const set = chart.data.datasets[item.datasetIndex];
      const area = set.fill || chart.config.type === "bar";
      item.pointStyle = set.isDots ? "circle" : area ? "rect" : "line";
      item.lineWidth = set.isDots ? 1 : area ? 0 : 2;
      item.fillStyle = set.fill ? set.borderColor : item.fillStyle;
    }
    return items;
  }

  function options(spec) {
    const named = spec.series.filter(series => series.name !== "").length;
    const scales = { x: scale(spec.categories ? spec.y : spec.x), y: scale(spec.y) };
    if (spec.categories) {
      scales.y = { ...scale({}), type: "category", grid: { display: false } };
      delete scales.y.ticks.callback;
      delete scales.y.ticks.maxTicksLimit;
      scales.x.beginAtZero = true;
    }
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      devicePixelRatio: Math.max(2, window.devicePixelRatio || 1),
      indexAxis: spec.categories ? "y" : "x",
      color: colours.text,
      font: { family: "system-ui, sans-serif" },
      interaction: { mode: "nearest", intersect: spec.series.some(s => s.kind === "points") },
      onResize: chart => setTimeout(() => equalise(chart, spec)),
      plugins: {
        legend: {
          display: named > 1,
          position: "bottom",
          labels: {
            color: colours.text,
            boxHeight: 7,
            usePointStyle: true,
            sort: (a, b) => a.datasetIndex - b.datasetIndex,
            filter: item => item.text !== "",
            generateLabels,
          },
        },
        tooltip: tooltip(spec),
      },
      scales,
    };
  }

  // Widens the longer side, so that one unit has as many pixels on both axes.
  function equalise(chart, spec) {
    if (!spec.equal || !chart.chartArea) return;
    const ratio =
      (chart.chartArea.width / (spec.x.max - spec.x.min)) *
      ((spec.y.max - spec.y.min) / chart.chartArea.height);
    const widen = (axis, factor) => {
      const middle = (axis.min + axis.max) / 2;
      const half = ((axis.max - axis.min) / 2) * Math.max(1, factor);
      return { min: middle - half, max: middle + half };
    };
    Object.assign(chart.options.scales.x, widen(spec.x, ratio));
    Object.assign(chart.options.scales.y, widen(spec.y, 1 / ratio));
    chart.update("none");
  }

  function draw(script) {
    const spec = JSON.parse(script.textContent);
    const canvas = script.parentElement.querySelector("canvas");
    const chart = new Chart(canvas, {
      type: spec.categories ? "bar" : "line",
      data: { labels: spec.categories, datasets: datasets(spec) },
      options: options(spec),
      plugins: [whiskers],
    });
    equalise(chart, spec);
    charts.push({ chart, spec });
  }

  function redraw() {
    readColours();
    for (const { chart, spec } of charts) {
      chart.data.datasets = datasets(spec);
      chart.options = options(spec);
      chart.resize();
      chart.update("none");
      equalise(chart, spec);
    }
  }

  readColours();
  let failed = 0;
  document.querySelectorAll("script.chart").forEach(script => {
    try {
      draw(script);
    } catch (error) {
      failed++;
      console.error(error);
      script.parentElement.querySelector(".plot").textContent = "This chart cannot be drawn.";
    }
  });
  root.dataset.drawn = charts.length;
  root.dataset.failed = failed;

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // On paper everything is dark on white, and what was folded away is shown.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach(details => (details.open = true));
    root.dataset.theme = "light";
    redraw();
  });
  addEventListener("afterprint", () => {
    folded.forEach(details => (details.open = false));
    delete root.dataset.theme;
    redraw();
  });
})();
