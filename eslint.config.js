import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["src/main/webapp/**/*.js", "src/main/resources/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
  },
  { files: ["src/test/js/**/*.js"], languageOptions: { globals: { ...globals.node } } },
];
