/* The first screen of a page: how high its map may be, and which parts are folded. */
(function () {
  "use strict";
  // The map is as high as what the head leaves of the window; the styles guess until the head is measured.
  function measure(stage) {
    const top = Math.round(stage.getBoundingClientRect().top + window.scrollY);
    document.documentElement.style.setProperty("--head", `${top}px`);
  }

  // The key of colours below a phone's map takes its room from the map.
  function leaveRoom(key) {
    document.documentElement.style.setProperty("--foot", `${Math.ceil(key.getBoundingClientRect().height)}px`);
  }

  // Where the column stands below the map its parts are folded at first; on paper all of them are open.
  function fold() {
    const panels = Array.from(document.querySelectorAll("details.ga-panel"));
    if (window.matchMedia("screen and (max-width: 60rem)").matches) {
      for (const panel of panels) panel.open = false;
    }
    let closed = [];
    window.addEventListener("beforeprint", () => {
      closed = panels.filter((panel) => !panel.open);
      for (const panel of closed) panel.open = true;
    });
    window.addEventListener("afterprint", () => {
      for (const panel of closed) panel.open = false;
    });
  }

  window.GeoAccessParts.settlePage = function () {
    fold();
    const stage = document.querySelector(".ga-stage"), above = document.querySelectorAll(".ga-head, .ga-told");
    if (!stage || !above.length) return;
    measure(stage);
    if (!window.ResizeObserver) return;
    const observer = new ResizeObserver(() => measure(stage));
    above.forEach((element) => observer.observe(element));
    const key = document.querySelector("[data-short]");
    if (key) new ResizeObserver(() => leaveRoom(key)).observe(key);
  };
})();
