// Builds built/link_chart.js and THIRD_PARTY_LICENSES.txt; with --check, fails when the committed files differ.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const asset = join(here, "built", "link_chart.js");
const licences = join(here, "THIRD_PARTY_LICENSES.txt");

// The fingerprint lets a test without Node see that the source has moved on since the asset was built.
const sources = ["package-lock.json", ...readdirSync(join(here, "src")).sort().map((name) => `src/${name}`)];
const fingerprint = createHash("sha256");
for (const name of sources) fingerprint.update(readFileSync(join(here, name)));

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/index.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  loader: { ".css": "text" },
  charset: "ascii",
  metafile: true,
  write: false,
  outfile: "built/link_chart.js",
  banner: { js: `/* built from ${fingerprint.digest("hex")}; licences in THIRD_PARTY_LICENSES.txt */` },
});
const script = result.outputFiles[0].text;

const bundled = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) bundled.add(found[1]);
}
const texts = [...bundled].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).sort().find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} comes without a licence text: do not ship it`);
  const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
  return `${name} ${about.version} (${about.license})\n${"=".repeat(72)}\n${text}\n`;
});
const nested = readFileSync(join(here, "nested_notices.txt"), "utf8");
const notice = `Bundled into built/link_chart.js:\n\n${texts.join("\n")}\n${nested}`;

const outputs = [[asset, script], [licences, notice]];
if (process.argv.includes("--check")) {
  const stale = outputs.filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  for (const [path] of stale) console.error(`${path} is not what the source builds: run npm run build`);
  process.exit(stale.length ? 1 : 0);
}
mkdirSync(dirname(asset), { recursive: true });
for (const [path, text] of outputs) writeFileSync(path, text);
console.error(`built ${script.length} bytes from ${bundled.size} packages`);
