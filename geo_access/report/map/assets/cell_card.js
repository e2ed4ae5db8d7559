/* The card of a cell: its state in words, minutes by departure, what is missing, the journey to the pole line by line.
   Figures follow the page's state (sheet.live); the journey is the study's own and says so. */
(function () {
  "use strict";

  const { Sheet, Journeys, nameCell, read, make, fill, list, fromBase64, inflateNow } = window.GeoAccessParts;
  const { spreadOf, excessOf, drawCurve, listSteps } = window.GeoAccessParts;
  const SVG = "http://www.w3.org/2000/svg";
  const BOX = { left: 26, top: 6, width: 232, height: 62 }, HIGH = 84, WIDE = 264;
  const BEYOND = 2;
  const plainCard = Sheet.prototype.cellCard;

  function shape(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function unpackText(text) {
    return JSON.parse(new TextDecoder().decode(inflateNow(fromBase64(text))));
  }

  Object.assign(Sheet.prototype, {
    // Called with the name of a block.
    openCards(id) {
      const data = this.cards = read(id);
      Object.assign(this.words, data.words);
      let journeys = null;
      this.journeyOf = (cell) => {
        if (!data.journeys) return null;
        journeys = journeys || new Journeys(unpackText(data.journeys));
        return journeys.of(cell);
      };
      // An open card follows the state of the page.
      document.addEventListener("geoaccess:verdict", () => this.renewCard());
      document.addEventListener("geoaccess:ready", () => this.renewCard());
    },

    renewCard() {
      const popup = this.map._popup;
      const box = popup && popup.isOpen() ? popup.getElement().querySelector(".ga-cell") : null;
      if (!box) return;
      const open = Array.from(box.querySelectorAll("details"), (one) => one.open);
      const next = this.cellCard(this.cellData, Number(box.dataset.cell));
      next.querySelectorAll("details").forEach((one, i) => { one.open = open[i] ?? one.open; });
      box.replaceChildren(...next.childNodes);
      popup.update();
    },

    sayClock(seconds) {
      const minutes = Math.floor(seconds / 60), mm = String(minutes % 60).padStart(2, "0");
      const said = mm === "00" ? this.words.card_clock_whole : this.words.card_clock;
      // "09:05" in English, "9 h 05" in French.
      return fill(said, { h: String(Math.floor(minutes / 60) % 24).padStart(said.includes(":") ? 2 : 1, "0"), mm });
    },

    sayTime(seconds) {
      return fill(this.words.card_time, { m: Math.floor(seconds / 60), ss: String(seconds % 60).padStart(2, "0") });
    },

    cellCard(data, i) {
      const words = this.words, state = Number(data.state[i]);
      if (!this.cards) return plainCard.call(this, data, i);
      const box = make("div", null, { class: "ga-cell", "data-cell": i });
      box.append(make("h2", nameCell(data.names, i)), make("p", data.labels[state], { class: "ga-state" }));
      const curves = this.curvesOf(i);
      const missing = this.sayMissing(i, state, curves);
      if (missing) box.append(make("p", missing, { class: "ga-missing" }));
      if (data.held[i] !== null && state <= BEYOND) {
        const share = this.share(data.held[i] / data.departures);
        box.append(make("p", fill(words.card_in_time, { held: data.held[i], count: data.departures, share })));
      }
      if (curves && state <= BEYOND && curves[0].seconds.length > 1) box.append(this.drawMinutes(curves[0], data.operators[0]));
      box.append(list(this.listFacts(data, i)));
      if (state <= BEYOND) box.append(this.tellJourney(i));
      box.append(this.tellMore(data, i));
      return box;
    },

    curvesOf(i) {
      return this.live ? ["pole", "antenna"].map((role) => this.live.engine.curve(i, role, this.live.state)) : null;
    },

    listFacts(data, i) {
      const words = this.words, [poleWalked, antennaWalked] = this.cards.walked;
      const to = (seconds, site, operator, walked) => {
        if (seconds === null) return words.unreached;
        if (Number.isNaN(seconds)) return this.live.sayFarther();
        const said = this.minutes(seconds, operator) + (walked ? ` ${words.card_on_foot}` : "");
        return site >= 0 && data.sites[site] ? `${said} → ${data.sites[site]}` : said;
      };
      const rows = [
        [words.pole_time, to(data.pole_s[i], data.pole[i], data.operators[0], poleWalked)],
        [words.antenna_time, to(data.antenna_s[i], data.antenna[i], data.operators[1], antennaWalked)],
      ];
      const reason = data.reasons[data.reason[i]];
      if (reason) rows.push([words.why, reason]);
      if (data.areas && data.area[i] >= 0) rows.push([words.area, data.areas[data.area[i]]]);
      rows.push([words.people, this.count(data.weight[i])]);
      return rows;
    },

    sayMissing(i, state, curves) {
      if (state !== BEYOND) return "";
      const { words, live } = this, own = !live || !live.changed;
      const said = own && this.cards.over ? this.cards.over[i] : null;
      if (own && said === null) return this.cards.over ? words.card_missing_never : "";
      const seconds = own ? said : excessOf(curves, live.state.departures);
      // A hair too long is told as such: never "0,0 min".
      if (!Number.isNaN(seconds)) return fill(words.card_missing, { minutes: this.minutes(Math.max(seconds, 6), "le") });
      const { limits } = live.engine;
      const room = Math.min(...["pole", "antenna"].map((role) => (limits[role].most ?? Infinity) - live.state[role]));
      if (!(room > 0 && room < Infinity)) return words.card_missing_never;
      return fill(words.card_missing_more, { minutes: this.minutes(room * 60, "le") });
    },

    drawMinutes(curve, operator) {
      const words = this.words, figure = make("figure", null, { class: "ga-curve" });
      const { steps, limit, top, floor } = drawCurve(curve.seconds, curve.limit, BOX);
      const { best, median, worst } = spreadOf(curve.seconds);
      const svg = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": "true", focusable: "false" });
      const right = BOX.left + BOX.width, first = this.sayClock(curve.from);
      const last = this.sayClock(curve.from + curve.every * curve.seconds.length);
      const promised = operator === "lt" ? (curve.limit + 1) / 60 : curve.limit / 60;
      const bound = String(Math.round(promised * 10) / 10).replace(".", this.numbers.decimal);
      svg.append(
        shape("path", { class: "ga-axis", d: `M${BOX.left} ${BOX.top}V${floor}H${right}` }),
        shape("text", { x: BOX.left - 4, y: floor, "text-anchor": "end" }, "0"),
        shape("text", { x: BOX.left, y: HIGH - 3 }, first),
        shape("text", { x: right, y: HIGH - 3, "text-anchor": "end" }, last),
        shape("path", { class: "ga-minutes", d: steps }),
        shape("path", { class: "ga-limit", d: `M${BOX.left} ${limit}H${right}` }),
        shape("text", { class: "ga-limit-said", x: BOX.left - 4, y: limit + 4, "text-anchor": "end" }, bound),
      );
      // Two numbers need room for both.
      if (limit - BOX.top > 14) svg.append(shape("text", { x: BOX.left - 4, y: BOX.top + 7, "text-anchor": "end" }, String(top)));
      const say = (seconds) => (Number.isNaN(seconds) ? this.sayBeyond() : this.minutes(seconds, operator));
      const said = fill(words.card_spread, { best: say(best), median: say(median), worst: say(worst) });
      figure.append(make("figcaption", fill(words.card_curve, { minutes: bound })), svg, make("p", said));
      return figure;
    },

    sayBeyond() {
      const { most } = this.live.engine.limits.pole;
      return most === null ? this.words.unreached : fill(this.words.card_farther, { minutes: Math.floor(most) });
    },

    tellJourney(i) {
      const words = this.words, part = make("details", null, { class: "ga-journey" });
      part.append(make("summary", words.card_journey));
      const journey = this.journeyOf(i);
      if (!journey) {
        part.append(make("p", words.card_journey_none));
        return part;
      }
      const leave = this.cards.from + this.cards.every * journey.departure, time = this.sayTime(journey.seconds);
      const walked = !journey.rides.length && this.cards.walked[0];
      part.append(make("p", fill(walked ? words.card_journey_walk : words.card_journey_lead, { clock: this.sayClock(leave), time })));
      const steps = make("ol");
      for (const [code, seconds, values] of listSteps(journey, leave, this.cellData.sites[journey.site])) {
        const hops = values.hops === 1 ? words.step_hop : fill(words.step_hops, { count: values.hops });
        const clock = values.clock === undefined ? "" : this.sayClock(values.clock);
        steps.append(make("li", fill(words[code], { ...values, hops, clock, time: this.sayTime(seconds) })));
      }
      part.append(steps);
      if (this.live && this.live.changed) part.append(make("p", words.card_journey_own, { class: "ga-note" }));
      return part;
    },

    // The id, and a link that opens this card.
    tellMore(data, i) {
      const words = this.words, id = data.prefix + data.cell[i], box = make("div", null, { class: "ga-more" });
      const said = make("span", "", { role: "status" });
      const button = make("button", words.card_link, { type: "button", class: "ga-button ga-quiet" });
      button.addEventListener("click", async () => {
        const link = this.linkTo(id);
        try {
          await navigator.clipboard.writeText(link);
          said.textContent = words.card_linked;
        } catch {
          // Without leave to write there, the link is shown, to be copied by hand.
          said.textContent = fill(words.card_unlinked, { link });
        }
      });
      // In a notebook the page has no address.
      if (window.location.protocol !== "about:") box.append(button, said);
      box.append(make("small", fill(words.card_detail, { id })));
      return box;
    },

    linkTo(id) {
      if (this.whatIf) {
        this.whatIf.setLook({ cell: id });
        return this.whatIf.link;
      }
      return `${window.location.href.replace(/#.*$/, "")}#cell=${encodeURIComponent(id)}`;
    },
  });
})();
