import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestServer, type TestServer } from '#test/api/server.js';
import { needs } from '#test/needs.js';
import { Browser, type Page } from './browser.js';

const windows = [
  { name: 'a wide window', width: 1_440, height: 900 },
  { name: 'a narrow window', width: 360, height: 740 },
] as const;

needs('chromium', 'fonts-noto-cjk').describe('the documentation page in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let routes: number;

  beforeAll(async () => {
    server = await openTestServer();
    browser = await Browser.open();
    const { body } = await server.ask('/api/v1/openapi.json');
    const paths = Object.values(body['paths'] as Readonly<Record<string, object>>);
    routes = paths.flatMap((item) => Object.keys(item)).length;
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const shown = (page: Page) => page.ask('document.querySelectorAll("tbody tr").length');

  describe.each(windows)('$name', ({ width, height }) => {
    it('shows every route in both languages, each a click away from the other', async () => {
      const page = await browser.page(width, height);
      await page.goTo(`${server.url}/?lang=zh`);
      expect(await page.ask('document.documentElement.lang')).toBe('zh-CN');
      expect(await page.ask('document.body.innerText')).toMatch(/失业保险基金发放系统/);
      expect(await shown(page)).toBe(routes);

      await page.follow('header a');
      expect(await page.ask('document.documentElement.lang')).toBe('en');
      expect(await page.ask('document.body.innerText')).toMatch(/proves every fen of it/);
      expect(await shown(page)).toBe(routes);

      await page.follow('header a');
      expect(await page.ask('document.documentElement.lang')).toBe('zh-CN');
    });

    it('loads without an error, and from its own server alone', async () => {
      const page = await browser.page(width, height);
      await page.goTo(server.url);
      await page.goTo(`${server.url}/?lang=en`);
      expect(page.faults).toEqual([]);
      expect(page.requested.length).toBeGreaterThanOrEqual(3);
      const elsewhere = page.requested.filter(
        (url) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'),
      );
      expect(elsewhere).toEqual([]);
    });

    it('fits: nothing reaches over the edge, and nothing lies on anything else', async () => {
      const page = await browser.page(width, height);
      for (const language of ['zh', 'en']) {
        await page.goTo(`${server.url}/?lang=${language}`);
        const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.ask(over)).toBe(0);
        expect(await page.ask(overlapping)).toEqual([]);
      }
    });

    it('is drawn with its style, and with letters for its Chinese', async () => {
      const page = await browser.page(width, height);
      await page.goTo(`${server.url}/?lang=zh`);
      expect(await page.ask('getComputedStyle(document.body).maxWidth')).not.toBe('none');
      expect(await page.fontsOf('h1')).toContainEqual(expect.stringMatching(/CJK SC/));
    });
  });

  it('would tell of a request that failed', async () => {
    const page = await browser.page(800, 600);
    await page.goTo(`${server.url}/no-such-page`);
    expect(page.faults).toContainEqual(expect.stringMatching(/^404 .*no-such-page$/));
  });
});

/** Cells of one row whose texts lie on each other. */
const overlapping = `[...document.querySelectorAll('tbody tr')].flatMap((row) => {
  const boxes = [...row.cells].flatMap((cell, at) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return [...range.getClientRects()].map((box) => ({ at, box }));
  });
  return boxes.some((one) => boxes.some((other) => one.at < other.at &&
    one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1 &&
    one.box.top < other.box.bottom - 1 && other.box.top < one.box.bottom - 1))
    ? [row.innerText] : [];
})`;
