// What each kind of thing looks like. Only colours that reach 3:1 on white, and never a colour alone: shape as well.
export const SHAPES = {
  person: { shape: "ellipse", colour: "#0072B2" },
  incident: { shape: "round-rectangle", colour: "#000000" },
  death: { shape: "diamond", colour: "#D55E00" },
  place: { shape: "triangle", colour: "#009E73" },
  order: { shape: "hexagon", colour: "#CC79A7" },
  other: { shape: "rectangle", colour: "#000000" },
};

export const NAMES = {
  person: "person",
  incident: "incident",
  death: "death or near miss",
  place: "place",
  order: "order",
  other: "object or other",
};

const FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif';

export function chartStyle() {
  const shapes = Object.entries(SHAPES).map(([name, { shape, colour }]) => ({
    selector: `node[shape = "${name}"]`,
    style: { shape, "border-color": colour, "background-color": name === "other" ? "#FFFFFF" : colour },
  }));
  return [
    {
      selector: "node",
      style: {
        width: 30, height: 30, "border-width": 2,
        label: "data(caption)", "font-family": FONT, "font-size": 14, color: "#1A1A1A",
        "text-wrap": "wrap", "text-max-width": 150, "text-valign": "bottom", "text-margin-y": 5,
        "text-background-color": "#FFFFFF", "text-background-opacity": 0.85, "text-background-padding": 2,
        "min-zoomed-font-size": 5,
      },
    },
    ...shapes,
    {
      selector: "edge",
      style: {
        width: 2, "line-color": "#595959", "curve-style": "bezier",
        "target-arrow-shape": "triangle", "target-arrow-color": "#595959", "arrow-scale": 0.8,
        "font-family": FONT, "font-size": 12, color: "#333333",
        "text-background-color": "#FFFFFF", "text-background-opacity": 1, "text-background-padding": 2,
        "text-wrap": "wrap", "text-max-width": 110, "min-zoomed-font-size": 7,
      },
    },
    { selector: "edge[!nearStart][!nearEnd]", style: { label: "data(caption)" } },
    { selector: "edge[?nearStart]", style: { "source-label": "data(caption)", "source-text-offset": 58 } },
    { selector: "edge[?nearEnd]", style: { "target-label": "data(caption)", "target-text-offset": 46 } },
    { selector: "node[?above]", style: { "text-valign": "top", "text-margin-y": -5 } },
    { selector: "edge[?inferred]", style: { "line-style": "dashed", "line-dash-pattern": [7, 5] } },
    {
      selector: ".date, .lane",
      style: {
        width: 1, height: 1, "background-opacity": 0, "border-width": 0, events: "no",
        "font-size": 13, color: "#595959", "text-valign": "center", "text-margin-y": 0, "text-background-opacity": 0,
      },
    },
    { selector: ".date", style: { "font-weight": 600, "text-max-width": 170 } },
    { selector: ".lane", style: { "text-halign": "right", "text-max-width": 120, "text-justification": "left" } },
    { selector: "node:selected", style: { "border-color": "#1A1A1A", "border-width": 5 } },
    { selector: "edge:selected", style: { "line-color": "#1A1A1A", "target-arrow-color": "#1A1A1A", width: 4 } },
  ];
}

const SVG = "http://www.w3.org/2000/svg";
const OUTLINES = {
  person: ["circle", { cx: 9, cy: 9, r: 6.5 }],
  incident: ["rect", { x: 2.5, y: 2.5, width: 13, height: 13, rx: 3 }],
  death: ["polygon", { points: "9,1 17,9 9,17 1,9" }],
  place: ["polygon", { points: "9,2 16.5,16 1.5,16" }],
  order: ["polygon", { points: "5,2 13,2 17,9 13,16 5,16 1,9" }],
  other: ["rect", { x: 2.5, y: 2.5, width: 13, height: 13 }],
  recorded: ["line", { x1: 0, y1: 9, x2: 26, y2: 9 }],
  inferred: ["line", { x1: 0, y1: 9, x2: 26, y2: 9, "stroke-dasharray": "6 4" }],
};

export function glyph(name) {
  const line = name === "recorded" || name === "inferred";
  const picture = document.createElementNS(SVG, "svg");
  set(picture, { width: line ? 26 : 18, height: 18, "aria-hidden": "true", focusable: "false" });
  const [tag, outline] = OUTLINES[name] ?? OUTLINES.other;
  const drawn = document.createElementNS(SVG, tag);
  const colour = SHAPES[name]?.colour ?? "#595959";
  set(drawn, { ...outline, stroke: colour, "stroke-width": 2, fill: line || name === "other" ? "#FFFFFF" : colour });
  picture.append(drawn);
  return picture;
}

function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}
