// The four figures of Lighthouse on a phone: node .ci/lighthouse.mjs JUDGES PUBLIC PAGE…
//
// In: the folder in which npm has installed `lighthouse`, a built site, and pages below its root. Out: a line for each page. It fails
// where accessibility, best practices or SEO are below 100. Performance is only told, since it measures the machine as well.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [judges, site, ...pages] = process.argv.slice(2);
if (!site) throw new Error("node .ci/lighthouse.mjs JUDGES PUBLIC PAGE…");
const load = (path) => import(pathToFileURL(resolve(judges, "node_modules", path)).href);
const { default: lighthouse } = await load("lighthouse/core/index.js");
const { launch } = await load("chrome-launcher/dist/index.js");

const KINDS = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".txt": "text/plain" };
const server = createServer(async (request, answer) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = join(resolve(site), path.endsWith("/") ? `${path}index.html` : path);
  const body = await readFile(file).catch(() => null);
  if (!body) return answer.writeHead(404).end();
  answer.writeHead(200, { "Content-Type": KINDS[extname(file)] ?? "application/octet-stream", "Content-Encoding": "gzip", "Cache-Control": "max-age=31536000" });
  answer.end(gzipSync(body));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const chrome = await launch({
  chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let failed = false;
for (const page of pages.length ? pages : [""]) {
  const url = `http://localhost:${server.address().port}/${page}`;
  const { lhr } = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error" });
  const figures = Object.values(lhr.categories).map(({ id, score }) => `${id} ${Math.round((score ?? 0) * 100)}`);
  const times = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "total-byte-weight"].map((id) => `${id} ${lhr.audits[id]?.displayValue}`);
  console.log(`/${page}: ${[...figures, ...times].join(", ")}`);
  for (const { id, score, auditRefs } of Object.values(lhr.categories))
    if (id !== "performance" && id !== "agentic-browsing" && score < 1) {
      failed = true;
      const bad = auditRefs.map((ref) => lhr.audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
      for (const audit of bad) console.log(`  ${id}: ${audit.id}: ${audit.title} ${JSON.stringify(audit.details?.items?.slice(0, 3) ?? "")}`);
    }
}
await chrome.kill();
server.close();
process.exit(failed ? 1 : 0);
