// What the scripts of the pages, and their tests, are held to. `npm run lint`.
"use strict";
const js = require("@eslint/js");
const globals = require("globals");

const STRICT = {
  "curly": ["error", "multi-line"],
  "eqeqeq": "error",
  "max-len": ["error", { code: 140, ignoreRegExpLiterals: true }],
  "max-lines": ["error", 499],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-implicit-globals": "error",
  "no-param-reassign": "error",
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "strict": ["error", "function"],
  // Texts from files only ever become text nodes.
  "no-restricted-syntax": ["error",
    { selector: "CallExpression[callee.property.name=/^(insertAdjacentHTML|write|writeln)$/]", message: "Texts become text nodes." },
    { selector: "AssignmentExpression[left.property.name='outerHTML']", message: "Texts become text nodes." },
    { selector: "AssignmentExpression[left.property.name='innerHTML'][right.type!='Literal'][right.type!='BinaryExpression']",
      message: "Texts become text nodes; only HTML that stands in the script may be set." },
  ],
};

module.exports = [
  { ignores: ["**/node_modules/", "artefacts/", ".venv/", "docs/", "notebooks/"] },
  js.configs.recommended,
  {
    files: ["geo_access/report/**/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      // `L` is Leaflet; `module` is there where a test under node asks for a script's functions.
      globals: { ...globals.browser, L: "readonly", module: "readonly", require: "readonly" },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: STRICT,
  },
  {
    files: ["eslint.config.js", "tests/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "commonjs", globals: globals.node },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { ...STRICT, strict: ["error", "global"] },
  },
];
