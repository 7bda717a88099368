import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { browserPath, NO_BROWSER } from '../support/browser.ts';
import { eventually, startMarket } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';

const LIMIT_MS = 60_000;
const path = browserPath();
const withBrowser = path === null ? describe.skip : describe;

withBrowser(`the live page in a browser${path === null ? ` (${NO_BROWSER})` : ''}`, () => {
  const folder = temporaryFolder();
  let market: Simulator;
  let engine: EngineProcess;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  const start = (env: Readonly<Record<string, string>>) =>
    EngineProcess.start({
      GRPC_URL: market.url,
      SLUICE_DATA_DIR: join(folder.path, 'data'),
      GRPC_BACKOFF_INITIAL_MS: '50',
      GRPC_POOL_STAGGER_MS: '0',
      ...env,
    });

  const rows = (table: string) => page.locator(`#${table} tbody tr`);
  // Expressions for the browser stay text: this side of the test knows no document.
  const NEWEST = `Number(document.querySelector('#trades tbody td')?.textContent?.replaceAll(' ', '') ?? 0)`;
  const newestSlot = () => page.evaluate<number>(NEWEST);
  const holds = (expression: string, of: Page = page) => eventually(expression, () => of.evaluate<boolean>(expression));
  const newerThan = (slot: number) => holds(`${NEWEST} > ${slot}`);
  const textOf = (id: string) => `document.querySelector('#${id}')?.textContent`;
  const stateIs = (text: string, of: Page = page) => holds(`${textOf('state')} === '${text}'`, of);

  beforeAll(async () => {
    market = await startMarket({ token: null, rate: 200, seed: 41 });
    engine = await start({});
    browser = await chromium.launch({ executablePath: path ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    await page.goto(engine.url);
  }, LIMIT_MS);
  afterAll(async () => {
    await browser?.close();
    if (engine?.isRunning) await engine.stop('SIGKILL');
    await market?.close();
    folder.remove();
  });

  test(
    'shows trades flowing, the state live, every connection and every stage',
    async () => {
      await stateIs('live');
      await rows('trades').nth(10).waitFor();
      expect(await rows('connections').count()).toBe(2);
      expect(await page.locator('#connections .good').allTextContents()).toEqual(['live', 'live']);
      expect(await rows('stages').allInnerTexts()).toEqual(
        ['ingestion', 'parsing', 'enrichment', 'processing'].map((name) =>
          expect.stringMatching(new RegExp(`^${name}\\s`)),
        ),
      );
      const before = await newestSlot();
      await newerThan(before);
      await holds(`Number(${textOf('transactions')}) > 20`);
      expect(await page.locator('#audits').textContent()).toBe('100.0 %');
      // Whole units with the quote's symbol, not base units.
      expect(await rows('trades').first().locator('td').nth(5).textContent()).toMatch(/^[\d.,KM]+ (SOL|USDC)$/);
      expect(troubles).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'holds the rows under the pointer and goes on when it leaves',
    async () => {
      await page.locator('#trades tbody').hover();
      await page.locator('#paused').waitFor({ state: 'visible' });
      const held = await newestSlot();
      const polled = await page.locator('#slot').textContent();
      await holds(`${textOf('slot')} !== '${polled}'`);
      expect(await newestSlot()).toBe(held);
      await page.mouse.move(2, 2);
      await newerThan(held);
    },
    LIMIT_MS,
  );

  test(
    'says that the engine is gone, and comes back by itself when the engine does',
    async () => {
      const { port } = new URL(engine.url);
      const before = await newestSlot();
      await engine.stop('SIGKILL');
      await stateIs('engine unreachable');
      engine = await start({ API_PORT: port });
      await stateIs('live');
      await newerThan(before + 1);
      // While it is gone the browser itself reports the requests that fail; the page has no error of its own.
      expect(troubles.filter((text) => !/ERR_|Failed to load resource/.test(text))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'fits a screen of 400 pixels: nothing is cut off, nothing scrolls sideways',
    async () => {
      await page.setViewportSize({ width: 400, height: 850 });
      await rows('trades').nth(5).waitFor();
      const wide = await page.evaluate<string[]>(`
        [document.documentElement, ...document.querySelectorAll('section, article')]
          .filter((element) => element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.querySelector('h2')?.textContent ?? element.tagName)`);
      expect(wide).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'asks for the API token where the API is not on loopback, and works with it',
    async () => {
      const guarded = await start({
        API_HOST: '127.0.0.2',
        API_TOKEN: 'let-me-in',
        SLUICE_DATA_DIR: join(folder.path, 'guarded'),
      });
      const context = await browser.newContext({ httpCredentials: { username: 'any', password: 'let-me-in' } });
      const other = await context.newPage();
      await other.goto(guarded.url);
      await stateIs('live', other);
      await other.locator('#trades tbody tr').nth(5).waitFor();
      await context.close();
      expect(await guarded.stop('SIGTERM')).toBe(0);
    },
    LIMIT_MS,
  );
});
