/* Colours of maps that are drawn on a canvas: styles of the page are known to it by name, and follow the dark and paper. */
(function () {
  "use strict";

  const parts = window.GeoAccessParts;
  const solid = parts.hatch, root = document.documentElement;
  const known = new Map(), canvases = new Set();
  let age = 0;

  // A colour, or `var(--name)` of the page's styles.
  function tone(colour) {
    if (typeof colour !== "string" || !colour.startsWith("var(")) return colour;
    if (!known.has(colour)) known.set(colour, getComputedStyle(root).getPropertyValue(colour.slice(4, -1)).trim());
    return known.get(colour);
  }

  // What a style paints: made when it is first drawn, and again when the page's colours have changed.
  class Paint {
    constructor(style) {
      this.style = style;
      this.made = -1;
    }

    get() {
      if (this.made !== age) {
        const { style } = this;
        this.paint = solid(style.token ? { ...style, fill: tone(`var(--${style.token})`) } : style);
        this.made = age;
      }
      return this.paint;
    }
  }

  L.Canvas.include({
    _fillStroke(ctx, layer) {
      const { options } = layer;
      if (options.fill) {
        const fill = options.fillColor || options.color;
        ctx.globalAlpha = options.fillOpacity;
        ctx.fillStyle = fill instanceof Paint ? fill.get() : tone(fill);
        ctx.fill(options.fillRule || "evenodd");
      }
      if (options.stroke && options.weight !== 0) {
        ctx.setLineDash(options._dashArray || []);
        ctx.globalAlpha = options.opacity;
        ctx.lineWidth = options.weight;
        ctx.strokeStyle = tone(options.color);
        ctx.lineCap = options.lineCap;
        ctx.lineJoin = options.lineJoin;
        ctx.stroke();
      }
    },
  });
  L.Canvas.addInitHook(function () {
    canvases.add(this);
  });

  function repaint() {
    known.clear();
    age += 1;
    for (const canvas of canvases) {
      if (canvas._ctx && canvas._map) canvas._redraw();
    }
  }

  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  // Scripts that come later print what they draw on paper in the colours of paper.
  window.addEventListener("beforeprint", () => {
    root.dataset.paper = "";
    repaint();
  });
  window.addEventListener("afterprint", () => {
    delete root.dataset.paper;
    repaint();
  });

  Object.assign(parts, { hatch: (style) => new Paint(style), tone });
})();
