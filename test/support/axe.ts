import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of WCAG 2.2 AA that the page breaks, by axe. */
export async function broken(page: Page): Promise<readonly string[]> {
  // The page's own policy lets no script of others in, so axe is run beside it.
  const session = await page.context().newCDPSession(page);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const expression = `${AXE};axe.run(document, ${JSON.stringify({ runOnly: { type: 'tag', values: tags } })}).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | '))))`;
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true });
  if (exceptionDetails || typeof result.value !== 'string') throw new Error('axe could not be run');
  const violations: unknown = JSON.parse(result.value);
  if (!Array.isArray(violations)) throw new Error('axe said nothing');
  return violations.map(String);
}
