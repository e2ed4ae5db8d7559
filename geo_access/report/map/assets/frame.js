/* How a map is moved and asked without a mouse, and by touch: buttons, keys, fingers, the wheel. */
(function () {
  "use strict";

  const { Sheet, make } = window.GeoAccessParts;
  const SVG = "http://www.w3.org/2000/svg";
  const DRAWINGS = {
    in: "M9 3v12M3 9h12", out: "M3 9h12", all: "M2 7V2h5M11 2h5v5M16 11v5h-5M7 16H2v-5",
    left: "M11 3 5 9l6 6", up: "M3 11l6-6 6 6", down: "M3 7l6 6 6-6", right: "M7 3l6 6-6 6",
  };
  // Which part of what is seen the arrows move by.
  const STEP = 0.3;
  // So many pixels of a finger are a move; so long a hint stands (milliseconds).
  const MOVED = 12;
  const HINTED = 1600;

  function drawIcon(path) {
    const svg = document.createElementNS(SVG, "svg"), line = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 18 18");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function addBar(map, position, className, buttons) {
    const bar = L.control({ position });
    bar.onAdd = () => {
      const holder = make("div", null, { class: `leaflet-bar ga-bar ${className}` });
      for (const [name, css, label, act] of buttons) {
        const button = make("button", null, { type: "button", class: css, title: label, "aria-label": label });
        button.append(drawIcon(DRAWINGS[name]));
        button.addEventListener("click", act);
        holder.append(button);
      }
      L.DomEvent.disableClickPropagation(holder);
      return holder;
    };
    return bar.addTo(map).getContainer();
  }

  Object.assign(Sheet.prototype, {
    // Buttons to zoom and to move, and the scale.
    controls() {
      const { map, words } = this, box = map.getContainer();
      const zoom = (step) => () => map.setZoom(map.getZoom() + step);
      const bar = addBar(map, "topleft", "leaflet-control-zoom", [
        ["in", "leaflet-control-zoom-in", words.zoom_in, zoom(map.options.zoomDelta)],
        ["out", "leaflet-control-zoom-out", words.zoom_out, zoom(-map.options.zoomDelta)],
        ["all", "ga-home", words.zoom_all, () => this.fit()],
      ]);
      const [nearer, farther] = bar.children;
      const tell = () => {
        nearer.setAttribute("aria-disabled", String(map.getZoom() >= map.getMaxZoom()));
        farther.setAttribute("aria-disabled", String(map.getZoom() <= map.getMinZoom()));
      };
      map.on("zoomend zoomlevelschange", tell);
      tell();
      const pan = (x, y) => () => map.panBy(map.getSize().scaleBy(L.point(x * STEP, y * STEP)));
      addBar(map, "bottomright", "ga-pan", [
        ["left", "ga-pan-left", words.pan_left, pan(-1, 0)], ["up", "ga-pan-up", words.pan_up, pan(0, -1)],
        ["down", "ga-pan-down", words.pan_down, pan(0, 1)], ["right", "ga-pan-right", words.pan_right, pan(1, 0)],
      ]);
      L.control.scale({ imperial: false, maxWidth: box.clientWidth < 420 ? 90 : 160 }).addTo(map);
    },

    // What a screen reader is told of the map; the drawings in it are pictures.
    describe() {
      const { map, words, id } = this, box = map.getContainer(), frame = box.closest(".ga-frame") || box;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", words.map_label);
      box.setAttribute("aria-roledescription", words.map_role);
      box.setAttribute("aria-describedby", `${id}_help`);
      box.append(make("p", words.map_help, { id: `${id}_help`, class: "ga-hidden" }));
      // A symbol for each place: whoever walks by keyboard may pass them.
      frame.before(make("a", words.skip_map, { class: "ga-skip", href: `#${id}_past` }));
      this.said = make("p", null, { class: "ga-hidden", role: "status" });
      frame.after(this.said, make("span", null, { id: `${id}_past`, class: "ga-past", tabindex: "-1" }));
      const name = (layer) => {
        if (!(layer instanceof L.Renderer)) return;
        const drawn = layer._container;
        if (drawn.tagName !== "CANVAS") drawn.setAttribute("aria-hidden", "true");
        else for (const [key, value] of [["role", "img"], ["aria-label", words.map_label]]) drawn.setAttribute(key, value);
      };
      map.eachLayer(name);
      map.on("layeradd", (event) => name(event.layer));
    },

    // For screen readers; what was said last is not said again.
    say(text) {
      if (this.said.textContent !== text) this.said.textContent = text;
    },

    // Enter opens what is at the middle of the map, where a cross is drawn; Space presses what Enter presses.
    keys() {
      const box = this.map.getContainer();
      const cross = make("div", null, { class: "ga-cross", "aria-hidden": "true" });
      cross.append(drawIcon("M9 0v6M9 12v6M0 9h6M12 9h6"));
      box.append(cross);
      box.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const press = event.target.closest('[role="button"]:not(button)');
        if (event.target === box && (event.key === "Enter" || event.key === " ")) {
          event.preventDefault();
          this.openMiddle();
        } else if (event.key === " " && press) {
          event.preventDefault();
          press.click();
        }
      });
    },

    openMiddle() {
      const { map, words } = this, box = map.getContainer();
      box.scrollIntoView({ block: "nearest", behavior: "instant" });
      map.closePopup();
      const frame = box.getBoundingClientRect(), [x, y] = [frame.left + frame.width / 2, frame.top + frame.height / 2];
      const under = document.elementsFromPoint(x, y).find((one) => (
        box.contains(one) && !one.closest(".leaflet-popup, .leaflet-control, .ga-cross")
      ));
      let opened = false;
      const note = () => { opened = true; };
      map.on("popupopen", note);
      if (under) {
        const click = { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y };
        under.dispatchEvent(new MouseEvent("click", click));
      }
      map.off("popupopen", note);
      this.say(opened ? "" : words.nothing_here);
    },

    // One finger scrolls the page, two move the map; the wheel zooms once the map was clicked.
    gestures() {
      const { map, words } = this, box = map.getContainer();
      const hint = make("p", null, { class: "ga-hint", "aria-hidden": "true" });
      box.append(hint);
      let timer = 0, start = null;
      const tell = (text) => {
        hint.textContent = text;
        hint.classList.toggle("ga-told", text !== "");
        clearTimeout(timer);
        if (text) timer = setTimeout(() => tell(""), HINTED);
      };
      const onGround = (event) => !event.target.closest(".leaflet-popup, .leaflet-control");
      box.addEventListener("pointerdown", (event) => {
        if (event.pointerType === "touch") map.dragging.disable();
        else map.dragging.enable();
      }, true);
      box.addEventListener("touchstart", (event) => {
        const one = event.touches.length === 1 && onGround(event);
        start = one ? [event.touches[0].clientX, event.touches[0].clientY] : null;
        if (!one) tell("");
      }, { passive: true });
      box.addEventListener("touchmove", (event) => {
        if (!start || event.touches.length !== 1) return;
        if (Math.hypot(event.touches[0].clientX - start[0], event.touches[0].clientY - start[1]) < MOVED) return;
        start = null;
        tell(words.touch_hint);
      }, { passive: true });
      map.scrollWheelZoom.disable();
      box.addEventListener("click", () => {
        map.scrollWheelZoom.enable();
        tell("");
      });
      box.addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
      box.addEventListener("wheel", (event) => {
        if (!map.scrollWheelZoom.enabled() && onGround(event)) tell(words.wheel_hint);
      }, { passive: true });
    },
  });
})();
