"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { foldName, parsePoint, SearchIndex } = require("../../geo_access/report/map/assets/search.js");

const index = new SearchIndex([
  { name: "Clamart", kind: "commune", order: 0 },
  { name: "Saint-Cloud", kind: "commune", order: 0 },
  { name: "Gare de Clamart", kind: "stop", order: 2 },
  { name: "Clamart", kind: "stop", order: 2 },
  { name: "Rue de Paris", kind: "street", order: 4 },
  { name: "Place d’Église", kind: "street", order: 4 },
  { name: "Avenue de Saint-Cloud", kind: "street", order: 4 },
  { name: "Mairie", kind: "stop", order: 2, where: "Meudon" },
]);
const names = (text, limit = 10) => index.find(text, limit).found.map((entry) => entry.name);

test("names are compared without case, accents, hyphens; Saint is St", () => {
  assert.equal(foldName("  Châtenay–MALABRY "), "chatenay malabry");
  assert.equal(foldName("Bd St-Œuf"), "boulevard saint oeuf");
  assert.deepEqual(names("st cloud"), ["Saint-Cloud", "Avenue de Saint-Cloud"]);
  assert.deepEqual(names("eglise"), ["Place d’Église"]);
});

test("what is called so comes first, then what begins so, then what has such a word, then what has all words", () => {
  assert.deepEqual(index.find("CLAMART", 9).found.map((entry) => entry.kind), ["commune", "stop", "stop"]);
  assert.deepEqual(names("gare cla"), ["Gare de Clamart"]);
  assert.deepEqual(names("clam gare"), ["Gare de Clamart"]);
  assert.deepEqual(names("paris"), ["Rue de Paris"]);
});

test("the commune may be said with a name, and small words do not matter", () => {
  assert.deepEqual(names("mairie de meudon"), ["Mairie"]);
  assert.deepEqual(names("la mairie"), ["Mairie"]);
  assert.deepEqual(names("mairie de clamart"), []);
  assert.deepEqual(names("meudon"), []);
});

test("what is not there is not found, and of many only so many are listed", () => {
  assert.deepEqual(index.find("nulle part", 5), { found: [], count: 0 });
  assert.deepEqual(index.find(" - ", 5), { found: [], count: 0 });
  const some = index.find("cla", 2);
  assert.equal(some.found.length, 2);
  assert.equal(some.count, 3);
});

test("a position is read with points or with commas, and nothing else is one", () => {
  for (const text of ["48.80,2.26", "48,80 ; 2,26", " 48.8 2.26 ", "48.80, 2.26", "48,80 2,26"]) {
    assert.deepEqual(parsePoint(text), { lat: 48.8, lon: 2.26 }, text);
  }
  assert.deepEqual(parsePoint("-30.03,-51.2"), { lat: -30.03, lon: -51.2 });
  for (const text of ["12 rue de Paris", "8 mai", "48", "12 14", "95.0,2.2", "48.8,200.5", ""]) assert.equal(parsePoint(text), null, text);
});
