// A browser as a debtor has one, and what it asked for while a page was opened.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHOTS = `${ROOT}.local/screenshots`;
const AXE = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };
export const SIZES = { phone: PHONE, desktop: DESKTOP };

/** Makes a debtor with a pay page on the stack that runs; see tests/e2e/pay_page.py. */
export function makePages() {
  const made = execFileSync(`${ROOT}.venv/bin/python`, ['tests/e2e/pay_page.py'], { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(made);
}

/** The pay page that `make run` left open, if it did. */
export function storyPage() {
  const file = `${ROOT}.local/stack.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).pay_page_url : undefined;
}

export async function launch() {
  mkdirSync(SHOTS, { recursive: true });
  // In one process the browser would end with its first tab.
  const args = chromium.args.filter((arg) => arg !== '--single-process');
  return playwright.launch({ args, executablePath: await chromium.executablePath(), headless: true });
}

/**
 * A tab without script, as the essential way has to work; `asked` lists every request it made.
 * Locale and time zone are those of somebody in Poland.
 */
export async function tab(browser, { size = PHONE, script = false, dark = false } = {}) {
  const context = await browser.newContext({
    viewport: size,
    javaScriptEnabled: script,
    colorScheme: dark ? 'dark' : 'light',
    locale: 'pl-PL',
    timezoneId: 'Europe/Warsaw',
    hasTouch: size.width < 600,
    isMobile: size.width < 600,
  });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return { page, asked, close: () => context.close() };
}

/** How far the page is wider than its window, and what sticks out. */
export async function sticksOut(page) {
  return page.evaluate((wide) => {
    // On a phone the layout itself grows with what sticks out: so it is held against the screen.
    const widest = Math.max(document.documentElement.scrollWidth, document.documentElement.clientWidth);
    if (widest <= wide) return [];
    const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > wide + 1);
    return [`${widest} px`, ...out.map((one) => one.outerHTML.slice(0, 120))];
  }, page.viewportSize().width);
}

/** What axe finds serious or worse; the page may not run script itself, so axe is put in from outside. */
export async function barriers(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`));
}

export async function shoot(page, name) {
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

// Its reader is a file of the package: nothing is fetched.
const READER = readFileSync(new URL('./node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url));
prepareZXingModule({ overrides: { wasmBinary: READER.buffer.slice(READER.byteOffset, READER.byteOffset + READER.length) } });

/** What a banking app reads from the picture of a code. */
export async function readCode(locator) {
  const found = await readBarcodes(new Uint8Array(await locator.screenshot()), { formats: ['QRCode'] });
  return found.map((one) => one.text);
}

/** The bytes of a page's body, as they go over the wire uncompressed. */
export async function weight(response) {
  return (await response.body()).length;
}

export const hosts = (urls) => [...new Set(urls.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).host))];
