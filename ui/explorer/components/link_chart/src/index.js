import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import styles from "./link_chart.css";
import { chartStyle, NAMES, glyph } from "./appearance.js";

cytoscape.use(fcose);

// One chart per place on the page: Streamlit calls the same function again with new data.
const charts = new WeakMap();

export default function linkChart({ data, parentElement }) {
  const drawing = JSON.stringify(data);
  let chart = charts.get(parentElement);
  if (!chart) {
    chart = new LinkChart(parentElement);
    charts.set(parentElement, chart);
  }
  if (chart.drawing !== drawing) {
    chart.drawing = drawing;
    chart.draw(data);
  }
  return () => {
    chart.close();
    charts.delete(parentElement);
  };
}

class LinkChart {
  constructor(parent) {
    const sheet = document.createElement("style");
    sheet.textContent = styles;
    this.root = element("div", "link-chart");
    this.tools = element("div", "tools");
    this.canvas = element("div", "canvas");
    this.legend = element("ul", "legend");
    this.picked = element("div", "picked");
    this.picked.setAttribute("aria-live", "polite");
    this.root.append(this.tools, this.canvas, this.legend, this.picked);
    parent.append(sheet, this.root);

    this.byDate = this.button("By date", () => this.arrange("by date"));
    this.free = this.button("Free", () => this.arrange("free"));
    this.button("Show all", () => this.cy?.animate({ fit: { padding: 24 } }, { duration: pace() }));
    this.button("Closer", () => this.zoom(1.25));
    this.button("Further", () => this.zoom(0.8));

    // A chart drawn in a hidden tab has no width: it is fitted when it first gets one, and again when it changes.
    this.width = 0;
    this.watch = new ResizeObserver(() => {
      const width = this.canvas.clientWidth;
      if (width === this.width) return;
      this.width = width;
      this.cy?.resize();
      this.fit();
    });
    this.watch.observe(this.canvas);
  }

  button(text, action) {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", action);
    this.tools.append(made);
    return made;
  }

  draw(data) {
    this.data = data;
    this.cy?.destroy();
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", data.summary);
    this.canvas.style.height = `${data.height}px`;
    this.showLegend();
    this.tell(null);
    this.cy = cytoscape({
      container: this.canvas,
      elements: [
        ...data.nodes.map((node) => ({ group: "nodes", data: node, position: { x: node.x, y: node.y } })),
        ...data.edges.map((edge) => ({ group: "edges", data: edge })),
        ...data.dates.map((date, i) => mark("date", i, date)),
        ...data.lanes.map((lane, i) => mark("lane", i, lane)),
      ],
      style: chartStyle(),
      layout: { name: "preset" },
      minZoom: 0.15,
      maxZoom: 2.5,
      boxSelectionEnabled: false,
      // The wheel scrolls the page; the chart zooms by its buttons.
      userZoomingEnabled: false,
    });
    this.cy.on("select", "node, edge", (event) => this.tell(event.target));
    this.cy.on("unselect", "node, edge", () => {
      if (this.cy.$(":selected").empty()) this.tell(null);
    });
    this.arrange("by date");
  }

  arrange(how) {
    if (!this.cy) return;
    const free = how === "free";
    this.byDate.setAttribute("aria-pressed", String(!free));
    this.free.setAttribute("aria-pressed", String(free));
    this.cy.nodes(".date, .lane").style("display", free ? "none" : "element");
    const shown = this.cy.elements().not(".date, .lane");
    if (free) {
      // fcose starts from where things are and draws no random numbers: the same picture each time.
      shown.layout({ name: "fcose", animate: false, randomize: false, nodeSeparation: 140, idealEdgeLength: 150,
        nodeRepulsion: 12000, padding: 24 }).run();
    } else {
      shown.nodes().positions((node) => ({ x: node.data("x"), y: node.data("y") }));
    }
    this.fit();
  }

  fit() {
    if (!this.cy || !this.width) return;
    this.size(this.data.height);
    this.cy.fit(undefined, 24);
    // Names that cannot be read help nobody: rather show the start of the picture, and let people move along.
    const readable = 0.7;
    this.partial = this.cy.zoom() < readable;
    if (this.partial) {
      this.cy.zoom(readable);
      this.cy.panBy({ x: this.start(), y: 0 });
    } else if (this.cy.zoom() > 1.15) {
      this.cy.zoom(1.15);
      this.cy.center();
    }
    // No taller than the picture: on a narrow screen much of the height would be empty.
    const box = this.cy.elements().renderedBoundingBox();
    this.size(Math.min(this.data.height, Math.max(280, box.h + 48)));
    this.cy.panBy({ x: 0, y: 24 - box.y1 });
    if (this.cy.$(":selected").empty()) this.tell(null);
  }

  // How far to move a picture that is too wide: whom it is about, the person with most links, is to be in view.
  start() {
    const box = this.cy.elements().renderedBoundingBox();
    const people = this.cy.nodes('[shape = "person"]');
    const subject = people.max((node) => node.degree()).ele;
    const wanted = subject ? this.width / 2 - subject.renderedPosition("x") : 16 - box.x1;
    return Math.min(16 - box.x1, Math.max(this.width - 16 - box.x2, wanted));
  }

  size(height) {
    this.canvas.style.height = `${Math.round(height)}px`;
    this.cy.resize();
  }

  zoom(factor) {
    this.cy?.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: this.width / 2, y: this.canvas.clientHeight / 2 } });
  }

  showLegend() {
    const shapes = [...new Set(this.data.nodes.map((node) => node.shape))].sort();
    const entries = shapes.map((shape) => legendEntry(glyph(shape), NAMES[shape] ?? shape));
    const drawn = new Set(this.data.edges.map((edge) => edge.inferred));
    if (drawn.has(false)) entries.push(legendEntry(glyph("recorded"), "recorded by a source"));
    if (drawn.has(true)) entries.push(legendEntry(glyph("inferred"), "inferred, not recorded"));
    this.legend.replaceChildren(...entries);
  }

  tell(picked) {
    if (!picked) {
      const more = this.partial ? " Drag to see the rest, or choose Show all." : "";
      this.picked.replaceChildren(element("p", "hint", `Select an item or a link on the chart to read it here.${more}`));
      return;
    }
    const about = picked.data();
    const title = picked.isNode() ? about.full : `${about.from}: ${about.words}: ${about.to}`;
    const lines = picked.isNode() ? [about.kind, about.detail] : [`${about.basis[0].toUpperCase()}${about.basis.slice(1)}.`];
    this.picked.replaceChildren(
      element("p", "title", title),
      ...lines.filter(Boolean).map((line) => element("p", "", line)),
    );
  }

  close() {
    this.watch.disconnect();
    this.cy?.destroy();
    this.root.parentNode?.querySelector("style")?.remove();
    this.root.remove();
  }
}

function mark(kind, i, { x, y, text }) {
  return { group: "nodes", classes: kind, data: { id: ` ${kind} ${i}`, caption: text }, position: { x, y },
    selectable: false, grabbable: false, pannable: true };
}

function legendEntry(picture, text) {
  const entry = element("li", "");
  entry.append(picture, element("span", "", text));
  return entry;
}

// Text goes in as text, never as markup: names and notes come from other people's systems.
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function pace() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
}
