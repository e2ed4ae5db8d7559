/* Places where one more could open, as a list: what each would add to the state of the page. */
(function () {
  "use strict";

  const { fill, gainOf, sayCount, supposed } = window.GeoAccessParts;
  // Gains are reckoned when the hand rests so long, and for so long at a time (ms).
  const RESTING_MS = 150, SLICE_MS = 12;

  class Candidates {
    constructor(whatIf, box) {
      Object.assign(this, { whatIf, box });
      const { engine } = whatIf.live;
      this.items = Array.from(box.querySelectorAll("input[data-site]"), (input) => {
        const id = input.dataset.site, item = input.closest("li");
        return { id, row: engine.rowOf.get(id), group: item.closest("[data-kind]"), gain: item.querySelector("[data-gain]") };
      });
      this.choices = Array.from(box.querySelectorAll("input[type=radio]"));
      this.choices.forEach((choice) => choice.addEventListener("change", () => this.choose()));
      box.addEventListener("toggle", () => this.show());
      this.choose();
    }

    // One kind at a time.
    choose() {
      const chosen = this.choices.find((choice) => choice.checked);
      const kind = chosen ? chosen.value : this.items[0].group.dataset.kind;
      this.box.querySelectorAll("[data-kind]").forEach((group) => { group.hidden = group.dataset.kind !== kind; });
      this.show();
    }

    show() {
      window.clearTimeout(this.resting);
      this.mark();
      if (!this.box.open) return;
      const listed = this.items.filter((one) => !one.group.hidden);
      this.resting = window.setTimeout(() => this.reckon(listed), RESTING_MS);
    }

    // The marks of the map come with the list; whoever takes them off again does not get them back.
    mark() {
      const { sheet } = this.whatIf, marked = this.items.map((one) => sheet.markers.get(one.row)).find(Boolean);
      if (this.shown || !this.box.open || !marked) return;
      this.shown = true;
      sheet.map.addLayer(marked.group);
    }

    // A slice of the list at a time, so that no slider waits for it.
    reckon(left) {
      const { live } = this.whatIf, until = performance.now() + SLICE_MS;
      let at = 0;
      while (at < left.length && (at === 0 || performance.now() < until)) {
        const { id, row } = left[at];
        this.sayGain(left[at], this.whatIf.isOpen(id) ? null : gainOf(live.engine, live.verdict, row));
        at += 1;
      }
      if (at < left.length) this.resting = window.setTimeout(() => this.reckon(left.slice(at)), 0);
    }

    sayGain(one, gain) {
      const { data, sheet } = this.whatIf, { plural, words } = data;
      let said = "";
      if (gain !== null) {
        const form = supposed.choose(plural.gain, Math.floor(gain + 0.5), sheet.numbers);
        said = gain > 0 ? fill(form, { count: sayCount(gain, sheet.numbers) }) : words.gain_none;
      }
      if (one.gain.textContent !== said) one.gain.textContent = said;
    }
  }

  window.GeoAccessParts.Candidates = Candidates;
})();
