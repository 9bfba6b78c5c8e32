import fs from "node:fs"; import { chromium } from "playwright-core";
const [,, out, w, scale, ...files] = process.argv;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless","--no-sandbox","--disable-gpu"] });
const p = await b.newPage({ viewport: { width: Number(w), height: 600 } });
await p.setContent(`<body style="margin:0;display:flex;flex-wrap:wrap;gap:8px;background:#888">` + files.map((f) => `<img style="height:auto;zoom:${scale}" src="data:image/png;base64,${fs.readFileSync(f).toString("base64")}">`).join(""));
await p.screenshot({ path: out, fullPage: true }); await b.close();
